"""A run in short, kept beside it: what the library shows, and what is told before the pictures are drawn."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from posture.report.text.short import short_story
from posture.storage.files import replacing

if TYPE_CHECKING:
    from posture.analysis import Analysis


def write_values(path: Path, analysis: Analysis) -> None:
    """Keep the short form of a run.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    with replacing(path, None) as temporary:
        temporary.write_text(json.dumps(asdict(short_story(analysis))), encoding="utf-8")
