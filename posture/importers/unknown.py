"""What a file is that holds no poses that could be read: what was found in it, and what is needed."""

from __future__ import annotations

from pathlib import Path

from posture.importers.cells import NEEDED, separator, told
from posture.importers.files import read_json

#: Files of these names are no videos, whatever they hold.
SUFFIXES = {
    *(".csv", ".tsv", ".txt", ".xls", ".xlsx", ".parquet"),
    *(".json", ".nc", ".h5", ".hdf5", ".slp", ".npy", ".npz", ".pkl", ".pickle"),
    *(".trc", ".c3d", ".bvh", ".mot", ".sto"),
}

_KNOWN = (
    "known are tables of landmarks (CSV, Parquet), JSON of OpenPose, AlphaPose, MMPose and GaitLab, netCDF of "
    "movement, DeepLabCut and SLEAP, and TRC, C3D and BVH files."
)
_ANGLES = (
    "an OpenSim motion or storage file holds angles or forces, and angles alone show no head, shoulder or hand; "
    "give the markers or keypoints that they were made of (.trc, .c3d, JSON or CSV)."
)


def holds_no_video(path: Path) -> bool:
    """Whether the name says that a file or folder is no video, so that nobody need hear of pictures and sound."""
    return path.suffix.lower() in SUFFIXES or (path.is_dir() and any(path.glob("*.json")))


def what_it_is(path: Path) -> str:
    """What was found in a file that is of no known format, and what is needed: the rest of a sentence.

    Parameters
    ----------
    path : Path
        A file or folder that can be read.
    """
    if path.is_dir():
        return "the folder holds no JSON file of OpenPose, with 'people' in it; give the folder of --write_json."
    if not path.is_file():
        return f"it is no regular file; {_KNOWN}"
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "the file is empty (0 bytes); export the poses again."
    if b"\0" in head:
        return f"the file is binary ({path.stat().st_size / 1e6:.3g} MB) and begins like none of them; {_KNOWN}"
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if "endheader" in text or path.suffix.lower() in (".mot", ".sto"):
        return _ANGLES
    if text.startswith(("{", "[")):
        return _json(path)
    line = (text.splitlines() or [""])[0]
    cells = [cell.strip() for cell in line.split(separator(line))]
    if len(cells) > 1:
        return NEEDED.format(found=told(cell[:40] for cell in cells))
    return f"it is text that begins '{line[:40]}'; {_KNOWN}"


def _json(path: Path) -> str:
    content = read_json(path)
    first = content[0] if isinstance(content, list) and content else content
    kind = "a list of " if isinstance(content, list) else ""
    found = f"records with {told(first)}" if isinstance(first, dict) and first else "no records"
    return (
        f"its JSON is {kind}{found}; needed are 'people' (OpenPose), 'keypoints' (AlphaPose), 'instances' (MMPose) or "
        "'schema': 'gaitlab.pose/v1' (GaitLab)."
    )
