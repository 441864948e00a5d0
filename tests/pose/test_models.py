"""Finding, checking and fetching pose models."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from urllib.error import URLError

import pytest

from posture.errors import PostureError
from posture.pose.estimation import models


@pytest.fixture
def full(videos: Path) -> Path:
    return videos.parent / "models" / "pose_landmarker_full.task"


def test_names_are_found_beside_the_program_with_their_origin() -> None:
    full, lite = models.find_model("full"), models.find_model("lite")
    assert (full.name, full.origin) == ("full", "official")
    assert lite.name == "lite"
    assert "repackaged" in lite.origin


def test_a_path_to_a_copy_is_recognised_by_its_checksum(full: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mine.task"
    shutil.copyfile(full, copy)
    found = models.find_model(str(copy))
    assert (found.name, found.path) == ("full", copy)


def test_a_missing_heavy_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(models, "user_folder", lambda: tmp_path)
    with pytest.raises(PostureError, match="posture models fetch heavy"):
        models.find_model("heavy")


def test_a_fetched_model_is_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: Path) -> None:
    monkeypatch.setattr(models, "user_folder", lambda: tmp_path)
    shutil.copyfile(full, tmp_path / "pose_landmarker_heavy.task")
    assert models.find_model("heavy").path == tmp_path / "pose_landmarker_heavy.task"
    assert {known.name for known, path in models.list_models() if path} == {"lite", "full", "heavy"}


@pytest.mark.parametrize("content", [b"", b"no bundle at all", None], ids=["empty", "text", "cut off"])
def test_a_broken_bundle_is_refused_in_one_sentence(content: bytes | None, tmp_path: Path, full: Path) -> None:
    broken = tmp_path / "broken.task"
    broken.write_bytes(full.read_bytes()[:-5000] if content is None else content)
    with pytest.raises(PostureError, match=r"broken\.task: not a whole pose landmarker bundle"):
        models.find_model(str(broken))


def test_a_flipped_byte_is_noticed(tmp_path: Path, full: Path) -> None:
    data = bytearray(full.read_bytes())
    data[len(data) // 2] ^= 1
    broken = tmp_path / "broken.task"
    broken.write_bytes(data)
    with pytest.raises(PostureError, match="not a whole"):
        models.find_model(str(broken))


def test_neither_name_nor_path() -> None:
    with pytest.raises(PostureError, match="ultra: neither the name of a model"):
        models.find_model("ultra")


class _Answer(io.BytesIO):
    headers = {"Content-Length": "9398198"}  # noqa: RUF012


def _serve(monkeypatch: pytest.MonkeyPatch, data: bytes) -> list[str]:
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> _Answer:
        asked.append(url)
        return _Answer(data)

    monkeypatch.setattr(models, "urlopen", urlopen)
    return asked


def test_fetch_saves_the_official_file_and_tells_progress(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: Path
) -> None:
    asked = _serve(monkeypatch, full.read_bytes())
    told: list[tuple[int, int]] = []
    fetched = models.fetch("full", folder=tmp_path, progress=lambda done, total: told.append((done, total)))
    assert fetched.path.read_bytes() == full.read_bytes()
    assert told[-1] == (9398198, 9398198)
    assert len(asked) == 1
    assert asked[0].startswith("https://storage.googleapis.com/mediapipe-models/")


@pytest.mark.parametrize(("name", "data"), [("full", "lite"), ("lite", "rubbish")])
def test_fetch_leaves_nothing_behind_if_the_wrong_thing_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: Path, name: str, data: str
) -> None:
    _serve(monkeypatch, full.with_name("pose_landmarker_lite.task").read_bytes() if data == "lite" else b"rubbish")
    with pytest.raises(PostureError, match="not the expected model"):
        models.fetch(name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_fetch_without_a_connection_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def urlopen(url: str, timeout: float) -> _Answer:
        raise URLError("no route")

    monkeypatch.setattr(models, "urlopen", urlopen)
    with pytest.raises(PostureError, match=r"no route.*check the connection"):
        models.fetch("heavy", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
