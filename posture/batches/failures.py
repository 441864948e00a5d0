"""Clips that failed for a reason of their own: it is kept, so that no batch tries them anew in full every time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from posture.settings import Settings
from posture.storage.files import replacing
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import read_object
from posture.version import __version__
from posture.video.opening import checksum


def key_of(source: Path, settings: Settings) -> str:
    """What must be the same for a clip to fail again: program, bytes and settings."""
    about = [__version__, checksum(source), settings.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def remembered(folder: AnalysisFolder, source: Path, settings: Settings) -> str | None:
    """Why this clip failed with these settings; None if it did not, or was not tried."""
    kept = read_object(folder.failure)
    if "key" not in kept or kept["key"] != key_of(source, settings):
        return None
    return str(kept.get("reason", ""))


def remember(folder: AnalysisFolder, source: Path, settings: Settings, reason: str) -> None:
    """Keep why a clip failed, if its folder is there."""
    if folder.path.is_dir():
        kept = {"posture": __version__, "key": key_of(source, settings), "reason": reason}
        with replacing(folder.failure) as temporary:
            temporary.write_text(json.dumps(kept, indent=1), encoding="utf-8")
