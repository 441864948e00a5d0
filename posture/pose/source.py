"""What a clip is known by, and the folder that its analysis goes to."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from posture.storage.folder import AnalysisFolder


def digest(source: Path) -> str:
    """What a source is known by: a checksum of its content.

    Raises
    ------
    PostureError
        If it cannot be read.
    """
    from posture.importers import holds_poses
    from posture.video.opening import check_file, checksum

    if holds_poses(source):
        return digest_of_poses(source)
    check_file(source)
    return checksum(source)


def digest_of_poses(source: Path) -> str:
    """Of a file's bytes, or of those of all files of a folder in order of name."""
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if path.is_file():
            digest.update(os.fsencode(path.name))
            digest.update(path.read_bytes())
    return digest.hexdigest()


def own_folder(source: Path) -> Path:
    """Where a clip's analysis goes that nobody named a folder for: beside that of another clip of the same name."""
    folder = Path(f"{source.stem}.posture")
    if not folder.exists():
        return folder
    ledger, sha256 = AnalysisFolder(folder).ledger(), digest(source)
    return folder if ledger and ledger.sha256 == sha256 else Path(f"{source.stem}-{sha256[:8]}.posture")
