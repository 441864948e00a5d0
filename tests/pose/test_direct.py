"""The networks driven directly: geometry and reading on made arrays, and against MediaPipe's own graph."""

from __future__ import annotations

import builtins
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.engine import LIBRARIES
from posture.errors import PostureError
from posture.pose.estimation.direct import body, detector
from posture.pose.estimation.direct.backend import DirectBackend, DirectFollower
from posture.pose.estimation.direct.region import Region
from posture.pose.estimation.engines import open_backend
from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
from posture.pose.estimation.models import DETECTOR, LANDMARKS, ModelFile, find_model
from posture.pose.types import Rgb
from posture.settings import PoseSettings
from posture.video import FrameReader
from tests.hang import HANG_S


@pytest.fixture(scope="module")
def pictures(videos: Path) -> list[Rgb]:
    with FrameReader(videos / "fresh.mp4", 0.0, 1.0) as reader:
        return [np.ascontiguousarray(frame.rgb) for frame in reader]


@pytest.fixture
def follower() -> Iterator[DirectFollower]:
    follower = DirectBackend(find_model("lite")).open_follower()
    yield follower
    follower.close()


@pytest.mark.parametrize(("rim", "angle"), [((50, 20), 0), ((90, 60), 90), ((50, 100), 180), ((10, 60), -90)])
def test_a_body_stands_upright_in_its_region(rim: tuple[int, int], angle: float) -> None:
    region = Region.around(np.array([50.0, 60.0]), np.array(rim, float))
    assert region.side == pytest.approx(100.0)
    assert np.rad2deg(region.angle) == pytest.approx(angle, abs=1e-9)
    # The point above the head lies above the middle of the square, at the circle: two fifths of the side.
    assert region.placed(np.array([[0.5, 0.1]]))[0] == pytest.approx(np.array(rim, float))


@settings(max_examples=25, deadline=None)
@given(st.floats(-3.1, 3.1), st.floats(60, 200), st.tuples(st.floats(0.3, 0.7), st.floats(0.3, 0.7)))
def test_what_is_cut_out_is_placed_back(angle: float, side: float, share: tuple[float, float]) -> None:
    region = Region(np.array([150.0, 120.0]), side, angle)
    spot = region.placed(np.array([share]))[0]
    y, x = np.mgrid[:240, :300]
    blob = np.exp(-((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (2 * (side / 20) ** 2))
    cut = region.cut(np.repeat((255 * blob).astype(np.uint8)[:, :, None], 3, axis=2), 256, cv2.BORDER_REPLICATE)
    weight = cut[:, :, 0].astype(float)
    v, u = np.mgrid[:256, :256]
    found = np.array([(weight * u).sum(), (weight * v).sum()]) / weight.sum() / 256
    assert found == pytest.approx(np.array(share), abs=0.005)
    assert region.placed(found[None])[0] == pytest.approx(spot, abs=0.005 * side * 1.5)


def test_world_turns_with_the_region() -> None:
    region = Region(np.zeros(2), 1.0, np.pi / 2)
    up = np.array([[0.0, -1.0, 0.3]])
    assert region.turned(up)[0] == pytest.approx([1.0, 0.0, 0.3])


def test_there_is_an_anchor_for_each_box_of_the_network() -> None:
    assert detector.anchors().shape == (2254, 2)
    assert 0 < detector.anchors().min() < detector.anchors().max() < 1


def _answer(*people: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """What the detector would say of people at (x, y) of the input with a raw score."""
    boxes, scores = np.zeros((2254, 12)), np.full(2254, -50.0)
    for x, y, score in people:
        near = np.argsort(np.abs(detector.anchors() - (x, y)).max(axis=1), kind="stable")[:2]
        for anchor in near:
            ahead = (np.array([x, y]) - detector.anchors()[anchor]) * 224
            boxes[anchor] = [*ahead, 40, 60, *ahead, *(ahead - (0, 56)), *ahead, *ahead]
            scores[anchor] = score
    return boxes, scores


def test_people_are_found_once_and_the_surest_first() -> None:
    shown = Region(np.array([112.0, 112.0]), 224.0)
    boxes, scores = _answer((0.3, 0.5, 1.0), (0.7, 0.5, 3.0))
    first, second = detector.people(boxes, scores, shown, 5)
    assert first.centre == pytest.approx([0.7 * 224, 112])
    assert second.centre == pytest.approx([0.3 * 224, 112])
    assert first.side == pytest.approx(2.5 * 56)
    assert len(detector.people(boxes, scores, shown, 1)) == 1
    assert detector.people(boxes, np.full(2254, -1.0), shown, 5) == []


def test_overlap_is_intersection_over_union() -> None:
    box = np.array([[0.5, 0.5], [0.2, 0.2]])
    others = np.array([[[0.5, 0.5], [0.2, 0.2]], [[0.6, 0.5], [0.2, 0.2]], [[0.9, 0.9], [0.2, 0.2]], [[0, 0], [0, 0]]])
    assert detector.overlap(box, others) == pytest.approx([1.0, 1 / 3, 0.0, 0.0])


def test_points_move_to_the_certainty_around_them() -> None:
    y, x = np.mgrid[:64, :64]
    heat = np.full((64, 64, 4), -20.0)
    for number, (u, v) in enumerate([(20, 30), (20, 30), (50, 50), (62, 1)]):
        heat[:, :, number] += 40 * np.exp(-((x - u) ** 2 + (y - v) ** 2) / 2)
    # Near it, far from it, outside of the map, and at its edge.
    shares = np.array([[21.4, 29.3], [40.0, 30.0], [70.0, 50.0], [63.5, 0.5]]) / 64
    moved = body.refined(shares, heat) * 64
    assert moved[0] == pytest.approx([20, 30], abs=1e-3)
    assert moved[1] == pytest.approx([40, 30])
    assert moved[2] == pytest.approx([70, 50])
    assert np.abs(moved[3] - (62, 1)).max() < 0.6


@pytest.mark.parametrize("model", ["lite", "full"])
def test_the_graph_finds_the_same_body(pictures: list[Rgb], model: str) -> None:
    """Frame by frame within what the network jitters by when its crop moves by part of a pixel, 640 x 720 pixels."""
    file = find_model(model)
    ours, theirs = DirectBackend(file).open_follower(), MediaPipeBackend(file).open_follower()
    pairs = [(ours(rgb), theirs(rgb)) for rgb in pictures]
    ours.close()
    theirs.close()
    assert all(a is not None and b is not None for a, b in pairs)
    apart = np.array([np.linalg.norm(a.xy - b.xy, axis=1) for a, b in pairs if a and b])
    assert np.median(apart) < 3.0
    shift = np.mean([a.xy - b.xy for a, b in pairs if a and b], axis=0)
    assert np.abs(shift[:13]).max() < 2.0  # head and shoulders, on average: nothing is off to one side
    for name in ("visibility", "presence"):
        assert np.abs([getattr(a, name) - getattr(b, name) for a, b in pairs if a and b]).max() < 0.1, name
    world = np.array([np.linalg.norm(a.world - b.world, axis=1) for a, b in pairs if a and b])
    assert np.median(world) < 0.03


def test_a_follower_forgets(follower: DirectFollower, pictures: list[Rgb]) -> None:
    first = follower(pictures[0])
    follower(pictures[10])
    follower.forget()
    again = follower(pictures[0])
    assert first is not None
    assert again is not None
    assert np.array_equal(first.xy, again.xy)
    assert np.array_equal(first.visibility, again.visibility)


def test_nobody_is_nobody(follower: DirectFollower, pictures: list[Rgb]) -> None:
    nobody = np.full_like(pictures[0], 90)
    assert follower(nobody) is None
    assert follower(pictures[0]) is not None
    assert follower(nobody) is None
    finder = DirectBackend(find_model("lite")).open_finder(3)
    assert finder(nobody) == []
    assert len(finder(np.concatenate([pictures[0], pictures[20]], axis=1))) == 2
    finder.close()


def test_a_closed_follower_says_so(pictures: list[Rgb]) -> None:
    follower = DirectBackend(find_model("lite")).open_follower()
    follower.close()
    follower.close()
    with pytest.raises(ValueError, match="closed"):
        follower(pictures[0])


@pytest.mark.parametrize("content", [b"", b"no bundle at all"])
def test_what_is_no_bundle_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.task"
    path.write_bytes(content)
    with pytest.raises(PostureError, match=r"model.task: this model cannot be used; it needs a pose landmarker bundle"):
        DirectBackend(ModelFile("model", path, "0" * 64, "made")).open_follower()


@pytest.mark.parametrize("name", [DETECTOR, LANDMARKS])
def test_a_bundle_of_another_network_is_refused_before_a_picture_is_seen(tmp_path: Path, name: str) -> None:
    """Each of the two networks in the place of the other: both are networks that LiteRT opens."""
    path = tmp_path / "model.task"
    with zipfile.ZipFile(find_model("lite").path) as whole, zipfile.ZipFile(path, "w") as file:
        for place in (DETECTOR, LANDMARKS):
            file.writestr(place, whole.read(name))
    with pytest.raises(PostureError, match="this model cannot be used"):
        DirectBackend(ModelFile("model", path, "0" * 64, "made")).open_follower()


def test_what_the_library_refuses_is_not_blamed_on_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("no\nmemory")

    monkeypatch.setattr("ai_edge_litert.interpreter.Interpreter", refuse)
    with pytest.raises(PostureError, match=r"LiteRT does not open this model here \(no memory\)"):
        DirectBackend(find_model("lite")).open_follower()


@pytest.mark.parametrize("fault", [ImportError, OSError, RuntimeError, AttributeError])
def test_a_library_that_does_not_load_is_done_without(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    whole = builtins.__import__

    def without(name: str, *more: Any, **other: Any) -> Any:
        if name == "ai_edge_litert.interpreter":
            raise fault("wrong ELF class")
        return whole(name, *more, **other)

    monkeypatch.setattr(builtins, "__import__", without)
    assert open_backend(PoseSettings(model="lite")).name == "mediapipe"
    with pytest.raises(PostureError, match="LiteRT is missing or does not load here"):
        open_backend(PoseSettings(model="lite", engine="direct"))


def test_the_engine_is_the_one_asked_for_and_litert_where_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(**engine: Any) -> str:
        return open_backend(PoseSettings(model="lite", **engine)).name

    assert [opened(), opened(engine="direct"), opened(engine="mediapipe")] == ["litert", "litert", "mediapipe"]
    assert {opened(engine=engine): engine for engine in LIBRARIES} == {name: e for e, name in LIBRARIES.items()}
    # What Python finds of a package that is not there, or whose library does not load.
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    assert [opened(), opened(engine="mediapipe")] == ["mediapipe", "mediapipe"]
    with pytest.raises(PostureError, match="pip install --force-reinstall ai-edge-litert"):
        opened(engine="direct")


_WHOLE = """
import sys
from posture.cli import main
clip, out = sys.argv[1:]
main(["analyze", clip, "--model", "lite", "--no-video", "--end", "4", "--out", out], standalone_mode=False)
assert not [name for name in sys.modules if name.split(".")[0] == "mediapipe"]
"""


def test_mediapipe_is_not_imported_for_what_litert_does(videos: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WHOLE, str(videos / "fresh.mp4"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, check=False)
    assert done.returncode == 0, done.stderr
