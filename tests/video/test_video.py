"""Frames in: times, turns, seeking, broken files."""

from __future__ import annotations

import hashlib
import os
import wave
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posture.errors import PostureError
from posture.video.decode import FrameReader, frames_at
from posture.video.opening import open_video
from posture.video.probe import probe

VARIABLE = np.array([0, 33, 66, 133, 166, 266, 300, 333, 500, 533, 566, 600, 640, 700, 733, 766, 800, 833, 900, 1000])


def number(rgb: np.ndarray) -> int:
    """The number that `picture` painted, read back after lossy coding."""
    height, width = rgb.shape[:2]
    bits = [rgb[height // 2, int((k + 0.5) * width / 8)].mean() > 128 for k in range(8)]
    return sum(1 << k for k, bit in enumerate(bits) if bit)


def picture(i: int, size: tuple[int, int]) -> np.ndarray:
    """A frame that carries its number as eight bars, dark or bright."""
    width, height = size
    bars = (np.arange(width) * 8 // width)[None, :]
    return np.broadcast_to(np.where((i >> bars) & 1, 220, 30)[..., None], (height, width, 3)).astype(np.uint8).copy()


def make(
    path: Path,
    codec: str = "libx264",
    size: tuple[int, int] = (64, 48),
    milliseconds: np.ndarray = VARIABLE,
    pixels: str = "yuv420p",
    rotation: int = 0,
    mirrored: bool = False,
    aspect: Fraction | None = None,
    **options: str,
) -> Path:
    movflags = options.pop("movflags", "")
    with av.open(str(path), "w", options={"movflags": movflags} if movflags else {}) as container:
        stream = container.add_stream(codec, rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.time_base = Fraction(1, 1000)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation or mirrored:
            stream.set_display_rotation(rotation, hflip=mirrored)
        for i, at in enumerate(milliseconds):
            frame = av.VideoFrame.from_ndarray(picture(i, size), format="rgb24")
            frame.pts, frame.time_base = int(at), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def steady(frames: int) -> np.ndarray:
    return np.arange(frames) * 40


# Several keyframes, reordered frames, and in the second case leading frames that need the group before.
SHORT_GROUPS = {"g": "8", "bf": "3", "x264-params": "b-adapt=0:scenecut=0"}
REFRESH = {"g": "8", "bf": "0", "x264-params": "intra-refresh=1"}
OPEN_GROUPS = {"g": "8", "bf": "3", "x264-params": "b-adapt=0:scenecut=0:open-gop=1"}

FORMATS: dict[str, Callable[[Path], Path]] = {
    "h264": lambda d: make(d / "a.mp4", g="8"),
    "b-frames": lambda d: make(d / "a.mp4", **SHORT_GROUPS),
    "open groups": lambda d: make(d / "a.mp4", **OPEN_GROUPS),
    "gradual refresh": lambda d: make(d / "a.mp4", **REFRESH),
    "hevc 10 bit": lambda d: make(
        d / "a.mp4", "libx265", pixels="yuv420p10le", **{"x265-params": "keyint=8:log-level=0"}
    ),
    "vp9 mkv": lambda d: make(d / "a.mkv", "libvpx-vp9", g="8", deadline="realtime"),
    "vp9 webm": lambda d: make(d / "a.webm", "libvpx-vp9", g="8", deadline="realtime"),
    "transport stream": lambda d: make(d / "a.ts", g="8"),
    "avi": lambda d: make(d / "a.avi", "mjpeg", pixels="yuvj420p", milliseconds=steady(20)),
    "fragments": lambda d: make(d / "a.mp4", g="8", movflags="frag_keyframe+empty_moov"),
    "odd size": lambda d: make(d / "a.mkv", "ffv1", size=(75, 49), pixels="bgr0"),
    "motion jpeg": lambda d: make(d / "a.mov", "mjpeg", pixels="yuvj420p"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_frame_comes_with_its_true_time(kind: str, tmp_path: Path) -> None:
    path = FORMATS[kind](tmp_path)
    with FrameReader(path) as reader:
        frames = list(reader)
    assert [number(f.rgb) for f in frames] == list(range(len(VARIABLE)))
    assert [f.index for f in frames] == list(range(len(VARIABLE)))
    wanted = steady(20) if kind == "avi" else VARIABLE
    np.testing.assert_allclose([f.time for f in frames], wanted / 1000, atol=0.0011)
    assert frames[0].time == 0
    assert all(f.rgb.flags.c_contiguous and f.rgb.dtype == np.uint8 for f in frames)
    assert reader.problem is None
    assert reader.repaired == 0


@pytest.mark.parametrize("kind", FORMATS)
def test_reading_from_the_middle_gives_the_same_frames(kind: str, tmp_path: Path) -> None:
    path = FORMATS[kind](tmp_path)
    whole = list(FrameReader(path))
    for start, stop in [
        (0.1, 0.3),
        (0.5, 0.75),
        (0.83, None),
        (whole[9].time, whole[10].time),
        (5.0, 9.0),
        (-1.0, 0.05),
    ]:
        reader = FrameReader(path, start, stop)
        part = list(reader)
        assert reader.problem is None
        wanted = [f for f in whole if start <= f.time < (stop or 99)]
        assert [(f.index, f.time) for f in part] == [(f.index, f.time) for f in wanted]
        assert all(np.array_equal(a.rgb, b.rgb) for a, b in zip(part, wanted, strict=True))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_a_seek_skips_what_lies_before(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / name, milliseconds=steady(120), g="10")
    reader = FrameReader(path, 4.0, 4.1)
    decoded = 0
    original = FrameReader._frames

    def counted(self: FrameReader):  # type: ignore[no-untyped-def]
        nonlocal decoded
        for frame in original(self):
            decoded += 1
            yield frame

    monkeypatch.setattr(FrameReader, "_frames", counted)
    assert [f.index for f in reader] == [100, 101, 102]
    assert decoded < 20


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.floats(0.001, 1.1), max_size=4))
def test_chunks_join_to_the_whole(cuts: list[float], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "chunks"
    folder.mkdir(exist_ok=True)
    path = folder / "a.mp4"
    if not path.exists():
        make(path, **SHORT_GROUPS)
    edges = [None, *sorted(set(cuts)), None]
    joined = [f.index for a, b in pairwise(edges) for f in FrameReader(path, a, b)]
    assert joined == list(range(len(VARIABLE)))


@pytest.mark.parametrize("step", [1000 / 60, 1000 / 120, 10.0])
def test_one_frame_of_each_period_wherever_reading_begins(step: float, tmp_path: Path) -> None:
    path = make(tmp_path / "fast.mp4", milliseconds=np.round(np.arange(48) * step).astype(int), g="12", bf="2")
    whole = [(frame.index, frame.time) for frame in FrameReader(path, period=4 * step / 1000)]
    assert [index for index, _ in whole] == list(range(0, 48, 4))
    for start in (0.05, 0.1, 0.1 + step / 2000, 0.23):
        part = [(frame.index, frame.time) for frame in FrameReader(path, start=start, period=4 * step / 1000)]
        assert part == [(index, time) for index, time in whole if time >= start]


def test_of_uneven_frames_each_period_gives_its_first(tmp_path: Path) -> None:
    path = make(tmp_path / "variable.mp4")
    times = [round(frame.time * 1000) for frame in FrameReader(path, period=0.1)]
    assert times == [0, 133, 266, 300, 500, 600, 700, 800, 900, 1000]


def test_gif_is_read_from_the_start(tmp_path: Path) -> None:
    times = np.arange(10) * 70
    path = make(tmp_path / "a.gif", "gif", pixels="rgb8", milliseconds=times)
    frames = list(FrameReader(path))
    np.testing.assert_allclose([f.time for f in frames], times / 1000, atol=0.006)
    assert [number(f.rgb) for f in frames] == list(range(10))
    part = list(FrameReader(path, 0.3))
    assert [number(f.rgb) for f in part] == [5, 6, 7, 8, 9]
    assert probe(path).rate == pytest.approx(1 / 0.07, rel=0.01)


@pytest.mark.parametrize(("tag", "turned"), [(0, 0), (-90, 90), (180, 180), (90, 270)])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_frames_stand_upright(tag: int, turned: int, turn: int, tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", size=(64, 48), milliseconds=steady(3), rotation=tag)
    info = probe(path)
    assert info.rotation == turned
    assert info.size == ((48, 64) if turned % 180 else (64, 48))
    with FrameReader(path, turn=turn) as reader:
        frame = list(reader)[2]
        assert reader.size == frame.rgb.shape[1::-1]
    stored = np.rot90(frame.rgb, (turned + turn) // 90)
    assert number(stored) == 2
    assert stored.shape == (48, 64, 3)
    assert frame.rgb.flags.c_contiguous


@pytest.mark.parametrize("tag", [0, -90, 180, 90])
def test_mirrored_frames_are_mirrored_back(tag: int, tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(3), rotation=tag, mirrored=True)
    plain = make(tmp_path / "b.mp4", milliseconds=steady(3), rotation=tag)
    for turn in (0, 90):
        seen, wanted = (list(FrameReader(p, turn=turn))[1].rgb for p in (path, plain))
        np.testing.assert_array_equal(seen, wanted[::-1] if turn else wanted[:, ::-1])


def test_pixels_become_square(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", size=(48, 48), milliseconds=steady(3), aspect=Fraction(4, 3))
    assert probe(path).size == (64, 48)
    assert next(iter(FrameReader(path))).rgb.shape == (48, 64, 3)


def test_probe_counts_instead_of_believing_the_header(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mkv", milliseconds=steady(25))
    with av.open(str(path)) as container:
        assert container.streams.video[0].frames == 0
    info = probe(str(path))
    assert (info.frames, info.rate, info.size) == (25, pytest.approx(25), (64, 48))
    assert info.duration == pytest.approx(1.0, abs=0.002)
    assert (info.codec, info.pixel_format, info.recorded, info.problem) == ("h264", "yuv420p", None, None)
    assert info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_rate_is_that_of_most_frames_not_the_mean(tmp_path: Path) -> None:
    times = np.append(steady(20), 20_000)
    assert probe(make(tmp_path / "a.mp4", milliseconds=times)).rate == pytest.approx(25)


def test_milliseconds_of_matroska_do_not_shift_the_rate(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mkv", milliseconds=np.round(np.arange(60) * 1000 / 30).astype(int))
    assert probe(path).rate == pytest.approx(30, rel=1e-3)


def test_a_raw_stream_without_stamps_gets_even_times(tmp_path: Path) -> None:
    path = make(tmp_path / "a.h264", milliseconds=steady(12), g="4", bf="0")
    reader = FrameReader(path)
    frames = list(reader)
    assert [number(f.rgb) for f in frames] == list(range(12))
    steps = np.diff([f.time for f in frames])
    assert (steps > 0).all()
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)


@pytest.mark.parametrize(
    ("stamps", "repaired"),
    [
        ([0, 40, 40, 80, 120], [0, 40, 60, 80, 120]),
        ([0, 40, None, 120], [0, 40, 80, 120]),
        ([0, 40, 20, 80], [0, 40, 60, 80]),
    ],
)
def test_faulty_stamps_are_repaired_and_counted(
    stamps: list[int | None], repaired: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = FrameReader(make(tmp_path / "a.mp4", milliseconds=steady(8)))
    ticks = reader._timeline.time_base.denominator // 1000

    def faulty(_: FrameReader):  # type: ignore[no-untyped-def]
        for stamp in stamps:
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = None if stamp is None else stamp * ticks
            yield frame

    monkeypatch.setattr(FrameReader, "_frames", faulty)
    assert [f.time for f in reader] == pytest.approx([t / 1000 for t in repaired])
    assert reader.repaired == 1


def test_a_clock_that_restarts_goes_on(tmp_path: Path) -> None:
    first, second = (make(tmp_path / f"{n}.ts", milliseconds=steady(50), g="8").read_bytes() for n in "ab")
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first + second)
    reader = FrameReader(joined)
    times = np.array([f.time for f in reader])
    assert (np.diff(times) > 0).all()
    assert times.size >= 98
    assert times[-1] == pytest.approx(times.size * 0.04, abs=0.2)


def test_frames_at_gives_only_the_wanted(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(50))
    got = [
        (f.index, f.time, number(f.rgb)) for f in frames_at(path, np.array([0.0, 0.5, 0.52, 1.0, 1.01, 7.0]), turn=0)
    ]
    assert got == [(0, 0.0, 0), (13, 0.52, 13), (25, 1.0, 25), (26, 1.04, 26)]


@pytest.mark.parametrize("bf", ["0", "2"])
def test_frames_at_skips_what_no_wanted_frame_needs(bf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(200), g="10", bf=bf)
    whole = {f.time: (f.index, number(f.rgb)) for f in FrameReader(path)}
    decoded = []
    decode = FrameReader._decode

    def counted(self: FrameReader, key: int | None):  # type: ignore[no-untyped-def]
        for frame in decode(self, key):
            decoded.append(frame.pts)
            yield frame

    monkeypatch.setattr(FrameReader, "_decode", counted)
    wanted = np.array([0.1, 1.97, 2.0, 2.01, 6.0, 6.04, 7.99])
    got = list(frames_at(path, wanted))
    assert [f.time for f in got] == sorted({min(t for t in whole if t >= w) for w in wanted if w <= max(whole)})
    assert [(f.index, number(f.rgb)) for f in got] == [whole[f.time] for f in got]
    assert len(decoded) < 60
    assert list(frames_at(path, np.empty(0))) == []


def test_before_the_start_only_what_others_refer_to_is_decoded(tmp_path: Path) -> None:
    flags = {"g": "50", "bf": "3", "x264-params": "b-adapt=0:scenecut=0:b-pyramid=none"}
    path = make(tmp_path / "a.mp4", milliseconds=steady(50), **flags)
    whole = [(f.time, number(f.rgb)) for f in FrameReader(path)]
    reader = FrameReader(path, start=1.6)
    stamps = [reader._timeline.seconds(frame.pts) for frame in reader._frames() if frame.pts is not None]
    # Of every four frames, three are between two others.
    assert len([stamp for stamp in stamps if stamp < 1.6]) <= 14
    assert [(f.time, number(f.rgb)) for f in reader] == [one for one in whole if one[0] >= 1.6]
    assert len(whole) == 50


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("start", [0.0, 0.9])
def test_between_periods_only_what_others_refer_to_is_decoded(alone: bool, start: float, tmp_path: Path) -> None:
    flags = {"g": "50", "bf": "3", "x264-params": "b-adapt=0:scenecut=0:b-pyramid=none"}
    path = make(tmp_path / "a.mp4", milliseconds=steady(50), **flags)
    whole = [(f.index, f.time, number(f.rgb)) for f in FrameReader(path) if f.index % 2 == 0 and f.time >= start]
    reader = FrameReader(path, start, period=0.08, alone=alone)
    for _ in range(2):
        assert [(f.index, f.time, number(f.rgb)) for f in reader] == whole
    # Of every four frames one is wanted that none refers to, and two are spared.
    assert len(list(reader._frames())) <= 27


def test_a_file_cut_off_gives_its_readable_part(tmp_path: Path) -> None:
    whole = make(tmp_path / "a.mp4", milliseconds=steady(100), g="10", bf="0", movflags="+faststart").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * 0.7)])
    info = probe(cut)
    assert info.problem is not None
    assert "cut off" in info.problem
    assert info.frames is not None
    reader = FrameReader(cut)
    numbers = [number(f.rgb) for f in reader]
    assert 10 < len(numbers) < 95
    assert numbers == list(range(len(numbers)))
    assert abs(info.frames - len(numbers)) <= 1
    assert reader.problem == info.problem


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.mp4"])
def test_other_files_cut_off(name: str, tmp_path: Path) -> None:
    flags = {"movflags": "frag_keyframe+empty_moov"} if name.endswith("mp4") else {}
    whole = make(tmp_path / name, milliseconds=steady(100), g="10", bf="0", **flags).read_bytes()
    cut = tmp_path / f"cut{name}"
    cut.write_bytes(whole[: int(len(whole) * 0.6)])
    numbers = [number(f.rgb) for f in FrameReader(cut)]
    assert 10 < len(numbers) < 95
    assert numbers[:-1] == list(range(len(numbers) - 1))


def test_a_damaged_middle_is_said_and_passed_over(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(100), g="10", bf="0", movflags="+faststart")
    with av.open(str(path)) as container:
        places = [p.pos for p in container.demux(video=0) if p.size]
    raw = bytearray(path.read_bytes())
    raw[places[40] : places[45]] = b"\xff" * (places[45] - places[40])
    path.write_bytes(raw)
    reader = FrameReader(path)
    numbers = [number(f.rgb) for f in reader]
    assert numbers[:40] == list(range(40))
    assert numbers[-50:] == list(range(50, 100))
    assert reader.problem is not None


def test_the_readable_part_is_the_same_in_chunks(tmp_path: Path) -> None:
    whole = make(tmp_path / "a.mp4", milliseconds=steady(100), g="10", movflags="+faststart").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * 0.7)])
    one = [(f.index, f.time) for f in FrameReader(cut)]
    two = [(f.index, f.time) for a, b in [(None, 1.1), (1.1, None)] for f in FrameReader(cut, a, b)]
    assert one == two


def sound(path: Path) -> Path:
    with wave.open(str(path.with_suffix(".wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    path.with_suffix(".wav").rename(path)
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def indexless(folder: Path) -> Path:
    whole = make(folder / "a.mp4", milliseconds=steady(50)).read_bytes()
    return written(folder / "x.mp4", whole[: len(whole) // 2])


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda d: d / "x.mp4", "does not exist"),
    "directory": (lambda d: d, "is a directory"),
    "empty": (lambda d: written(d / "x.mp4", b""), "is empty"),
    "text": (lambda d: written(d / "x.mp4", b"Dear diary, today I ran.\n" * 99), "cannot be opened as a video"),
    "playlist": (
        lambda d: written(d / "x.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n"),
        "x.mp4",
    ),
    "sound": (lambda d: sound(d / "x.mp4"), "holds sound but no pictures"),
    "no index": (indexless, "cannot be opened as a video"),
    "pipe": (lambda d: os.mkfifo(d / "x.mp4") or d / "x.mp4", "is not a regular file"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("function", [probe, FrameReader])
def test_one_sentence_for_what_cannot_be_read(kind: str, function: Callable[[Path], object], tmp_path: Path) -> None:
    build, words = BAD[kind]
    path = build(tmp_path)
    with pytest.raises(PostureError) as caught:
        function(path)
    message = str(caught.value)
    assert words in message
    assert str(path) in message
    assert message.endswith(".")
    assert message.count(". ") == 0
    assert "\n" not in message


def test_no_frame_that_decodes(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(5), movflags="+faststart")
    with av.open(str(path)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    raw = bytearray(path.read_bytes())
    for at, size in places:
        raw[at : at + size] = b"\xff" * size
    path.write_bytes(raw)
    with pytest.raises(PostureError, match="no frame that can be decoded"):
        probe(path)


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(3))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PostureError, match=r"cannot be read \(Permission denied\)"):
        open_video(path)


def test_closing_ends_an_iteration_under_way(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(60))
    with FrameReader(path) as reader:
        frames = iter(reader)
        assert next(frames).index == 0
    assert list(frames) == []
    assert len(list(reader)) == 60


def test_a_colon_in_the_name_is_no_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "plain.mp4", milliseconds=steady(3)).rename(tmp_path / "12:30.mp4")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("12:30.mp4")).frames == 3


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", milliseconds=steady(5))
    assert probe(path).frames == 5
    make(path, milliseconds=steady(9))
    assert probe(path).frames == 9


def test_turns_other_than_quarters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="turn is 45"):
        FrameReader(make(tmp_path / "a.mp4", milliseconds=steady(3)), turn=45)


def test_shared_clips_open(shared: Path) -> None:
    for path in sorted((shared / "video").iterdir()):
        info = probe(path)
        assert info.problem is None
        assert info.frames is not None
        assert info.duration is not None
        assert info.frames / info.duration == pytest.approx(info.rate, rel=0.02), path.name
        reader = FrameReader(path, stop=2.5 / info.rate)
        frames = list(reader)
        assert 2 <= len(frames) <= 4
        assert all(f.rgb.shape == (info.size[1], info.size[0], 3) for f in frames)
        assert all(f.rgb.std() > 1 for f in frames)
    assert probe(shared / "video" / "rear_indoor_jog_away_6s.mp4").size == (576, 1024)
