"""Makes the program's reference levels and the strides they rest on: ``python make.py CLIPS``.

``CLIPS`` is a folder of analyses (``posture analyze CLIP``) of the clips that ``runners.csv`` names.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from click.testing import CliRunner

from posture.batches.manifest import ReferenceEntry, read_rows
from posture.cli import main
from posture.levels.build import reference_clip
from posture.levels.reference import LEVELLED, ReferenceClip
from posture.pipeline import load

HERE = Path(__file__).parent
SHIPPED = HERE.parent.parent / "posture" / "levels" / "reference.toml"


def make(clips: Path) -> None:
    command = ["reference", "build", str(clips), "--manifest", str(HERE / "runners.csv"), "--out", str(SHIPPED)]
    result = CliRunner().invoke(main, command)
    if result.exit_code:
        raise SystemExit(result.output)
    tables = [_strides(clips, entry) for _, entry in sorted(read_rows(HERE / "runners.csv", ReferenceEntry).items())]
    pd.concat(tables).to_csv(HERE / "strides.csv", index=False, float_format="%.9g")


def _strides(clips: Path, entry: ReferenceEntry) -> pd.DataFrame:
    """The strides that count of a clip that counts, with what else a level depends on."""
    folder = clips / f"{Path(entry.file).stem}.posture"
    analysis = load(folder)
    span = (entry.start or 0.0, entry.end or float("inf"))
    clip = reference_clip(entry.runner, entry.file, analysis.segmented, analysis.measured, analysis.view, span)
    if not isinstance(clip, ReferenceClip):
        return pd.DataFrame()
    assert not analysis.measured.trend_only
    about = {"file": entry.file, "view": analysis.view.kind.value, "gait": analysis.segmented.gait.value}
    kept = analysis.strides[["start", "end", *LEVELLED]]
    kept = kept[(kept["start"] >= span[0]) & (kept["end"] <= span[1])]
    return kept.assign(**about)[[*about, *kept.columns]]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
