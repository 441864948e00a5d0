"""A folder of clips or analyses -> reference levels."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from posture.analysis import Analysis
from posture.batches.find import find_clips
from posture.batches.manifest import ReferenceEntry, check_files, read_rows, unlisted
from posture.errors import PostureError
from posture.levels.build import Refused, make_reference, reference_clip
from posture.levels.reference import Reference, ReferenceClip, engine_of, named_apart, read_alike
from posture.pipeline import behind_poses, load
from posture.pose.acquire import Progress, acquire
from posture.settings import Settings
from posture.shown import printable
from posture.storage.files import temporary_folder
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal


@dataclass(frozen=True)
class Built:
    """A reference, and what did not go into it.

    Attributes
    ----------
    reference : Reference
    refused : tuple of Refused
    """

    reference: Reference
    refused: tuple[Refused, ...]


def build_reference(
    folder: Path, *, manifest: Path | None, settings: Settings, workers: int | None, progress: Progress
) -> Built:
    """Make reference levels from a folder.

    Parameters
    ----------
    folder : Path
        Of clips, of analysis folders, or of both; a clip whose analysis lies beside it is not analysed again.
    manifest : Path, optional
        CSV of :class:`posture.batches.manifest.ReferenceEntry`: only clips named there count. Without it each clip is
        a runner.
    settings : Settings
        For clips.
    workers : int, optional
    progress : callable

    Returns
    -------
    Built

    Raises
    ------
    PostureError
        If nothing can serve as a reference, or if clips were seen by different models.
    """
    sources = _sources(folder)
    entries = read_rows(manifest, ReferenceEntry) if manifest else _one_each(sources)
    if manifest:
        check_files(list(entries), list(sources), manifest)
    clips: list[ReferenceClip] = []
    refused: list[Refused] = []
    stamp = ("", "")
    for done, name in enumerate(sorted(entries)):
        progress(name, float(done), float(len(entries)))
        recording, made = _clip(sources[name], entries[name], settings, workers or os.cpu_count() or 1)
        if isinstance(made, Refused):
            refused.append(made)
            continue
        stamp = _one_stamp(stamp, recording, name)
        clips.append(made)
    if not clips:
        reasons = "; ".join(f"{each.source}: {each.reason}" for each in refused[:3])
        raise PostureError(f"{folder}: no clip can serve as a reference. {reasons}".rstrip())
    return Built(make_reference(clips, *stamp), tuple(refused))


def _sources(folder: Path) -> dict[str, Path]:
    """Clips and analysis folders by the clip's name; an analysis stands for its clip."""
    clips, _ = find_clips(folder)
    found = {clip.name: clip.path for clip in clips}
    analyses = (path for path in sorted(folder.iterdir()) if _is_analysed(path))
    return found | {Recording.load(AnalysisFolder(path).poses).name: path for path in analyses}


def _is_analysed(path: Path) -> bool:
    """Whether the clip's poses and settings are there: all that is read."""
    folder = AnalysisFolder(path)
    return folder.poses.is_file() and folder.record.is_file()


def _one_each(sources: dict[str, Path]) -> dict[str, ReferenceEntry]:
    return {name: unlisted(ReferenceEntry, file=name, runner=printable(Path(name).stem)) for name in sources}


def _clip(
    path: Path, entry: ReferenceEntry, settings: Settings, workers: int
) -> tuple[Recording | None, ReferenceClip | Refused]:
    try:
        analysis = _analysed(path, settings, workers)
    except PostureError as error:
        return None, Refused(entry.file, str(error))
    recording = analysis.recording
    source = entry.source or f"{recording.name}, sha256 {recording.sha256[:12]}"
    span = None
    if entry.start is not None or entry.end is not None:
        span = (entry.start or 0.0, float("inf") if entry.end is None else entry.end)
    made = reference_clip(entry.runner, source, analysis.segmented, analysis.measured, analysis.view, span)
    return recording, made


def _analysed(path: Path, settings: Settings, workers: int) -> Analysis:
    if _is_analysed(path):
        return load(path)
    with (
        TemporaryDirectory(dir=temporary_folder()) as kept,
        Renewal(AnalysisFolder(Path(kept) / "clip.posture")) as new,
    ):
        recording = acquire(path, new, settings, workers=workers, force=True, say=lambda label, done, total: None)
        return behind_poses(recording, settings)


def _one_stamp(stamp: tuple[str, str], recording: Recording | None, name: str) -> tuple[str, str]:
    """Model and engine of the first clip, with which all others go together."""
    assert recording is not None  # refused before
    own = (recording.model, engine_of(recording.estimator))
    if stamp == ("", ""):
        return own
    if own[0] != stamp[0] or not read_alike(own[1], stamp[1]):
        this, others = named_apart(own, stamp)
        raise PostureError(
            f"{name}: seen by {this}, the clips before it by {others}; a reference holds for one model, "
            "and for engines that read alike: analyse all clips with the same."
        )
    return stamp
