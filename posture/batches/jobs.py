"""A clip as a piece of work, wherever the worker is: everything here can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from posture.analysis.kept import read_record, stored_settings
from posture.batches.failures import remember, remembered
from posture.batches.status import StatusFile
from posture.batches.work import AS_BEFORE, State
from posture.errors import HopelessError, PostureError
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.version import __version__
from posture.video.opening import checksum

if TYPE_CHECKING:
    from posture.analysis import Analysis


@dataclass(frozen=True)
class ClipJob:
    """A clip to analyse.

    Attributes
    ----------
    source : Path
    folder : Path
        Of the analysis.
    settings : Settings
    threads : int
    overlay : bool
        Whether to draw the annotated video.
    fresh : bool
        Whether to start anew, whatever is kept, and to replace another clip's analysis.
    status : Path
    seen : callable, optional
        Gets the analysis as soon as everything but its pictures is known.
    whole : bool
        Whether the settings say all there is to say of who ran, when, and how tall: what is empty is to be empty.
    """

    source: Path
    folder: Path
    settings: Settings
    threads: int
    overlay: bool
    fresh: bool
    status: Path
    seen: Callable[[Analysis], None] | None = None
    whole: bool = False

    @property
    def name(self) -> str:
        """The clip's path."""
        return str(self.source)

    def do(self, status: StatusFile) -> State:
        """Analyse the clip, unless that is done already."""
        from posture import pipeline

        folder = AnalysisFolder(self.folder)
        with_video = not self.overlay or folder.overlay.is_file()
        unsaid = () if self.whole else _unsaid(self.settings)
        if not self.fresh and with_video and self._is_done(folder, unsaid):
            return State.KEPT
        if not self.fresh and with_video and self._is_done(folder, (*ABOUT, ANSWERS)):
            pipeline.analyze(
                self.folder, settings=taken_over(self.settings, stored_settings(self.folder), unsaid), seen=self.seen
            )
            return State.DONE
        reason = None if self.fresh else remembered(folder, self.source, self.settings)
        if reason is not None:
            raise PostureError(f"{reason}{AS_BEFORE}")
        try:
            pipeline.analyze(
                self.source,
                out=self.folder,
                settings=self.settings,
                workers=self.threads,
                overlay=self.overlay,
                force=self.fresh,
                fresh=self.fresh,
                progress=status,
                seen=self.seen,
            )
        except HopelessError as error:
            remember(folder, self.source, self.settings, str(error))
            raise
        return State.DONE

    def _is_done(self, folder: AnalysisFolder, but: Sequence[tuple[str, str]]) -> bool:
        return is_done(folder, self.settings, lambda: checksum(self.source), but=but)


def _unsaid(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What is not said this time of who ran, when, and how tall: what was said before stays."""
    return tuple((section, key) for section, key in ABOUT if not getattr(getattr(settings, section), key))


def taken_over(settings: Settings, others: Settings, which: Sequence[tuple[str, str]]) -> Settings:
    """Settings with some of them, by section and key, taken from others."""
    for section, key in which:
        own = getattr(settings, section).model_copy(update={key: getattr(getattr(others, section), key)})
        settings = settings.model_copy(update={section: own})
    return settings


#: Settings on which neither poses nor pictures depend: who ran, when, how tall, and what else was noted.
ABOUT = (("run", "runner"), ("run", "date"), ("run", "note"), ("clip", "height_cm"))
#: What is judged anew behind the poses.
ANSWERS = ("run", "intake")


def is_done(
    folder: AnalysisFolder,
    settings: Settings,
    digest: Callable[[], str],
    *,
    but: Sequence[tuple[str, str]] = (),
) -> bool:
    """Whether the folder holds a complete analysis of the same bytes with the same settings and program.

    Parameters
    ----------
    folder : AnalysisFolder
    settings : Settings
    digest : callable
        The checksum of the clip's bytes; asked only where all else is the same.
    but : sequence of (section, key)
        Settings that may differ.
    """
    record = read_record(folder.path)
    if record is None or record["posture"] != __version__:
        return False
    kept, wanted = record["settings"], settings.model_dump(mode="json")
    for section, key in but:
        kept[section][key] = wanted[section][key]
    return bool(kept == wanted and record["clip"]["sha256"] == digest())
