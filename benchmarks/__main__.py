"""How fast the program is, each figure beside the plain loop and the limit of the same round: ``python -m benchmarks``.

Every case is a process of its own, as a user starts it. In every round all of them run one after the other, so that
what else the machine does meets all alike; ratios are taken within a round, and their median and range are told.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
import matplotlib.pyplot as plt
import numpy as np

from benchmarks.made_clips import faster, repeated
from posture.engine import LIBRARIES
from posture.pose.estimation.models import find_model
from posture.video import probe

HERE = Path(__file__).resolve().parent
CLIP = HERE.parent / "videos" / "tired.mp4"
PLAIN, LIMIT = "plain loop", "network alone, all cores"
ONE, BATCH = "a minute, one worker", "a batch of a minute for each core"


@dataclass(frozen=True)
class Case:
    """Something that is timed.

    Attributes
    ----------
    name : str
    command : tuple of str
        ``OUT`` in it is a fresh folder.
    frames : int
        Of the clip; plain loop and limit are taken for as many. 0: it does not look at all of a clip.
    """

    name: str
    command: tuple[str, ...]
    frames: int


@dataclass
class Timed:
    """All rounds of one case: seconds, ratios to plain loop and limit, and the most memory of a process, MB."""

    name: str
    seconds: list[float] = field(default_factory=list)
    to_plain: list[float] = field(default_factory=list)
    to_limit: list[float] = field(default_factory=list)
    memory: float = 0.0


def cases(folder: Path, *, long: bool) -> list[Case]:
    """What is timed, yardsticks first."""
    frames = probe(CLIP).frames or 0

    python, graph = (sys.executable, "-m"), ("--engine", "mediapipe")

    def analyze(clip: Path, *options: str) -> tuple[str, ...]:
        return (*python, "posture", "analyze", str(clip), "--out", "OUT", "--quiet", *options)

    def first(engine: str) -> tuple[str, ...]:
        return (*python, "benchmarks.first_progress", str(CLIP), engine, "OUT")

    cores = os.cpu_count() or 1
    several = folder / "several"
    several.mkdir()
    for number in range(cores):
        repeated(CLIP, several / f"{number}.mp4", 1)
    batch = (*python, "posture", "batch", str(several), "--out", "OUT", "--quiet", "--no-video")
    double, fourfold = faster(CLIP, folder / "60.mp4", 2), faster(CLIP, folder / "120.mp4", 4)
    chosen = [
        Case(PLAIN, (sys.executable, str(HERE / "plain_loop.py"), str(CLIP), str(find_model("full").path)), frames),
        Case(LIMIT, (*python, "benchmarks.network_alone", "full", str(frames)), frames),
        Case("a minute, no video", analyze(CLIP, "--no-video"), frames),
        Case("a minute, annotated video", analyze(CLIP), frames),
        Case("a minute, no video, MediaPipe's graph", analyze(CLIP, "--no-video", *graph), frames),
        Case("a minute, annotated video, MediaPipe's graph", analyze(CLIP, *graph), frames),
        Case("a minute, model lite", analyze(CLIP, "--no-video", "--model", "lite"), frames),
        Case(ONE, analyze(CLIP, "--no-video", "--workers", "1"), frames),
        Case(BATCH, batch, cores * frames),
        Case("a minute at 60 frames/s", analyze(double, "--no-video"), 2 * frames),
        Case("a minute at 60 frames/s, MediaPipe's graph", analyze(double, "--no-video", *graph), 2 * frames),
        Case("a minute at 120 frames/s", analyze(fourfold, "--no-video"), 4 * frames),
        Case("posture --help", (*python, "posture", "--help"), 0),
        Case("first progress", first("auto"), 0),
        Case("first progress, MediaPipe's graph", first("mediapipe"), 0),
    ]
    if long:
        ten = repeated(CLIP, folder / "ten.mp4", 10)
        hour = repeated(CLIP, folder / "hour.mp4", 60)
        chosen += [
            Case("ten minutes, no video", analyze(ten, "--no-video"), 10 * frames),
            Case("ten minutes, no video, MediaPipe's graph", analyze(ten, "--no-video", *graph), 10 * frames),
            Case("an hour, no video", analyze(hour, "--no-video"), 60 * frames),
            Case("an hour, sampled 10 s a minute", analyze(hour, "--no-video", "--sample", "10s/1min"), 60 * frames),
        ]
    return chosen


def run(case: Case, folder: Path) -> tuple[float, float]:
    """Seconds that a case takes, and the most memory that one of its processes had, MB."""
    out = folder / "out.posture"
    shutil.rmtree(out, ignore_errors=True)
    command = [str(out) if word == "OUT" else word for word in case.command]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE.parent)
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    if status:
        raise SystemExit(f"{case.name}: {' '.join(command)} failed; run it by itself.")
    return took, used.ru_maxrss / 1024


def middle(values: list[float], form: str) -> str:
    """Median and range."""
    return f"{np.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def table(results: list[Timed]) -> str:
    """Markdown."""
    lines = [
        f"{os.cpu_count()} cores, {len(results[0].seconds)} rounds; median (range)",
        "",
        "| case | seconds | times the plain loop | share of the limit | most memory |",
        "|---|---|---|---|---|",
    ]
    for each in results:
        share = [100 * ratio for ratio in each.to_limit]
        ratios = (middle(each.to_plain, ".2f"), f"{middle(share, '.0f')} %") if each.to_plain else ("", "")
        told = (middle(each.seconds, ".1f"), *ratios)
        lines.append(f"| {' | '.join((each.name, *told, f'{each.memory:.0f} MB'))} |")
    return "\n".join(lines)


def efficiency(results: list[Timed]) -> list[str]:
    """What a batch makes of the cores: 1 if each core does a clip in the time in which one alone does."""
    seconds = {each.name: each.seconds for each in results}
    if not seconds.keys() >= {ONE, BATCH}:
        return []
    shares = [one / batch for one, batch in zip(seconds[ONE], seconds[BATCH], strict=True)]
    return [f"Efficiency of a batch: {middle(shares, '.2f')}"]


def live() -> list[str]:
    """What a live session of a minute says of its latency, with either engine."""
    script = [sys.executable, str(HERE / "live_latency.py"), "--no-window", "--engine"]
    ran = {
        engine: subprocess.run([*script, engine], check=True, capture_output=True, text=True) for engine in LIBRARIES
    }
    return [f"Live, {engine}: {one.stdout.splitlines()[-1]}" for engine, one in ran.items()]


def plot(results: list[Timed], path: Path) -> None:
    """The medians as bars, with their range."""
    shown = [each for each in results if each.to_plain]
    medians = np.array([np.median(each.to_plain) for each in shown])
    low, high = (np.array([pick(each.to_plain) for each in shown]) for pick in (min, max))
    figure, axis = plt.subplots(figsize=(8, 0.45 * len(shown) + 1))
    axis.barh([each.name for each in shown], medians, xerr=[medians - low, high - medians], color="#3477b4", capsize=3)
    axis.axvline(1.0, color="0.4", linewidth=1)
    axis.invert_yaxis()
    axis.set_xlabel("times as fast as the plain loop")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--long/--short", default=False, help="Also ten minutes, an hour, a sampled hour and live")
@click.option("--only", multiple=True, help="Only cases with this in their names, beside the yardsticks")
@click.option("--out", type=click.Path(path_type=Path), default=Path("speed"), show_default=True)
def main(rounds: int, long: bool, only: tuple[str, ...], out: Path) -> None:
    """Time the program against the plain loop and the network alone."""
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        chosen = [
            case
            for case in cases(folder, long=long)
            if not only or case.name in (PLAIN, LIMIT) or any(word in case.name for word in only)
        ]
        results = [Timed(case.name) for case in chosen]
        for number in range(rounds):
            taken = [run(case, folder) for case in chosen]
            # Yardsticks stand first.
            plain, limit = (seconds / case.frames for (seconds, _), case in zip(taken[:2], chosen[:2], strict=True))
            for case, result, (seconds, memory) in zip(chosen, results, taken, strict=True):
                result.seconds.append(seconds)
                result.memory = max(result.memory, memory)
                if case.frames:
                    result.to_plain.append(plain * case.frames / seconds)
                    result.to_limit.append(limit * case.frames / seconds)
            click.echo(f"round {number + 1} of {rounds} done", err=True)
    told = "\n\n".join((table(results), *efficiency(results), *(live() if long else ())))
    (out / "speed.md").write_text(told + "\n", encoding="utf-8")
    (out / "speed.json").write_text(json.dumps([asdict(each) for each in results], indent=1), encoding="utf-8")
    plot(results, out / "speed.png")
    click.echo(told)


if __name__ == "__main__":
    main()
