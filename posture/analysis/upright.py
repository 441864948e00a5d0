"""The runner's own upright posture, from an analysis or a clip of the same runner standing tall."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posture import drift
from posture.analysis.inputs import Beside
from posture.analysis.kept import stored_settings
from posture.drift import Upright
from posture.pose.acquire import Progress, acquire
from posture.pose.types import Backend
from posture.seen import in_real_time, see
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal


def with_upright(
    beside: Beside, source: Path | None, new: Renewal, workers: int, say: Progress, backend: Backend | None = None
) -> Beside:
    """Completed by the upright levels; the poses of a clip are estimated and kept in the folder.

    Parameters
    ----------
    beside : Beside
    source : Path or None
        A clip or an analysis folder; None: there is none.
    new : Renewal
        Of the analysis that is being made.
    workers : int
        Threads; results do not depend on it.
    say : callable
    backend : Backend, optional
        A pose estimator in the place of the program's.

    Raises
    ------
    PostureError
        If the clip or the analysis cannot be read.
    """
    if source is None:
        return beside
    if not AnalysisFolder(source).is_analysis():
        ledger = new.folder.ledger()
        new.carry(name for name in (ledger.files if ledger else ()) if name.startswith("upright/"))
        kept = AnalysisFolder(new.staged.path / "upright")
        with Renewal(kept, fresh=new.fresh) as poses:
            acquire(source, poses, Settings(), backend=backend, workers=workers, force=True, say=say)
            poses.commit()
        kept.drop_chunks()
    return with_kept_upright(beside, source, new.staged)


def with_kept_upright(beside: Beside, source: Path | None, folder: AnalysisFolder) -> Beside:
    """The same from poses that are there already, in an analysis of their own or in the folder."""
    return replace(beside, upright=_levels(source, folder)) if source is not None else beside


def _levels(source: Path, folder: AnalysisFolder) -> Upright:
    own = AnalysisFolder(source).is_analysis()
    place = AnalysisFolder(source if own else folder.path / "upright")
    settings = stored_settings(source) if own else Settings()
    seen = see(*in_real_time(Recording.load(place.poses), settings.clip), settings)
    return drift.upright_levels(seen.segmented, seen.measured)
