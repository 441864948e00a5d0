"""A batch against clip after clip: ``python benchmarks/batch.py [CLIP ...] [--clips 12] [--kills 10]``.

Times whole processes on an idle machine: ``posture batch --workers N`` against ``posture analyze --workers 1`` and
``--workers N`` for one clip after another; memory of each worker; and what ``kill -9`` costs. Every clip of the
folder is a stretch of its own of the given clips. With ``--chunk`` shorter than the clips, kills fall between chunks.
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
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from posture.storage.recording import Recording
from tests.clips import cut

ROOT = Path(__file__).resolve().parent.parent
POSTURE = [sys.executable, "-m", "posture"]
#: Time in which the workers of a killed batch must be gone, s.
_GONE_S = 5.0


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--clips", default=12, help="Clips in the folder")
@click.option("--seconds", default=20.0, help="Length of each clip")
@click.option("--chunk", default=10.0, help="Length of a chunk, the unit that a kill may cost")
@click.option("--workers", default=2, help="Threads in all")
@click.option("--rounds", default=1, help="How often everything is timed, in turn")
@click.option("--kills", default=10, help="Times that a batch is killed")
@click.option("--video/--no-video", default=True, help="With annotated videos")
def main(
    sources: tuple[Path, ...],
    clips: int,
    seconds: float,
    chunk: float,
    workers: int,
    rounds: int,
    kills: int,
    video: bool,
) -> None:
    """Print times, their ratios, memory of each worker, and what a kill costs."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        folder = _folder(sources or tuple(sorted((ROOT / "videos").glob("*.mp4"))), here, clips, seconds)
        (here / "settings.toml").write_text(f"[pose]\nchunk_seconds = {chunk}\n")
        more = ("--settings", str(here / "settings.toml"), *(() if video else ("--no-video",)))
        ways = {
            "analyze --workers 1": lambda out: _serial(folder, out, 1, more),
            f"analyze --workers {workers}": lambda out: _serial(folder, out, workers, more),
            f"batch --workers {workers}": lambda out: _batch(folder, out, workers, more),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds):
            for i, (way, work) in enumerate(ways.items()):
                began, used = time.perf_counter(), _cpu()
                memory = work(here / f"{turn} {i}")
                times[way].append(time.perf_counter() - began)
                click.echo(f"{way:<24} {times[way][-1]:7.1f} s   {_cpu() - used:7.1f} s of CPU   {memory}")
        one, many, batch = (sorted(found)[rounds // 2] for found in times.values())
        click.echo(f"batch is {one / batch:.2f} times as fast as one thread, {many / batch:.2f} times as {workers}")
        if kills:
            _killed(_command(folder, here / "killed", workers, more), here / "killed", here / "0 2", kills, batch)


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


def _cpu() -> float:
    """Of all child processes that ended, s."""
    used = psutil.Process().cpu_times()
    return used.children_user + used.children_system


def _killed(command: list[str], out: Path, whole: Path, kills: int, needed: float) -> None:
    """Kill at random moments of the work; count what was finished and was done again, was lost, or lived on.

    A piece counts from the first kill at which it was there. A run is killed once it has finished a piece of its
    own, and then after a random part of an even share of the time that the whole batch needs: so the kills spread
    over all of the work, and fall into chunks, analyses and videos alike.
    """
    rng, finished = random.Random(1), {}
    again = lost = orphans = 0
    for number in range(kills):
        process = subprocess.Popen(command)
        while process.poll() is None and _stamps(out).keys() <= finished.keys():
            time.sleep(0.1)
        time.sleep(rng.uniform(0.0, needed / kills))
        if process.poll() is not None:
            click.echo(f"the batch was done before kill {number + 1}: give it longer clips or fewer kills")
            kills = number
            break
        left = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(left, timeout=_GONE_S)
        orphans += sum(one.status() != psutil.STATUS_ZOMBIE for one in alive)
        now = _stamps(out)
        again += sum(now.get(piece, stamp) != stamp for piece, stamp in finished.items())
        lost += sum(_is_lost(Path(piece), now) for piece in finished.keys() - now.keys())
        finished |= now
        click.echo(f"kill {number + 1}: {len(finished)} pieces finished so far")
    subprocess.run(command, check=True)
    last = _stamps(out)
    again += sum(last.get(piece, stamp) != stamp for piece, stamp in finished.items())
    differ = [folder.name for folder in sorted(whole.glob("*.posture")) if not _same(folder, out / folder.name)]
    click.echo(
        f"killed {kills} times: {again} finished pieces done again, {lost} lost, {orphans} workers outlived their "
        f"batch, {len(differ)} results differ from those of an undisturbed batch"
    )


def _stamps(out: Path) -> dict[str, int]:
    """When each finished piece was written: chunks, poses, and records of complete analyses."""
    stamps = {}
    for pattern in ("*/chunks/0*.npz", "*/poses.npz", "*/analysis.json"):
        for path in out.glob(pattern):
            try:
                stamps[str(path)] = path.stat().st_mtime_ns
            except FileNotFoundError:  # chunks go when their analysis is complete
                continue
    return stamps


def _is_lost(piece: Path, now: dict[str, int]) -> bool:
    """Chunks may go once the poses that they became are there."""
    return piece.parent.name != "chunks" or str(piece.parent.parent / "poses.npz") not in now


def _same(one: Path, other: Path) -> bool:
    """Whether poses and everything that was measured are equal, to the bit."""
    first, second = (Recording.load(folder / "poses.npz").series for folder in (one, other))
    poses = all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
        for name in ("time", "xy", "world", "visibility", "presence", "segment")
    )
    return poses and _result(one) == _result(other)


def _result(folder: Path) -> dict[str, Any]:
    """What was measured and found, without when and how fast."""
    record = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    return {key: record[key] for key in ("clip", "view", "strides", "metrics", "drift", "findings", "leading")}


if __name__ == "__main__":
    main()
