"""Frames out: the file a browser plays, whole or not at all."""

from __future__ import annotations

import resource
from pathlib import Path

import av
import numpy as np
import pytest

from posture.errors import PostureError
from posture.video.decode import FrameReader
from posture.video.encode import VideoWriter
from posture.video.probe import probe


def write(path: Path, size: tuple[int, int], times: list[float], rate: float = 30.0) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    frames = []
    with VideoWriter(path, size, rate) as writer:
        for time in times:
            small = rng.integers(0, 255, (3, 4, 3), dtype=np.uint8)
            frame = np.ascontiguousarray(np.kron(small, np.ones((40, 40, 1), dtype=np.uint8))[: size[1], : size[0]])
            frames.append(frame)
            writer.write(frame, time)
    return frames


def test_times_and_length_are_those_of_the_input(tmp_path: Path) -> None:
    times = [0.0, 0.033, 0.1, 0.15, 0.4]
    write(tmp_path / "o.mp4", (160, 120), times, rate=20.0)
    assert [f.time for f in FrameReader(tmp_path / "o.mp4")] == pytest.approx(times, abs=1e-5)
    with av.open(str(tmp_path / "o.mp4")) as container:
        stream = container.streams.video[0]
        assert float(stream.duration * stream.time_base) == pytest.approx(0.45, abs=1e-4)


def test_browsers_play_it(tmp_path: Path) -> None:
    write(tmp_path / "o.mp4", (160, 120), [0.0, 0.04])
    info = probe(tmp_path / "o.mp4")
    assert (info.codec, info.pixel_format, info.size) == ("h264", "yuv420p", (160, 120))
    raw = (tmp_path / "o.mp4").read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")


@pytest.mark.parametrize("size", [(159, 119), (159, 120), (160, 119), (160, 120), (158, 118), (160, 117)])
def test_odd_sizes_leave_points_and_colours_in_place(size: tuple[int, int], tmp_path: Path) -> None:
    frames = write(tmp_path / "o.mp4", size, [0.0, 0.04, 0.08])
    width, height = size
    for before, after in zip(frames, FrameReader(tmp_path / "o.mp4"), strict=True):
        assert after.rgb.shape == (height + height % 2, width + width % 2, 3)
        inner = (slice(10, 30), slice(10, 30))
        assert np.abs(before[inner].mean((0, 1)) - after.rgb[inner].mean((0, 1))).max() < 6
        assert np.abs(before.astype(int) - after.rgb[:height, :width]).mean() < 4
        # The edges of the squares, 40 pixels apart, stay where they were.
        step = np.abs(np.diff(after.rgb[20].astype(int).sum(axis=1)))
        wanted = np.abs(np.diff(before[20].astype(int).sum(axis=1)))
        for edge in np.flatnonzero(wanted > 100):
            assert abs(int(np.argmax(step[edge - 3 : edge + 4])) - 3) <= 1


def test_no_file_appears_when_the_work_fails(tmp_path: Path) -> None:
    target = tmp_path / "o.mp4"
    target.write_bytes(b"old")

    def interrupted() -> None:
        with VideoWriter(target, (64, 48), 30.0) as writer:
            writer.write(np.zeros((48, 64, 3), dtype=np.uint8), 0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(("frames", "limit"), [(60, 100), (60, 400_000), (4, 100), (8, 50_000)])
def test_a_full_disk_is_one_sentence(frames: int, limit: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    message = ""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with VideoWriter(tmp_path / "o.mp4", (320, 240), 30.0) as writer:
            for i in range(frames):
                writer.write(rng.integers(0, 255, (240, 320, 3), dtype=np.uint8), i / 30)
    except PostureError as error:
        message = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert message.startswith(f"{tmp_path / 'o.mp4'} cannot be written (")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_an_empty_film(tmp_path: Path) -> None:
    with pytest.raises(PostureError, match="cannot be written"), VideoWriter(tmp_path / "no" / "o.mp4", (64, 48), 30.0):
        pass
    with pytest.raises(PostureError, match="not one frame"), VideoWriter(tmp_path / "o.mp4", (64, 48), 30.0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shape"), VideoWriter(tmp_path / "o.mp4", (64, 48), 30.0) as writer:
        writer.write(np.zeros((64, 48, 3), dtype=np.uint8), 0.0)
