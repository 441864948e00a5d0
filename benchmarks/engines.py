"""How far the engines differ, and how far MediaPipe's graph from itself: ``python benchmarks/engines.py CLIP ...``.

The same picture two pixels further to the right and down, encoded anew in high quality, tells nothing new, and yet the
network reads it a little otherwise. An engine that differs no more than that agrees as well as it can.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import av
import click
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posture
from posture.analysis import Analysis
from posture.engine import Engine
from posture.opencv import cv2
from posture.settings import PoseSettings, Settings
from posture.video import FrameReader, probe

METRICS = ("trunk_lean", "neck_incl", "neck_trunk", "ear_hip", "head_fwd", "elbow_flex", "upper_arm", "wrist_h")
#: Even, as the colours of H.264 lie on every second pixel.
SHIFT = 2


def shifted(source: Path, target: Path) -> Path:
    """The clip with its upper and left edge repeated."""
    info = probe(source)
    with av.open(str(target), "w") as made:
        stream = made.add_stream("libx264", rate=round(info.rate), options={"crf": "6", "preset": "veryfast"})
        stream.width, stream.height = (side + side % 2 + SHIFT for side in info.size)
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(FrameReader(source)):
            high, wide = frame.rgb.shape[:2]
            edges = (SHIFT, high % 2, SHIFT, wide % 2)
            picture = cv2.copyMakeBorder(frame.rgb, *edges, cv2.BORDER_REPLICATE)
            shown = av.VideoFrame.from_ndarray(np.asarray(picture, np.uint8), format="rgb24")
            shown.pts = number
            made.mux(stream.encode(shown))
        made.mux(stream.encode(None))
    return target


def analysis(clip: Path, engine: Engine, folder: Path) -> Analysis:
    """What an engine makes of a clip."""
    settings = Settings(pose=PoseSettings(engine=engine, rate="all"))
    return posture.analyze(clip, out=folder / f"{clip.parent.name} {engine}.posture", settings=settings, overlay=False)


def differences(one: Analysis, other: Analysis) -> dict[str, float]:
    """Of the means over the strides."""
    tables = one.strides, other.strides
    return {name: tables[1][name].mean() - tables[0][name].mean() for name in METRICS if all(name in t for t in tables)}


@click.command()
@click.argument("clips", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def main(clips: tuple[Path, ...]) -> None:
    """Print the differences of every metric's mean, clip by clip, and their medians."""
    rows = []
    for clip in clips:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            graph = analysis(clip, "mediapipe", folder)
            other = {
                "direct": analysis(clip, "direct", folder),
                "graph, shifted": analysis(shifted(clip, folder / clip.with_suffix(".mp4").name), "mediapipe", folder),
            }
        for what, found in other.items():
            rows.append({"clip": clip.stem, "against the graph": what, **differences(graph, found)})
            click.echo(pd.DataFrame(rows[-1:]).round(3).to_string(index=False, header=what == "direct"))
    sizes = pd.DataFrame(rows).drop(columns="clip").set_index("against the graph").abs()
    click.echo(sizes.groupby(level=0).median().round(3).to_string())


if __name__ == "__main__":
    main()
