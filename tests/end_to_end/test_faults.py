"""Faulty files of every kind that is read: each ends in a result or in one sentence, never in a traceback."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

import posture
from posture.batches.manifest import read_manifest
from posture.drift import read_speed_log
from posture.errors import PostureError
from posture.importers import find_format, load
from posture.importers.motion import Motion, check_places
from posture.landmarks import COUNT, Landmark
from posture.levels import load_reference
from posture.rules import load_causes, load_intake
from posture.settings import ClipSettings, Settings, load_settings
from posture.video import FrameReader, probe
from tests import mutate
from tests.analytic_runner import as_csv, side_runner
from tests.conftest import ROOT
from tests.importers import peers
from tests.importers.test_importers import _MARKERS, bvh, person, write_trc

#: More of everything in a long run: POSTURE_FAULTS=20 pytest tests/end_to_end/test_faults.py, POSTURE_SEED of its own.
TIMES, SEED = int(os.environ.get("POSTURE_FAULTS", "1")), int(os.environ.get("POSTURE_SEED", "1"))
QUIET = effort(max_examples=60 * TIMES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def is_one_sentence(error: PostureError) -> None:
    assert "\n" not in str(error)


# --- texts that people write -----------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.one_of(
        st.integers(), st.floats(), st.text(max_size=8), st.booleans(), st.just("inf"), st.just("nan"), st.dates()
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
OVERRIDES = {"clip": {"height_cm": 180.0}, "run": {}}
SECTIONS = {name: list(type(section).model_fields) for name, section in Settings()}


def toml(value: object) -> str:
    """TOML of a value, as a person or a program may write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


@QUIET
@given(st.data())
def test_settings_of_any_shape(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    section = data.draw(st.sampled_from([*SECTIONS, "other"]))
    key = data.draw(st.sampled_from([*SECTIONS.get(section, []), "other"]))
    value = toml(data.draw(VALUES))
    text = data.draw(st.sampled_from([f"{section} = {value}", f"[{section}]\n{key} = {value}", f"[[{section}]]\n"]))
    file = tmp_path_factory.getbasetemp() / "s.toml"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    try:
        found = load_settings(file, OVERRIDES)
    except PostureError as error:
        is_one_sentence(error)
        return
    # What is accepted can be kept and read again, to the number.
    assert Settings.model_validate(json.loads(json.dumps(found.model_dump(mode="json"), allow_nan=False))) == found


@pytest.mark.parametrize(
    "text",
    ["clip = 3", "a = " + "[" * 5000, "a = " + "{b=" * 3000, "\0", "\ufeff[clip]\nstart = 1\nstart = 2", "[clip", "=",
     "[clip]\nstart = inf", "[run]\nbaseline = [0, inf]", "[clip]\nexclude = [[nan, nan]]",
     "[clip]\nexclude = [[2, 1]]", "[drift.floors]\ntrunk_lean = 0", "[drift.floors]\ntrunk_lean = -2",
     "[cleaning]\ncutoff = 1e-9", "[run]\nlog_start = nan", "[pose]\nchunk_seconds = 1e-9",
     "[pose]\nchunk_seconds = inf", "[live]\nshow_seconds = nan",
     "[clip]\nperson = " + "9" * 5000, "[clip]\nsample = {length = 5, every = inf}"],
    ids=range(20),
)  # fmt: skip
@pytest.mark.parametrize(
    "read", [lambda path: load_settings(path, {"clip": {"height_cm": 180.0}}), load_causes, load_intake]
)
def test_texts_that_no_reader_takes(text: str, read: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(PostureError, match=r"a\.toml"):
        read(tmp_path / "a.toml")


def test_a_section_that_is_a_value_is_told_how_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("clip = 3")
    with pytest.raises(PostureError, match=r"write \[clip\] and its settings below it"):
        load_settings(tmp_path / "a.toml", {})


@QUIET
@given(st.data())
def test_answers_and_rules_of_any_shape(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    value = toml(data.draw(VALUES))
    key = data.draw(st.sampled_from(["red_flags", "pain_sites", "breathless", "other"]))
    cause = data.draw(
        st.sampled_from(["when", "id", "evidence", "text", "remedy", "agrees", "doubts", "zones", "other"])
    )
    file = tmp_path_factory.getbasetemp() / "a.toml"
    texts = {
        load_intake: [
            f"version = 1\n[answers]\n{key} = {value}",
            f"version = {value}\n[answers]\n",
            f"answers = {value}",
        ],
        load_causes: [
            f"[[cause]]\nid = 'C4'\n{cause} = {value}",
            f"cause = {value}",
            f"sources = {value}\nversion = 1",
        ],
    }
    for read, variants in texts.items():
        file.write_text(data.draw(st.sampled_from(variants)))
        try:
            read(file)  # type: ignore[operator]
        except PostureError as error:
            is_one_sentence(error)


@QUIET
@given(st.binary(max_size=200) | st.text(alphabet='file,;\t"\n\r 0.5;runner', max_size=80).map(str.encode))
def test_tables_of_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    for name, read in (("m.csv", read_manifest), ("l.csv", read_speed_log), ("l.fit", read_speed_log)):
        file = tmp_path_factory.getbasetemp() / name
        file.write_bytes(data)
        try:
            read(file)
        except PostureError as error:
            is_one_sentence(error)


@pytest.mark.parametrize(
    "text",
    ["time,time,speed\n0,1,2\n", "Time,time,speed\n0,1,2\n", "time,speed\n", "time,speed\ninf,nan\n", "time\n1\n"],
)
def test_logs_that_say_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(PostureError, match=r"log\.csv"):
        read_speed_log(tmp_path / "log.csv")


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    readers = [
        lambda path: load_settings(path, {}), load_causes, load_intake, load_reference, read_manifest, read_speed_log,
        probe,
    ]  # fmt: skip
    for read in [*readers, posture.analyze]:
        for path in (pipe, tmp_path, Path("/dev/zero")):
            with pytest.raises(PostureError):
                read(path)


@pytest.mark.parametrize("name", ["analysis.json", "input.json", "poses.npz", "strides.csv", "report.html"])
def test_a_pipe_in_the_place_of_a_kept_file_holds_nobody_up(name: str, tmp_path: Path) -> None:
    poses = as_csv(side_runner(np.arange(0.0, 3.0, 1 / 30)), tmp_path / "run.csv")
    out = tmp_path / "out"
    posture.analyze(poses, out=out)
    (out / name).unlink()
    os.mkfifo(out / name)
    for source in (out, poses):
        try:
            posture.analyze(source, out=None if source == out else out)
        except PostureError as error:
            is_one_sentence(error)


# --- poses of other programs -----------------------------------------------------------------------------------------


def seeds(folder: Path) -> Iterator[tuple[str, bytes]]:
    """A whole file of each format."""
    yield "csv", as_csv(side_runner(np.arange(0.0, 3.0, 1 / 30)), folder / "seed.csv").read_bytes()
    yield "trc", write_trc(folder / "seed.trc", _MARKERS).read_bytes()
    bvh(folder)
    yield "bvh", (folder / "a.bvh").read_bytes()
    people = [{"people": [person(25, (100.0 + i, 200.0))]} for i in range(40)]
    yield "json", json.dumps(people).encode()
    points = [[10.0 * k, 20.0 * k] for k in range(17)]
    frames = [{"frame_id": i, "instances": [{"keypoints": points, "keypoint_scores": [0.9] * 17}]} for i in range(40)]
    yield "json", json.dumps(frames).encode()
    runner = side_runner(np.arange(0.0, 3.0, 1 / 30))
    yield "json", peers.as_gaitlab(runner, folder / "seed.json").read_bytes()
    yield "trc", peers.as_sports2d(runner, folder / "seed.trc").read_bytes()
    yield "csv", peers.as_deeplabcut(runner, folder / "seed.csv").read_bytes()


@pytest.mark.filterwarnings("error")
def test_mutated_poses_end_in_a_result_or_a_sentence(tmp_path: Path) -> None:
    rng, ended = random.Random(SEED), {"read": 0, "refused": 0}
    whole = list(seeds(tmp_path))
    for number in range(150 * TIMES):
        kind, data = rng.choice(whole)
        file = tmp_path / f"poses.{kind}"
        file.write_bytes(mutate.text(data, rng))
        try:
            if find_format(file) is None:
                continue
            fps = 30.0 if kind in ("json", "csv") else None
            load(file, fps)
            ended["read"] += 1
            if number % 10 == 0:
                clip = ClipSettings(fps=fps)
                posture.analyze(file, out=tmp_path / "out", force=True, settings=Settings(clip=clip))
        except PostureError as error:
            is_one_sentence(error)
            ended["refused"] += 1
    assert min(ended.values()) > 20


@pytest.mark.parametrize("number", ["1e308", "-1e12", "inf"])
@pytest.mark.parametrize("kind", ["trc", "bvh"])
def test_places_outside_of_any_room_are_refused(kind: str, number: str, tmp_path: Path) -> None:
    whole = dict(seeds(tmp_path))[kind].decode().rstrip()
    cells = whole.split("\t" if kind == "trc" else " ")
    (tmp_path / f"a.{kind}").write_text(whole.removesuffix(cells[-1]) + number + "\n")
    with pytest.raises(PostureError, match=f"a.{kind}"):
        load(tmp_path / f"a.{kind}")


def test_motion_whose_hips_are_never_both_seen_is_refused() -> None:
    points = np.zeros((4, COUNT, 3))
    points[::2, Landmark.LEFT_HIP] = points[1::2, Landmark.RIGHT_HIP] = np.nan
    with pytest.raises(PostureError, match="both hips"):
        check_places(Path("a.trc"), Motion(np.arange(4) / 30, points))


@pytest.mark.parametrize("times", [[0, 1e6], [0, 33_333, 66_666], [0, 1e-9, 2e-9], [5, 5.03, 1e9]])
def test_times_that_no_recording_has_are_refused_and_take_no_memory(times: list[float], tmp_path: Path) -> None:
    rows = "\n".join(f"{time},{100 + n},{200 + n}" for n, time in enumerate(times))
    (tmp_path / "a.csv").write_text(f"time,left_hip_x,left_hip_y\n{rows}\n")
    with pytest.raises(PostureError, match=r"a\.csv: its (frames|times)"):
        load(tmp_path / "a.csv")


def test_frame_numbers_with_holes_of_millions_take_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("frame,left_hip_x,left_hip_y\n0,1,2\n4000000000,1,2\n")
    people = json.dumps({"people": [person(25)]})
    folder = tmp_path / "openpose"
    folder.mkdir()
    for number in (0, 5_000_000):
        (folder / f"clip_{number:012d}_keypoints.json").write_text(people)
    for path in (tmp_path / "a.csv", folder):
        with pytest.raises(PostureError, match="frame numbers span"):
            load(path, 30.0)


# --- videos ----------------------------------------------------------------------------------------------------------

_SMALL = """
import sys, random
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from posture.errors import PostureError
from posture.video import FrameReader, probe
from tests import mutate
seeds, count, seed = sorted(Path(sys.argv[2]).iterdir()), int(sys.argv[3]), int(sys.argv[4])
rng, ended = random.Random(seed), {"ok": 0, "refused": 0}
for number in range(count):
    source = seeds[number % len(seeds)]
    file = Path(sys.argv[5]) / f"x{source.suffix}"
    file.write_bytes(mutate.binary(source.read_bytes(), rng))
    print(number, source.name, flush=True)
    try:
        probe(file)
        with FrameReader(file) as reader:
            for _ in reader:
                pass
        ended["ok"] += 1
    except PostureError:
        ended["refused"] += 1
print("END", ended["ok"], ended["refused"])
"""


@pytest.fixture(scope="session")
def small(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of video in six formats."""
    import av

    folder = tmp_path_factory.mktemp("small")
    pictures = [frame.rgb[::4, ::4].copy() for frame in FrameReader(videos / "fresh.mp4", 5.0, 5.6)]
    kinds = (("mp4", "libx264"), ("mkv", "libx265"), ("webm", "libvpx-vp9"), ("avi", "mjpeg"), ("mov", "libx264"),
             ("ts", "mpeg4"))  # fmt: skip
    for ending, codec in kinds:
        with av.open(str(folder / f"a.{ending}"), "w") as container:
            container.metadata["title"] = "Läufer"
            stream = container.add_stream(codec, rate=30)
            stream.width, stream.height = pictures[0].shape[1], pictures[0].shape[0]
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            for picture in pictures:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode(None))
    return folder


def test_mutated_videos_end_in_frames_or_a_sentence(small: Path, tmp_path: Path) -> None:
    """In a child, so that a crash of a decoder would be seen and not end the tests."""
    done = subprocess.run(
        [sys.executable, "-c", _SMALL, str(ROOT), str(small), str(300 * TIMES), str(SEED), str(tmp_path)],
        capture_output=True, text=True, errors="replace", check=False, timeout=600 * TIMES,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout[-200:], done.stderr[-2000:])
    _, ok, refused = done.stdout.splitlines()[-1].split()
    assert int(ok) > 20
    assert int(refused) > 20


@pytest.mark.slow
def test_mutated_videos_through_the_whole_command(small: Path, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    seed = (small / "a.mp4").read_bytes()
    script = "import sys\nfrom click.testing import CliRunner\nfrom posture.cli import main\n"
    script += (
        "for f in sys.argv[2:]:\n    r = CliRunner().invoke(main, ['analyze', f, '--out', sys.argv[1], '--force', "
    )
    script += "'--no-video', '--model', 'lite', '-q'])\n    print(r.exit_code, repr(r.exception), flush=True)\n"
    files = [tmp_path / f"{number}.mp4" for number in range(8 * TIMES)]
    for file in files:
        file.write_bytes(mutate.binary(seed, rng))
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out"), *map(str, files)],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert all(line.endswith(("None", "SystemExit(2)")) for line in done.stdout.splitlines()), done.stdout
    assert len(done.stdout.splitlines()) == len(files)
