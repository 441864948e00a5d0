"""Which pose models there are, where they lie, and how to get the official ones."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from platformdirs import user_data_path

from posture.errors import PostureError
from posture.nearest import did_you_mean
from posture.storage.files import replacing

_OFFICIAL = "https://storage.googleapis.com/mediapipe-models/pose_landmarker/{0}/float16/latest/{0}.task"
#: The networks in a bundle.
DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"
_BLOCK = 1 << 16


@dataclass(frozen=True)
class KnownModel:
    """A model that has a name.

    Attributes
    ----------
    name : str
        What ``--model`` takes.
    sha256 : dict
        Known checksums, each with what the file with it is.
    official : str or None
        Checksum of the official file where it is known; `fetch` insists on it.
    note : str
        What it is good for.
    """

    name: str
    sha256: dict[str, str]
    official: str | None
    note: str

    @property
    def file(self) -> str:
        """File name of the bundle."""
        return f"pose_landmarker_{self.name}.task"

    @property
    def url(self) -> str:
        """Where the official bundle lies."""
        return _OFFICIAL.format(self.file.removesuffix(".task"))


_REPACKAGED = "official networks of MediaPipe's JavaScript package, repackaged as a bundle"
_FULL = "5134a3aad27a58b93da0088d431f366da362b44e3ccfbe3462b3827a839011b1"

KNOWN = {
    model.name: model
    for model in (
        KnownModel(
            "lite",
            {"09bddea8283579dd797640daf12be344c4a7d5b6e44b0f6fe54efdcf2cf4fa76": _REPACKAGED},
            None,
            "the fastest and least accurate",
        ),
        KnownModel("full", {_FULL: "official"}, _FULL, "the default"),
        KnownModel(
            "heavy",
            {"a8e4c3176046098264c3f96c44e5017d9386e8c0c116d608ab54d77aad763395": _REPACKAGED},
            None,
            "the most accurate and three times slower; not part of the program",
        ),
    )
}


@dataclass(frozen=True)
class ModelFile:
    """A model bundle that was found and looked into.

    Attributes
    ----------
    name : str
        lite, full, heavy or, for any other bundle, its file name.
    path : Path
        Where it lies.
    sha256 : str
        Its checksum, which tells one bundle from another in the provenance and in kept poses.
    origin : str
        What is known about a file with this checksum.
    """

    name: str
    path: Path
    sha256: str
    origin: str

    @property
    def identity(self) -> str:
        """Name and checksum: a change of it makes kept poses stale."""
        return f"{self.name} sha256:{self.sha256}"


def user_folder() -> Path:
    """The folder into which `fetch` saves."""
    return user_data_path("posture", appauthor=False) / "models"


def find_model(name_or_path: str) -> ModelFile:
    """Find a model by name or path.

    A name is looked for beside the installed program, then in a checkout, then among the fetched ones. Nothing is
    ever looked for on the network.

    Raises
    ------
    PostureError
        If there is no such model, or the file is not a whole pose landmarker bundle.
    """
    known = KNOWN.get(name_or_path)
    if known is None:
        # Unlike Path.expanduser, this leaves the home of a user who does not exist as it stands.
        path = Path(os.path.expanduser(name_or_path))  # noqa: PTH111
        if not path.is_file():
            raise PostureError(
                f"{name_or_path}: neither the name of a model ({', '.join(KNOWN)}) nor the path of a .task bundle"
                f"{did_you_mean(name_or_path, KNOWN) or '.'}"
            )
        return _looked_into(path)
    found = _lies_at(known)
    if found is None:
        raise PostureError(
            f"The model '{known.name}' is not on this machine: run 'posture models fetch {known.name}' "
            f"or give the path of {known.file} with --model."
        )
    return _looked_into(found)


def list_models() -> list[tuple[KnownModel, Path | None]]:
    """All named models, each with its place on this machine (None where it is not)."""
    return [(known, _lies_at(known)) for known in KNOWN.values()]


def fetch(name: str, *, folder: Path | None = None, progress: Callable[[int, int], None] | None = None) -> ModelFile:
    """Download an official model bundle; the only place in the program that opens a connection for a model.

    Parameters
    ----------
    name : str
        lite, full or heavy.
    folder : Path, optional
        Where to save; the user's data folder by default.
    progress : callable, optional
        Told bytes done and bytes in all (0 if unknown).

    Raises
    ------
    PostureError
        If the name is unknown, the download fails, or what came is not the model; nothing is left behind then.
    """
    if name not in KNOWN:
        raise PostureError(f"{name}: no such model; there are {', '.join(KNOWN)}.")
    known = KNOWN[name]
    target = (folder or user_folder()) / known.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PostureError(
            f"{target.parent}: the model cannot be saved there ({error.strerror}); make the folder writable."
        ) from error
    with replacing(target) as temporary:
        try:
            _download(known.url, temporary, progress)
        except (URLError, TimeoutError, ConnectionError) as error:
            raise PostureError(
                f"{known.url}: the model could not be downloaded ({getattr(error, 'reason', error)}); "
                f"check the connection, or copy {known.file} to this machine and give its path with --model."
            ) from error
        if not _is_the_model(temporary, known):
            raise PostureError(f"{known.url}: what came is not the expected model; nothing was saved, try again later.")
    return _looked_into(target)


def _download(url: str, target: Path, progress: Callable[[int, int], None] | None) -> None:
    with urlopen(url, timeout=30) as answer, target.open("wb") as out:
        total = int(answer.headers.get("Content-Length") or 0)
        done = 0
        while block := answer.read(_BLOCK):
            out.write(block)
            done += len(block)
            if progress is not None:
                progress(done, total)


def _is_the_model(path: Path, known: KnownModel) -> bool:
    try:
        came = _looked_into(path)
    except PostureError:
        return False
    return known.official in (None, came.sha256)


def _lies_at(known: KnownModel) -> Path | None:
    package = Path(__file__).resolve().parents[2]
    folders = (package / "_models", package.parent / "models", user_folder())
    return next((folder / known.file for folder in folders if (folder / known.file).is_file()), None)


def _looked_into(path: Path) -> ModelFile:
    try:
        data = path.read_bytes()
        with zipfile.ZipFile(path) as bundle:
            whole = set(bundle.namelist()) >= {DETECTOR, LANDMARKS} and bundle.testzip() is None
    except OSError as error:
        raise PostureError(f"{path}: the model cannot be read ({error.strerror or error}).") from error
    except zipfile.BadZipFile:
        whole = False
    if not whole:
        raise PostureError(
            f"{path}: not a whole pose landmarker bundle; run 'posture models fetch' to get an official one."
        )
    checksum = hashlib.sha256(data).hexdigest()
    for known in KNOWN.values():
        if checksum in known.sha256:
            return ModelFile(known.name, path, checksum, known.sha256[checksum])
    return ModelFile(path.name, path, checksum, "checksum not known to this program")
