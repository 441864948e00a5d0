"""Strides, stride time, playing speed and gait against the truth: ``python benchmarks/strides.py FOLDER``.

FOLDER holds finished analyses, ``NAME.posture``; only their poses are used, so that nothing is estimated again. The
rendered runners among them are also slowed, cut, thinned and panned, with their truth from ``--rendered``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from posture.recording import Recording

from posture.errors import PostureError
from posture.pipeline import behind_poses
from posture.settings import Settings
from posture.strides import Strides
from tests.proving_ground.retimed import Source, versions
from tests.proving_ground.stride_truth import Tally, strides_of

#: Of clips that were looked at frame by frame: stride time on the clip's clock (s), whole strides, how many times
#: slower than life, gait.
TRUE = {
    "front_female_arms_wrong_right_10s": (0.62, 15, 1, "running"),
    "front_inplace_jog_indoor_6s": (0.66, 8, 1, "running"),
    "front_inplace_stand_walk_8s": (None, 0, None, "none"),
    "overground_side_female_beach_24s": (3.5, 6, 4.5, "running"),
    "overground_side_female_beach_bw_30s": (1.96, 15, 2.8, "running"),
    "overground_side_female_park_6s": (1.4, 4, 2, "running"),
    "overground_side_female_park_b_7s": (1.4, 5, 2, "running"),
    "overground_side_female_tiktok_7s": (0.63, 10, 1, "running"),
    "overground_side_female_track_slow_6s": (3.0, 2, 4, "running"),
    "overground_side_male_field_cross_1s": (0.7, 2, 1, "running"),
    "overground_side_male_redjacket_4s": (0.67, 5, 1, "running"),
    "overground_side_road_tracked_21s": (1.4, 15, 2, "running"),
    "rear_indoor_jog_away_6s": (0.755, 6, 1, "running"),
    "seated_side_good_bad_annotated_5s": (None, 0, None, "none"),
    "sprint_side_nfl_a_6s": (0.42, 9, 1, "running"),
    "treadmill_side_female_glasses_31s": (0.71, 43, 1, "running"),
    "treadmill_side_female_pink_6s": (0.73, 8, 1, "running"),
    "treadmill_side_home_male_12s": (0.70, 17, 1, "running"),
    "treadmill_side_lab_slowmo_32s": (6.8, 4, 9, "running"),
    "treadmill_side_male_home_nocap_6s": (0.76, 8, 1, "running"),
    "treadmill_side_male_hoodie_16s": (0.80, 19, 1, "running"),
    "treadmill_side_male_longhair_8s": (0.68, 11, 1, "running"),
    "treadmill_side_male_longhair_b_8s": (0.68, 11, 1, "running"),
    "treadmill_side_male_posture_demo_22s": (0.70, 30, 1, "running"),
    "treadmill_side_male_redsinglet_real_6s": (0.87, 6, 1, "running"),
    "treadmill_side_male_redsinglet_slow_6s": (3.5, 1, 4, "running"),
    "treadmill_side_walk_lowres_12s": (1.0, 12, 1, "walking"),
}
RENDERED = ("fresh", "steady", "oblique", "weave", "weave_rear")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--rendered", type=click.Path(path_type=Path, exists=True), help="Folder of the rendered runners' truth")
@click.option("--thinning", default=7, show_default=True, help="Take every so many-th made version")
def main(folder: Path, rendered: Path | None, thinning: int) -> None:
    """Print a line for each clip, and the pooled figures over the made versions."""
    for line in _real(folder):
        click.echo(line)
    if rendered:
        for line in _made(folder, rendered, thinning):
            click.echo(line)


def _real(folder: Path) -> Iterator[str]:
    yield f"{'clip':43}{'true':>24}  {'found':>34}"
    for poses in sorted(folder.glob("*.posture/poses.npz")):
        name = poses.parent.name.removesuffix(".posture")
        try:
            found = behind_poses(Recording.load(poses), Settings()).segmented
        except PostureError as error:
            yield f"{name:43}{error}"
            continue
        yield f"{name:43}{_truth(name):>24}  {_found(found):>34}"


def _truth(name: str) -> str:
    if name not in TRUE:
        return "?"
    period, count, factor, gait = TRUE[name]
    return f"{count} at {period} s, {factor}x {gait}" if period else gait


def _found(strides: Strides) -> str:
    kept = strides.kept
    period = float(kept["duration"].median()) if len(kept) else np.nan
    return f"{len(kept)} at {period:.2f} s, {strides.clock.factor:.1f}x {strides.gait}"


def _made(folder: Path, rendered: Path, thinning: int) -> Iterator[str]:
    whole = Tally()
    for name in RENDERED:
        poses = folder / f"{name}.posture" / "poses.npz"
        if not poses.is_file():
            continue
        with np.load(rendered / f"{name}.npz") as truth:
            time, phase = truth["t"], truth["phase"]
        series = Recording.load(poses).series
        source = Source.of(series, np.interp(series.time, time, phase))
        own = Tally()
        for played in versions(source, thinning=thinning):
            own.add(played, strides_of(played.series))
        yield f"{name}: {own}"
        whole = whole.with_all(own)
    yield f"all: {whole}"
    yield from whole.worst()


if __name__ == "__main__":
    main()
