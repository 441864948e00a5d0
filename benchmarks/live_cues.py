"""When the coach speaks: rendered clips through ``posture live`` at their own pace, cues against the truth.

    python benchmarks/live_cues.py [--model lite] [--clips FOLDER] [--staged] [NAME ...]

By default ``tired``, ``fresh`` and ``steady``: those that lie in ``videos`` or in the folder given with ``--clips``. A
clip that changes is due a cue from the moment at which one of the head and slouch metrics of the true joints passes the
flag threshold of method 2.4, against the first 15 s: median of ten strides, in the middle of which it stands. Aim: the
first head or slouch cue at most 15 s later, and no cue on clips that do not change. The machine should be idle:
dropped pictures are printed beside. With ``--staged`` the clock waits for the machine, which may be busy then: every
picture is looked at, by the same session.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pytest

from posture.kinematics import METRICS
from posture.pose.estimation.engines import open_backend
from posture.seen import see_live
from posture.settings import LiveSettings, PoseSettings, Settings
from posture.video import FrameReader
from tests.live.staged import Scene, play
from tests.rendered import truth_series

BASELINE_S = 15.0
#: Of the causes C4 (slouch) and C5 (head forward).
METRICS_THAT_COUNT = ("ear_hip", "trunk_lean", "neck_trunk")
CAUSES = ("C4", "C5")


def passing(truth: Path) -> float:
    """When the first of the metrics truly passes its flag, s; NaN where none does."""
    kept = see_live(truth_series(truth), Settings(), None).segmented.kept
    times = []
    for name in METRICS_THAT_COUNT:
        change = kept[name].rolling(10, center=True).median() - kept[name][kept["end"] < BASELINE_S].median()
        times += kept["end"][change >= METRICS[name].flag].tolist()[:1]
    return min(times, default=float("nan"))


def staged(clip: Path, model: str) -> list[dict[str, object]]:
    """The events of a session whose clock waits."""
    settings = Settings(live=LiveSettings(baseline_seconds=BASELINE_S), pose=PoseSettings(model=model))
    scenes = (Scene(frame.time, frame.rgb, None) for frame in FrameReader(clip))
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        heard = play(patch, Path(place) / "s.posture", scenes, settings=settings, backend=open_backend(settings.pose))
    return [*(event.plain() for event in heard.events), {"dropped": 0, "taken": len(heard.poses)}]


def at_its_own_pace(clip: Path, model: str) -> list[dict[str, object]]:
    """The events of a live session on a clip."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "live.posture"
        command = [sys.executable, "-m", "posture", "live", "--no-window", "--json", "--source", str(clip)]
        more = ["--baseline", f"{BASELINE_S:.0f}s", "--model", model, "--out", str(out)]
        lines = subprocess.run([*command, *more], capture_output=True, text=True, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["tired", "fresh", "steady"])
    parser.add_argument("--model", default="full")
    parser.add_argument("--clips", type=Path, help="Folder with more rendered clips and their .npz")
    parser.add_argument("--staged", action="store_true", help="Let the clock wait for a busy machine")
    given = parser.parse_args()
    play_clip = staged if given.staged else at_its_own_pace
    folders = [Path(__file__).parent.parent / "videos", *([given.clips] if given.clips else [])]
    for name in given.names:
        clip = next((f / f"{name}.mp4" for f in folders if (f / f"{name}.npz").is_file()), None)
        if clip is None:
            print(f"{name}: not here")
            continue
        due, events = passing(clip.with_suffix(".npz")), play_clip(clip, given.model)
        cues = [event for event in events if event.get("event") == "cue"]
        first = next((float(str(cue["time"])) for cue in cues if cue["cause"] in CAUSES), float("nan"))
        end = events[-1]
        print(
            f"{name}: truly beyond the flag at {due:.1f} s, first head or slouch cue at {first:.1f} s "
            f"({first - due:+.1f} s); all cues: {[(cue['time'], cue['spoken']) for cue in cues] or 'none'}; "
            f"{end['dropped']} of {int(str(end['taken'])) + int(str(end['dropped']))} pictures dropped",
            flush=True,
        )


if __name__ == "__main__":
    main()
