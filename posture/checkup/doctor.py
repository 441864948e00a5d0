"""What the program needs of a machine, looked at piece by piece."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from posture.errors import PostureError
from posture.storage.files import temporary_folder

#: Free disk that an hour of video with its annotated copy needs, bytes.
_DISK = 2e9
#: Memory shared by the processes of a batch: its locks, bytes.
_SHARED = 16e6
_DECODERS = ("h264", "hevc", "vp9", "av1", "mjpeg", "mpeg4")


@dataclass(frozen=True)
class Check:
    """What was found.

    Attributes
    ----------
    name : str
        Of what was looked at.
    ok : bool
    said : str
        What was found.
    mend : str
        What to do; empty if nothing.
    needed : bool
        Whether the program fails without it; else only a part of it does.
    """

    name: str
    ok: bool
    said: str
    mend: str = ""
    needed: bool = True


def examine(db: Path | None = None) -> list[Check]:
    """Look at everything; what fails to be looked at is a finding, too.

    Parameters
    ----------
    db : Path, optional
        The history; by default the one in the user's data folder.
    """
    looks: list[tuple[str, Callable[[], Check]]] = [
        ("Python", _python),
        ("libraries", _libraries),
        ("OpenCV", _one_opencv),
        ("EGL and GLES", _graphics),
        ("models", _models),
        ("pose engine", _engine),
        ("decoders", _decoders),
        ("encoder", _encoder),
        ("memory", _memory),
        ("shared memory", _shared_memory),
        ("disk", _disk),
        ("writing here", lambda: _writing("writing here", Path.cwd())),
        ("temporary folder", lambda: _writing("temporary folder", temporary_folder())),
        ("history", lambda: _history(db)),
        ("cameras", _cameras),
        ("window", _window),
        ("sound", _sound),
        ("Dask", _dask),
    ]
    return [_looked(name, look) for name, look in looks]


def _looked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except (OSError, ImportError, RuntimeError, PostureError) as error:
        return Check(name, False, str(error).splitlines()[0] if str(error) else type(error).__name__, "see there")


def _python() -> Check:
    said = sys.version.split()[0]
    return Check("Python", sys.version_info >= (3, 11), said, "install Python 3.11 or newer")


def _libraries() -> Check:
    wanted = [Requirement(line) for line in requires("running-posture") or ()]
    found, missing = [], []
    for name in (each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("libraries", False, f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Check("libraries", True, ", ".join(found))


def _one_opencv() -> Check:
    owners = sorted(set(packages_distributions().get("cv2", ())))
    if len(owners) != 1:
        return Check(
            "OpenCV",
            False,
            f"cv2 comes from {', '.join(owners) or 'nowhere'}",
            "pip uninstall all of them, then pip install opencv-contrib-python: two write into one folder",
        )
    return Check("OpenCV", True, f"one provider, {owners[0]}")


def _graphics() -> Check:
    if sys.platform != "linux":
        return Check("EGL and GLES", True, "not needed on this system")
    missing = [name for name in ("libEGL.so.1", "libGLESv2.so.2") if not _loads(name)]
    if missing:
        return Check("EGL and GLES", False, f"missing: {', '.join(missing)}", "apt install libegl1 libgles2")
    return Check("EGL and GLES", True, "there")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _engine() -> Check:
    from posture.pose.estimation.engines import open_backend
    from posture.settings import PoseSettings

    backend = open_backend(PoseSettings())
    backend.open_finder(1).close()
    used, graph = f"{backend.name} {backend.version}", f"mediapipe {version('mediapipe')}"
    other = f"--engine mediapipe: {graph}" if used != graph else "LiteRT, which takes less time, does not work here"
    return Check("pose engine", True, f"{used} ({other})")


def _models() -> Check:
    from posture.pose.estimation.models import find_model, list_models

    found = [find_model(known.name) for known, path in list_models() if path is not None]
    odd = [model.path for model in found if "not known" in model.origin]
    if odd or not any(model.name == "full" for model in found):
        said = f"changed: {', '.join(map(str, odd))}" if odd else "the default model 'full' is missing"
        return Check("models", False, said, "posture models fetch full")
    return Check("models", True, ", ".join(f"{model.name} (checksum known)" for model in found))


def _decoders() -> Check:
    import av

    missing = [name for name in _DECODERS if name not in av.codecs_available]
    if missing:
        return Check("decoders", False, f"missing: {', '.join(missing)}", "pip install --force-reinstall av")
    return Check("decoders", True, ", ".join(_DECODERS))


def _encoder() -> Check:
    import av

    mend = "pip install --force-reinstall av"
    return Check("encoder", "libx264" in av.codecs_available, "libx264, for overlay.mp4", mend, needed=False)


def _memory() -> Check:
    from posture.pose.estimation.memory import ADDRESSES, address_limit

    limit = address_limit()
    said = "no limit" if limit == float("inf") else f"limited to {limit / 1e9:.1f} GB of addresses"
    return Check("memory", limit >= ADDRESSES, said, "ulimit -v unlimited")


def _shared_memory() -> Check:
    place = Path("/dev/shm")
    if not place.is_dir():
        return Check("shared memory", sys.platform != "linux", "none", "mount /dev/shm: batch needs it", needed=False)
    free = shutil.disk_usage(place).free
    mend = "give the container more, as docker run --shm-size=256m: batch needs it"
    return Check("shared memory", free >= _SHARED, f"{free / 1e6:.0f} MB free", mend, needed=False)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    mend = "free some space, or work in another folder"
    return Check("disk", free >= _DISK, f"{free / 1e9:.1f} GB free here", mend, needed=False)


def _writing(name: str, place: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Check(name, False, f"{place}: {error.strerror}", "work in a folder that you may write, or set TMPDIR")
    return Check(name, True, str(place))


def _history(db: Path | None) -> Check:
    from posture.history import History

    try:
        with History(db, write=False) as known:
            count = len(known.runners())
    except PostureError as error:
        return Check("history", False, str(error), "see there; results are kept in folders all the same", needed=False)
    return Check("history", True, f"{count} runner{'' if count == 1 else 's'} in {known.path}")


def _cameras() -> Check:
    from posture.live import list_cameras

    found = [name for _, name in list_cameras()]
    mend = "connect one, or give posture live a phone's address with --source"
    return Check("cameras", bool(found), ", ".join(found) or "none", mend, needed=False)


def _window() -> Check:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Check("window", False, "no screen", "posture live --no-window works without one", needed=False)
    return Check("window", True, "there is a screen")


def _sound() -> Check:
    from posture.live.display.sound import find_player

    player = find_player()
    mend = "the terminal's bell serves; for a tone install pulseaudio-utils or alsa-utils"
    return Check("sound", player is not None, player[0] if player else "no player", mend, needed=False)


def _dask() -> Check:
    try:
        return Check("Dask", True, f"distributed {version('distributed')}")
    except PackageNotFoundError:
        mend = "only for --dask: pip install 'running-posture[cluster]'"
        return Check("Dask", False, "not installed", mend, needed=False)
