"""What an analysis folder holds of an earlier analysis: its record, its settings, its poses."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from posture.analysis.schema import Record
from posture.engine import LIBRARIES
from posture.errors import PostureError
from posture.pose.acquire import pose_settings
from posture.reading import regular
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import Ledger
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal, settle


def read_record(folder: Path) -> Record | None:
    """The machine-readable result in an analysis folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Record or None
        None if there is no complete one, or one of another schema.
    """
    settle(AnalysisFolder(folder))
    try:
        return _schema().validate_json(regular(AnalysisFolder(folder).record).read_bytes())
    except (OSError, ValueError):
        return None


def stored_settings(folder: Path) -> Settings:
    """The settings that an analysis folder was made with; a record of another schema still tells them.

    Raises
    ------
    PostureError
        If there is no complete analysis in the folder.
    """
    settle(AnalysisFolder(folder))
    if AnalysisFolder(folder).stream.is_file():
        from posture.pose.stream import stream_settings

        return stream_settings(AnalysisFolder(folder))
    record = AnalysisFolder(folder).record
    try:
        return Settings.model_validate(json.loads(regular(record).read_text(encoding="utf-8"))["settings"])
    except OSError as error:
        raise PostureError(f"{folder}: holds no complete analysis; analyse the clip itself first.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PostureError(
            f"{record}: damaged, or written by another version of this program; analyse the clip itself again."
        ) from error


def take_up_poses(folder: AnalysisFolder, settings: Settings, new: Renewal) -> Recording:
    """The poses in an analysis folder, and its new state begun with them and with what needs the clip itself.

    Those of a live session that has not been analysed yet are put together.

    Parameters
    ----------
    folder : AnalysisFolder
        Of an analysis.
    settings : Settings
        Of the analysis that is to come.
    new : Renewal
        Of the same folder.

    Raises
    ------
    PostureError
        If the settings ask for other poses, or to hide a face that the pictures show.
    """
    ledger = folder.ledger()
    assert ledger is not None
    if folder.stream.is_file():
        from posture.pose.stream import recover

        recording = recover(folder)
        new.begin(ledger.name, ledger.sha256)
        recording.save(new.staged.poses)
        return recording
    recording = Recording.load(folder.poses)
    _refuse_other_poses(recording, settings, folder)
    new.begin(ledger.name, ledger.sha256)
    # Without a record nobody knows what the pictures show.
    pictures = _pictures_of(ledger) if folder.record.is_file() else []
    new.carry([folder.poses.name, *pictures, *(name for name in ledger.files if name.startswith("views/"))])
    return recording


@cache
def _schema() -> TypeAdapter[Record]:
    """Made once: pydantic takes its time for it."""
    return TypeAdapter(Record)


def _pictures_of(ledger: Ledger) -> list[str]:
    return [name for name in ledger.files if name == "overlay.mp4" or name.startswith("frames/")]


def _refuse_other_poses(recording: Recording, settings: Settings, folder: AnalysisFolder) -> None:
    """An analysis folder has the poses of one choice only; without a record none was made yet."""
    if not folder.record.is_file():
        return
    kept = stored_settings(folder.path)
    if _by_another_engine(recording, settings, kept) or pose_settings(settings) != pose_settings(kept):
        raise PostureError(
            f"{folder.path}: model, engine, person, start, end and sample decide the poses; to change them, "
            f"analyse the clip itself ({recording.name})."
        )
    if settings.report.face_blur and not kept.report.face_blur:
        raise PostureError(
            f"{folder.path}: its pictures show the face; to blur them, "
            f"analyse the clip itself ({recording.name}) again."
        )


def _by_another_engine(recording: Recording, settings: Settings, kept: Settings) -> bool:
    """Whether an engine is asked for that did not make the poses; the estimator says which did, for `auto` does not."""
    asked = settings.pose.engine
    if not recording.has_video or asked in ("auto", kept.pose.engine):
        return False
    return LIBRARIES[asked] != recording.estimator.partition(" ")[0]
