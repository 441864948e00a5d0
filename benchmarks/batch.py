"""A batch against clip after clip: ``python benchmarks/batch.py [CLIP ...] [--clips 12] [--kills 10]``.

Times whole processes on an idle machine: ``posture batch --workers N`` against ``posture analyze --workers 1`` and
``--workers N`` for one clip after another; memory of each worker; and what is left to do after ``kill -9`` at random
moments. Every clip of the folder is a stretch of its own of the given clips.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.clips import cut

ROOT = Path(__file__).resolve().parent.parent
POSTURE = [sys.executable, "-m", "posture"]


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--clips", default=12, help="Clips in the folder")
@click.option("--seconds", default=20.0, help="Length of each clip")
@click.option("--workers", default=2, help="Threads in all")
@click.option("--rounds", default=1, help="How often everything is timed, in turn")
@click.option("--kills", default=10, help="Times that a batch is killed")
@click.option("--video/--no-video", default=True, help="With annotated videos")
def main(
    sources: tuple[Path, ...], clips: int, seconds: float, workers: int, rounds: int, kills: int, video: bool
) -> None:
    """Print times, their ratios, memory of each worker, and what a kill costs."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        folder = _folder(sources or tuple(sorted((ROOT / "videos").glob("*.mp4"))), here, clips, seconds)
        more = () if video else ("--no-video",)
        ways = {
            "analyze --workers 1": lambda out: _serial(folder, out, 1, more),
            f"analyze --workers {workers}": lambda out: _serial(folder, out, workers, more),
            f"batch --workers {workers}": lambda out: _batch(folder, out, workers, more),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds):
            for i, (way, work) in enumerate(ways.items()):
                began = time.perf_counter()
                memory = work(here / f"{turn} {i}")
                times[way].append(time.perf_counter() - began)
                click.echo(f"{way:<24} {times[way][-1]:7.1f} s   {memory}")
        one, many, batch = (sorted(found)[rounds // 2] for found in times.values())
        click.echo(f"batch is {one / batch:.2f} times as fast as one thread, {many / batch:.2f} times as {workers}")
        if kills:
            _killed(folder, here / "killed", here / f"{rounds - 1} 2", workers, kills, more)


def _folder(sources: tuple[Path, ...], here: Path, clips: int, seconds: float) -> Path:
    folder = here / "clips"
    folder.mkdir()
    for i in range(clips):
        source, start = sources[i % len(sources)], seconds / 2 * (i // len(sources))
        cut(source, folder / f"{i:02d}.mp4", start, start + seconds)
    return folder


def _serial(folder: Path, out: Path, workers: int, more: tuple[str, ...]) -> str:
    for clip in sorted(folder.iterdir()):
        target = out / f"{clip.name}.posture"
        command = [*POSTURE, "analyze", str(clip), "-q", "--out", str(target), "--workers", str(workers), *more]
        subprocess.run(command, check=True)
    return ""


def _command(folder: Path, out: Path, workers: int, more: tuple[str, ...]) -> list[str]:
    return [*POSTURE, "batch", str(folder), "-q", "--out", str(out), "--workers", str(workers), *more]


def _batch(folder: Path, out: Path, workers: int, more: tuple[str, ...]) -> str:
    """Time it, and note the most memory of the parent and of each worker."""
    process = subprocess.Popen(_command(folder, out, workers, more))
    most: dict[int, int] = {}
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), most))
    watcher.start()
    code = process.wait()
    watcher.join()
    if code:
        raise SystemExit(f"the batch ended with {code}")
    return "most memory of each process, MB: " + ", ".join(f"{value / 1e6:.0f}" for value in most.values())


def _watch(parent: psutil.Process, most: dict[int, int]) -> None:
    while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
        try:
            for process in (parent, *parent.children(recursive=True)):
                most[process.pid] = max(most.get(process.pid, 0), process.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
        time.sleep(0.2)


def _killed(folder: Path, out: Path, whole: Path, workers: int, kills: int, more: tuple[str, ...]) -> None:
    """Kill at random moments; count what was finished and was done again all the same."""
    rng = random.Random(1)
    kept: dict[str, int] = {}
    again = 0
    for _ in range(kills):
        process = subprocess.Popen(_command(folder, out, workers, more))
        time.sleep(rng.uniform(3.0, 20.0))
        process.kill()
        process.wait()
        time.sleep(1.0)
        now = _stamps(out)
        again += sum(now[name] != stamp for name, stamp in kept.items() if name in now)
        kept |= now
    subprocess.run(_command(folder, out, workers, more), check=True)
    differ = [name for name in _results(whole) if _results(out).get(name) != _results(whole)[name]]
    click.echo(f"killed {kills} times: {again} finished pieces done again, {len(differ)} results differ")


def _stamps(out: Path) -> dict[str, int]:
    """When each finished piece was written: chunks, poses, and records of complete analyses."""
    found = (path for pattern in ("chunks/0*.npz", "poses.npz", "analysis.json") for path in out.rglob(pattern))
    return {str(path): path.stat().st_mtime_ns for path in found}


def _results(out: Path) -> dict[str, Any]:
    """What was measured, without when and how fast."""
    records = {path.parent.name: json.loads(path.read_text()) for path in out.rglob("analysis.json")}
    return {name: {key: record[key] for key in ("metrics", "drift", "strides")} for name, record in records.items()}


if __name__ == "__main__":
    main()
