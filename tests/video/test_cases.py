"""Videos as phones, cameras and programs really write them: turned, mirrored, uneven, cut, without times, with covers.

Each is made from the project's own clip by FFmpeg, and read: size, length, number and look of its pictures.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from posture.errors import PostureError
from posture.video import FrameReader, probe

_X264 = "-c:v libx264 -preset ultrafast -crf 18 -an"
#: Seconds, and size, of the clip that all others are made from.
LENGTH, SIZE, RATE = 3.0, (160, 180), 30.0


@dataclass(frozen=True)
class Case:
    """How a file is made, and what is right.

    ``make`` is a command of FFmpeg between input and output, or a function of input and output.
    """

    name: str
    make: str | Callable[[Path, Path], None]
    size: tuple[int, int] = SIZE
    frames: int = 90
    seconds: float = LENGTH
    rate: float = RATE
    note: str = ""
    look: Callable[[np.ndarray], np.ndarray] = lambda rgb: rgb


def ffmpeg(*arguments: object) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-nostdin", *(str(a) for a in arguments)], check=True, capture_output=True
    )


def _with_matrix(filters: str, a: int, b: int, c: int, d: int) -> Callable[[Path, Path], None]:
    """Pictures changed by filters, and the matrix with which a player puts them upright (ISO/IEC 14496-12, 8.3.2)."""

    def make(clip: Path, out: Path) -> None:
        ffmpeg("-i", clip, "-vf", filters, *_X264.split(), out)
        data = bytearray(out.read_bytes())
        at = data.find(b"tkhd") + 4
        at += 40 if data[at] == 0 else 52
        one = 1 << 16
        data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
        out.write_bytes(data)

    return make


def _cut_tail(clip: Path, out: Path) -> None:
    ffmpeg("-i", clip, "-c", "copy", "-movflags", "+faststart", out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) // 2])


def _with_exif(clip: Path, out: Path) -> None:
    for number in range(6):
        picture = out.with_name(f"exif{number}.jpg")
        ffmpeg("-ss", 0.1 * number, "-i", clip, "-frames:v", 1, "-q:v", 2, picture)
        data = picture.read_bytes()
        tag = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0"
        picture.write_bytes(data[:2] + b"\xff\xe1" + (len(tag) + 2).to_bytes(2, "big") + tag + data[2:])
    ffmpeg("-framerate", 30, "-i", out.with_name("exif%d.jpg"), "-c", "copy", out)


def _two_sizes(clip: Path, out: Path) -> None:
    first, second = out.with_name("first.ts"), out.with_name("second.ts")
    ffmpeg("-i", clip, "-t", 1.5, *_X264.split(), first)
    ffmpeg("-i", clip, "-ss", 1.5, "-vf", "scale=80:90", *_X264.split(), "-output_ts_offset", 1.5, second)
    out.write_bytes(first.read_bytes() + second.read_bytes())


def _covered(clip: Path, out: Path) -> None:
    cover = out.with_name("cover.jpg")
    ffmpeg("-i", clip, "-frames:v", 1, cover)
    ffmpeg("-i", cover, "-i", clip, "-map", 0, "-map", "1:v", "-c", "copy", "-disposition:v:0", "attached_pic", out)


def _named(clip: Path, out: Path) -> None:
    shutil.copy(clip, out)


def _titled(clip: Path, out: Path) -> None:
    ffmpeg("-i", clip, "-c", "copy", "-metadata", "title=Laeufer", out)
    out.write_bytes(out.read_bytes().replace(b"Laeufer", b"L\xe4\xff\xfe\x80er"))


CASES = [
    Case("plain.mp4", "-c copy"),
    Case("turned-90.mp4", _with_matrix("transpose=cclock", 0, 1, -1, 0)),
    Case("turned-180.mp4", _with_matrix("vflip,hflip", -1, 0, 0, -1)),
    Case("mirrored.mp4", _with_matrix("null", -1, 0, 0, 1), look=lambda rgb: rgb[:, ::-1]),
    Case("odd-pixels.mp4", f"-vf scale=80:180,setsar=2 {_X264}"),
    Case("holes.mp4", f"-vf select='not(between(mod(n,30),10,19))' -fps_mode vfr {_X264}", frames=60),
    Case("slowing.mp4", f"-vf select='lt(n,45)+not(mod(n,3))' -fps_mode vfr {_X264}", frames=60, seconds=2.93),
    Case("interlaced.mp4", f"-vf interlace=scan=tff:lowpass=0 {_X264} -flags +ilme+ildct", frames=45, rate=15.0),
    Case("hlg10.mov", "-c:v libx265 -preset ultrafast -crf 18 -pix_fmt yuv420p10le -tag:v hvc1"),
    Case("edit-list.mp4", "-c copy", frames=60, seconds=2.0),
    Case("raw.h264", "-c copy -bsf:v h264_mp4toannexb", note="holds no times"),
    Case("late.ts", "-c copy -muxdelay 0 -output_ts_offset 95440"),
    Case("alpha.webm", "-vf format=yuva420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M"),
    Case("dark-first.mp4", f"-vf tpad=start_duration=1:color=black {_X264}", frames=120, seconds=4.0,
         look=lambda rgb: np.zeros_like(rgb)),
    Case("milliseconds.mkv", f"-vf fps=60 {_X264}", frames=180, rate=60.0),
    Case("cut-tail.mp4", _cut_tail, frames=-1, note="cut off"),
    Case("cover.mp4", _covered),
    Case("pictures.gif", "-vf fps=15", frames=45, rate=15.0),
    Case("exif.mov", _with_exif, frames=6, seconds=0.2),
    Case("two-sizes.ts", _two_sizes, frames=-1),
    Case("Läufer 跑步 🏃 (1) %03d.mp4", _named),
    Case("a:b.mp4", _named),
    Case("undecodable\udc80.mp4", _named),
    Case("titled.mp4", _titled),
    Case("lossless.avi", "-c:v ffv1"),
    Case("old.avi", "-c:v mpeg4 -q:v 2 -bf 2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def clip(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("ffmpeg") is None:
        pytest.skip("the program ffmpeg, which makes these files, is not installed")
    out = tmp_path_factory.mktemp("cases") / "clip.mp4"
    ffmpeg("-ss", 5, "-t", LENGTH, "-i", videos / "fresh.mp4", "-vf", f"scale={SIZE[0]}:{SIZE[1]}", *_X264.split(),
           "-bf", 0, "-g", 15, out)  # fmt: skip
    return out


def made(case: Case, clip: Path, folder: Path) -> Path:
    out = folder / case.name
    if callable(case.make):
        case.make(clip, out)
    elif case.name == "edit-list.mp4":
        b_frames = folder / "b.mp4"
        ffmpeg("-i", clip, "-c:v", "libx264", "-preset", "veryfast", "-crf", 18, "-g", 250, "-bf", 3, b_frames)
        ffmpeg("-ss", 1.0, "-i", b_frames, "-c", "copy", out)
    else:
        ffmpeg("-i", clip, *case.make.split(), out)
    return out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.encode("ascii", "backslashreplace").decode())
def test_it_is_read_right(case: Case, clip: Path, tmp_path: Path) -> None:
    file = made(case, clip, tmp_path)
    info = probe(file)
    with FrameReader(file) as reader:
        frames = [(frame.time, frame.rgb.copy()) for frame in reader]
    assert info.size == case.size
    assert {rgb.shape[:2] for _, rgb in frames} == {case.size[::-1]}
    times = np.array([time for time, _ in frames])
    assert (np.diff(times) > 0).all()
    assert case.note in (info.problem or reader.problem or "")
    if case.frames > 0:
        assert len(frames) == info.frames == case.frames
        assert info.rate == pytest.approx(case.rate, rel=0.02)
        assert info.duration == pytest.approx(case.seconds, abs=0.08)
        start = 1.0 if case.name == "edit-list.mp4" else 0.0
        with FrameReader(clip, start) as whole:
            first = next(iter(whole)).rgb
        seen, true = (
            cv2.GaussianBlur(np.ascontiguousarray(rgb), (9, 9), 0) for rgb in (frames[0][1], case.look(first))
        )
        assert np.abs(seen.astype(float) - true).mean() < 12
    else:
        assert 20 < len(frames) <= 90


def test_a_recording_without_its_index_is_one_sentence(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "no-index.mp4").write_bytes(clip.read_bytes()[: clip.stat().st_size * 7 // 10])
    with pytest.raises(PostureError, match="before its index was written"):
        probe(tmp_path / "no-index.mp4")


def test_a_picture_is_no_video_whatever_its_name(clip: Path, tmp_path: Path) -> None:
    ffmpeg("-i", clip, "-frames:v", 1, tmp_path / "a.jpg")
    (tmp_path / "a.jpg").rename(tmp_path / "a.mp4")
    assert probe(tmp_path / "a.mp4").duration is None


def test_the_base_of_all_is_what_it_should_be(clip: Path) -> None:
    with FrameReader(clip) as reader:
        first = next(iter(reader)).rgb
    assert cv2.cvtColor(first, cv2.COLOR_RGB2GRAY).std() > 20
