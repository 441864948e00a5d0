"""The main job through the real command line on real files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest

from posture.landmarks import Landmark
from posture.report.drawing import marks
from posture.report.video.overlay import visibility_colour
from posture.storage.recording import Recording
from posture.video import FrameReader, VideoWriter, probe
from tests.clips import cut
from tests.hang import HANG_S
from tests.in_process import posture


def program(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "posture", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=HANG_S, check=False)


@pytest.fixture(scope="session")
def clip(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of a runner: about sixteen strides, four chunks."""
    return cut(videos / "fresh.mp4", tmp_path_factory.mktemp("clip") / "run.mp4", 5.0, 17.0)


@pytest.fixture(scope="session")
def short(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of a runner, for what has nothing to do with its length."""
    return cut(videos / "fresh.mp4", tmp_path_factory.mktemp("short") / "short.mp4", 5.0, 10.0)


@pytest.fixture(scope="session")
def analysed(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    where = tmp_path_factory.mktemp("analysed")
    return where / "run.posture", program("analyze", clip, "--workers", "2", cwd=where)


#: Many chunks in little time.
PIECES = ("--no-video", "--settings", "pieces.toml")


@pytest.fixture(scope="session")
def pieces(short: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The short clip in five chunks, in a folder beside the settings that say so."""
    where = tmp_path_factory.mktemp("pieces")
    (where / "pieces.toml").write_text("[pose]\nchunk_seconds = 1.0\n")
    return where / "short.posture", posture("analyze", short, *PIECES, "--workers", 2, cwd=where)


def test_summary_leads_with_the_four_headlines(analysed) -> None:
    _, done = analysed
    assert done.returncode == 0, done.stderr
    places = [done.stdout.index(line) for line in ("Head forward", "Shoulder slump", "Arm height", "Arm tension")]
    assert places == sorted(places)
    assert "left side" in done.stdout
    assert "running" in done.stdout


def test_stderr_is_silent_without_a_terminal(analysed) -> None:
    assert analysed[1].stderr == ""


def test_folder_is_complete_and_says_where_it_comes_from(analysed) -> None:
    folder, _ = analysed
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "analysis.json", "columns.json", "frames", "frames.parquet", "input.json", "metrics.png", "overlay.mp4",
        "poses.npz", "report.html", "strides.csv",
    }  # fmt: skip
    result = json.loads((folder / "analysis.json").read_text())
    assert result["schema"] == 1
    assert result["clip"]["name"] == "run.mp4"
    assert len(result["clip"]["sha256"]) == 64
    assert result["provenance"]["estimator"].startswith("litert ")
    assert result["strides"]["gait"] == "running"
    assert result["metrics"]["cadence"]["level"] == pytest.approx(164, rel=0.01)


def test_of_sixty_frames_a_second_half_are_looked_at_and_all_are_drawn(short: Path, pieces, tmp_path: Path) -> None:
    """Each picture twice, at twice the rate: the same strides, and a skeleton also where nobody looked."""
    with VideoWriter(tmp_path / "fast.mp4", probe(short).size, 60.0) as writer:
        for frame in FrameReader(short):
            for half in (0.0, 1 / 60):
                writer.write(frame.rgb, frame.time + half)
    settings = pieces[0].parent / "pieces.toml"
    done = posture("analyze", "fast.mp4", "--workers", "2", "--settings", settings, cwd=tmp_path)
    assert "one frame in 2 was looked at" in done.stdout
    fast, plain = (json.loads((f / "analysis.json").read_text()) for f in (tmp_path / "fast.posture", pieces[0]))
    assert fast["strides"]["kept"] == plain["strides"]["kept"]
    # Encoded twice, and a handful of strides of which each is read to 0.2 degrees.
    assert fast["metrics"]["trunk_lean"]["level"] == pytest.approx(plain["metrics"]["trunk_lean"]["level"], abs=0.3)
    with (
        FrameReader(short, 3.0, 3.2) as plain_frames,
        FrameReader(tmp_path / "fast.posture/overlay.mp4", 3.0, 3.2) as shown,
    ):
        originals = [frame.rgb for frame in plain_frames for _ in (0, 1)]
        drawn = [frame.rgb[: originals[0].shape[0]] for frame in shown]
    assert len(drawn) == 12
    changed = [
        float((np.abs(a.astype(int) - b).max(axis=2) > 60).mean()) for a, b in zip(drawn, originals, strict=True)
    ]
    assert min(changed) > 0.5 * max(changed) > 0.001


def test_tables_agree_with_each_other(analysed) -> None:
    folder, _ = analysed
    strides, frames = pd.read_csv(folder / "strides.csv"), pd.read_parquet(folder / "frames.parquet")
    row = strides[strides["kept"]].iloc[3]
    inside = frames[(frames["time"] >= row["start"]) & (frames["time"] < row["end"])]
    assert row["trunk_lean"] == pytest.approx(inside["trunk_lean"].mean(), abs=0.2)


def test_overlay_has_the_times_of_the_clip_and_plays_in_a_browser(analysed, clip: Path) -> None:
    folder, _ = analysed
    times = []
    for path in (clip, folder / "overlay.mp4"):
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
            times.append([float(frame.time) for frame in container.decode(stream)])
    np.testing.assert_allclose(times[1], times[0], atol=2e-3)


def test_overlay_draws_within_three_pixels_of_the_poses(analysed) -> None:
    """The near wrist's dot is found as the spot of its colour, and its middle compared with the pose."""
    folder, _ = analysed
    series = Recording.load(folder / "poses.npz").series
    with av.open(str(folder / "overlay.mp4")) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    off = []
    near, far = Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST
    apart = np.linalg.norm(series.xy[:, near] - series.xy[:, far], axis=1)
    frames = [index for index in range(30, 330, 30) if apart[index] > 15]  # the far wrist's dot covers no near one
    assert len(frames) >= 7
    for index in frames:
        x, y = series.xy[index, near]  # nothing but the skeleton is drawn there
        colour = np.array(visibility_colour(float(series.visibility[index, near])))
        x0, y0 = round(float(x)) - 12, round(float(y)) - 12
        patch = pictures[index][y0 : y0 + 25, x0 : x0 + 25].astype(int)
        alike = np.abs(patch - colour).sum(axis=2) < 90
        # the dot is the only place where the colour is three pixels wide in both directions
        solid = alike[1:-1, 1:-1] & alike[:-2, 1:-1] & alike[2:, 1:-1] & alike[1:-1, :-2] & alike[1:-1, 2:]
        spots = np.argwhere(solid) + 1
        assert spots.size, f"frame {index}: no dot near the left wrist"
        off.append(np.hypot(*(spots - [y - y0, x - x0]).T).min())
    assert max(off) < 3.0
    assert marks.BLUE != marks.ORANGE


def test_repeats_everything_behind_the_poses_without_the_clip(analysed, tmp_path: Path) -> None:
    folder, _ = analysed
    copy = tmp_path / "moved.posture"
    shutil.copytree(folder, copy)
    before = pd.read_csv(copy / "strides.csv")
    done = posture("analyze", copy, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pd.testing.assert_frame_equal(pd.read_csv(copy / "strides.csv"), before)


def test_settings_can_be_changed_on_the_folder(analysed, tmp_path: Path) -> None:
    copy = tmp_path / "slow.posture"
    shutil.copytree(analysed[0], copy)
    done = posture("analyze", copy, "--slow-motion", 2, "--exclude", "0-2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads((copy / "analysis.json").read_text())
    assert result["settings"]["clip"]["slow_motion"] == 2.0
    assert pd.read_csv(copy / "strides.csv")["start"].min() >= 1.0
    refused = posture("analyze", copy, "--model", "lite", cwd=tmp_path)
    assert refused.returncode == 2
    assert "analyse the clip itself" in refused.stderr


def test_same_clip_again_reuses_the_poses(analysed, clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run.posture"
    shutil.copytree(analysed[0], copy)
    stamp = (copy / "poses.npz").stat().st_mtime_ns
    done = posture("analyze", clip, "--no-video", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (copy / "poses.npz").stat().st_mtime_ns == stamp


def test_any_number_of_workers_gives_the_same_poses_to_the_bit(pieces, short: Path, tmp_path: Path) -> None:
    shutil.copy(pieces[0].parent / "pieces.toml", tmp_path)
    done = program("analyze", short, *PIECES, "--workers", 1, "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    one, two = (Recording.load(path / "poses.npz").series for path in (tmp_path / "short.posture", pieces[0]))
    assert len(one) > 100
    for name in ("time", "xy", "world", "visibility", "presence", "segment"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_killed_half_way_it_goes_on_and_ends_the_same(pieces, short: Path, tmp_path: Path) -> None:
    shutil.copy(pieces[0].parent / "pieces.toml", tmp_path)
    chunks = tmp_path / "short.posture" / "chunks"
    dying = (
        "import os, signal\nfrom posture.pose.estimation import stage\nreal = stage.save_chunk\n"
        "def last(*arguments):\n    real(*arguments)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "stage.save_chunk = last\nfrom posture.cli import run\nrun()\n"
    )
    first = subprocess.run(
        [sys.executable, "-c", dying, "analyze", str(short), *PIECES, "--workers", "1"],
        cwd=tmp_path, capture_output=True, timeout=HANG_S, check=False,
    )  # fmt: skip
    assert first.returncode == -signal.SIGKILL, first.stderr
    finished = {path.name: path.stat().st_mtime_ns for path in chunks.glob("0*.npz")}
    assert finished
    assert not (tmp_path / "short.posture" / "analysis.json").exists()
    done = posture("analyze", short, *PIECES, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    again, whole = (Recording.load(path / "poses.npz").series for path in (tmp_path / "short.posture", pieces[0]))
    np.testing.assert_array_equal(again.xy, whole.xy)


def test_folder_of_another_clip_is_refused_unless_forced(analysed, videos: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run.posture"
    shutil.copytree(analysed[0], copy)
    kept = (copy / "analysis.json").read_bytes()
    other = cut(videos / "tired.mp4", tmp_path / "other.mp4", 0.0, 4.0)
    refused = posture("analyze", other, "--out", copy, cwd=tmp_path)
    assert refused.returncode == 2
    assert "another clip (run.mp4)" in refused.stderr
    assert (copy / "analysis.json").read_bytes() == kept
    assert posture("analyze", other, "--out", copy, "--force", "--no-video", cwd=tmp_path).returncode == 0
    assert json.loads((copy / "analysis.json").read_text())["clip"]["name"] == "other.mp4"


def test_few_strides_get_values_and_no_verdict(pieces) -> None:
    folder, done = pieces
    assert done.returncode == 0, done.stderr
    assert "too few to show whether the posture changes" in " ".join(done.stdout.split())
    result = json.loads((folder / "analysis.json").read_text())
    assert result["metrics"]["trunk_lean"]["few_strides"]
    assert result["metrics"]["trunk_lean"]["floor"] == 4.0


def test_a_cut_off_clip_is_analysed_as_far_as_it_goes(short: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    whole = short.read_bytes()
    broken.write_bytes(whole[: int(0.7 * len(whole))])
    done = posture("analyze", broken, "--no-video", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "!" in done.stdout
    assert json.loads((tmp_path / "broken.posture" / "analysis.json").read_text())["clip"]["notes"]


def test_a_sideways_clip_is_turned_and_says_so(videos: Path, tmp_path: Path) -> None:
    lying = cut(
        videos / "fresh.mp4", tmp_path / "lying.mp4", 5.0, 11.0, lambda rgb, _: np.ascontiguousarray(np.rot90(rgb))
    )
    done = posture("analyze", lying, "--no-video", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "lying.posture" / "analysis.json").read_text())
    assert result["clip"]["turned"] == 90
    assert result["clip"]["size"] == [640, 720]
    assert abs(result["metrics"]["trunk_lean"]["level"]) < 15
    assert "turned" in done.stdout


def _text(path: Path) -> None:
    path.write_text("This is not a video.\n" * 50)


def _empty(path: Path) -> None:
    path.touch()


def _nobody(path: Path) -> None:
    from posture.video import VideoWriter

    with VideoWriter(path, (320, 240), 30.0) as writer:
        rng = np.random.default_rng(1)
        for i in range(45):
            writer.write(rng.integers(90, 140, (240, 320, 3), dtype=np.uint8), i / 30)


def _sound(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        # An empty frame would hold what memory held, which an encoder may refuse.
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def _folder(path: Path) -> None:
    path.mkdir()


def _nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize("make", [_text, _empty, _nobody, _sound, _folder, _nothing], ids=lambda f: f.__name__[1:])
def test_bad_input_is_one_sentence_and_exit_2(make, tmp_path: Path) -> None:
    make(tmp_path / "clip.mp4")
    done = program("analyze", "clip.mp4", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "clip.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_unreadable_clip(clip: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    locked = shutil.copy(clip, tmp_path / "locked.mp4")
    Path(locked).chmod(0)
    done = posture("analyze", locked, cwd=tmp_path)
    assert done.returncode == 2
    assert "locked.mp4" in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[cleaning]\nvisiblity = 0.4\n", "cleaning.visiblity"),
        ("[clip]\nslow_motion = -1\n", "clip.slow_motion"),
        ("[clip\n", "not a valid TOML file"),
    ],
)
def test_bad_settings_name_file_and_key(settings: str, said: str, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(settings)
    done = posture("analyze", clip, "--settings", "my.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "my.toml" in done.stderr
    assert said in done.stderr


def test_full_disk_loses_nothing_and_goes_on_later(short: Path, tmp_path: Path) -> None:
    """A folder on a file system of 200 kB, too small for poses and overlay."""
    out = tmp_path / "small"
    out.mkdir()
    script = (
        f"mount -t tmpfs -o size=200k none {out} && mkdir {out}/run.posture && "
        f"{sys.executable} -m posture analyze {short} --out {out}/run.posture; echo code $?; ls {out}/run.posture"
    )
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if "code" not in done.stdout:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    assert "code 2" in done.stdout
    assert "disk is full" in done.stderr
    assert done.stderr.count("\n") == 1
    assert ".part" not in done.stdout


def test_python_api_leaves_the_environment_as_it_was(short: Path, tmp_path: Path) -> None:
    script = (
        "import os, posture; before = dict(os.environ);"
        f"a = posture.analyze({str(short)!r}, out={str(tmp_path / 'api.posture')!r}, overlay=False);"
        "assert dict(os.environ) == before;"
        "b = posture.load_analysis(a.folder);"
        "assert (a.strides['trunk_lean'] == b.strides['trunk_lean']).all();"
        "print(len(b.metrics), b.drift['trunk_lean'].status)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "150"
