"""The pictures of an analysis: the annotated video and the frames of the report."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from posture.analysis import Analysis
from posture.analysis.kept import stored_settings
from posture.errors import PostureError
from posture.pose.acquire import Progress
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal


def write_pictures(analysis: Analysis, source: Path, new: Renewal, say: Progress, *, overlay: bool) -> None:
    """The annotated video and the frames of the report, or the frames alone.

    Parameters
    ----------
    analysis : Analysis
    source : Path
        The clip.
    new : Renewal
        Of the analysis folder.
    say : callable
    overlay : bool
        Whether the video is drawn; one that is kept and shows the same stays otherwise.

    Raises
    ------
    PostureError
        If the clip cannot be read any more, or the disk is full.
    """
    if overlay:
        from posture.report.video.overlay import write_overlay

        write_overlay(
            analysis,
            source,
            new.staged.overlay,
            new.staged.stills,
            lambda done, total: say("Drawing the video", done, total),
        )
        return
    from posture.report.video.stills import keep_stills

    if _shows_the_same(analysis, new.folder):
        new.carry([new.folder.overlay.name])
    keep_stills(analysis, source, new.staged.stills)


def _shows_the_same(analysis: Analysis, folder: AnalysisFolder) -> bool:
    """Whether the annotated video that is kept is of these poses, and hides the face if it has to."""
    with suppress(PostureError):
        hidden = stored_settings(folder.path).report.face_blur
        kept = Recording.load(folder.poses).key == analysis.recording.key
        return kept and (hidden or not analysis.settings.report.face_blur)
    return False
