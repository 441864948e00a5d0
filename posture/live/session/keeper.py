"""What a session writes into its folder while it runs, so that a power cut costs seconds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future

from posture.live.coach.coach import Coach
from posture.live.session.capture import Shot
from posture.live.session.journal import Journal
from posture.pose.camera.background import background_of
from posture.pose.estimation.chunks import Gathered
from posture.pose.stream import Stream, StreamWriter
from posture.pose.types import Pose
from posture.series import Floats
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder

#: Poses are written this often, s: what a power cut costs at most.
PIECE_S = 3.0


class Keeper:
    """Gathers poses, and writes them with how the session went.

    Parameters
    ----------
    folder : AnalysisFolder
        Claimed with the first picture.
    settings : Settings
    coach : Coach
    journal : Journal
    behind : Executor
        Where it is written.
    """

    def __init__(
        self, folder: AnalysisFolder, settings: Settings, coach: Coach, journal: Journal, behind: Executor
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._coach = coach
        self._journal = journal
        self._behind = behind
        self._writer: StreamWriter | None = None
        self._piece = Gathered()
        self._saving: Future[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether there was anything to keep."""
        return self._writer is not None

    @property
    def full(self) -> bool:
        """Whether so much is gathered that it should be written."""
        return self._piece.length >= PIECE_S

    def begin(self, stream: Stream) -> None:
        """Claim the folder."""
        self._folder.claim(stream.name, stream.identity, force=False)
        self._writer = StreamWriter(self._folder, stream)

    def add(self, shot: Shot, pose: Pose | None) -> None:
        """One more picture that was looked at."""
        self._piece.add(shot.time, shot.rgb, pose)

    def keep_background(self, shot: Shot, people: Sequence[Floats]) -> None:
        """The room without the people in it; called by the thread that writes."""
        if self._writer is not None:
            self._writer.keep_background(shot.time, background_of(shot.rgb, people))

    def save(self, now: float, **counted: object) -> None:
        """Write what was gathered, with what else is to be said of the session so far.

        Raises
        ------
        PostureError
            If what was written before could not be.
        """
        if self._writer is None:
            return
        if self._saving is not None and self._saving.done():
            self._saving.result()
        piece, self._piece = self._piece.poses(), Gathered()
        more = {**counted, "settings": self._kept_settings(now), "events": self._journal.events()}
        self._saving = self._behind.submit(self._writer.keep, piece, **more)

    def finish(self) -> None:
        """Wait for the last of it.

        Raises
        ------
        PostureError
            If it cannot be written.
        """
        if self._saving is not None:
            self._saving.result()

    def _kept_settings(self, now: float) -> dict[str, object]:
        """Told from the first baseline, whatever was begun anew later, and without what was paused by hand."""
        settings = self._settings.model_dump(mode="json")
        if self._coach.baselines:
            settings["run"]["baseline"] = list(self._coach.baselines[0])
        if self._coach.view_refused:
            settings["clip"]["view"] = None
        pauses = [list(span) for span in self._journal.pauses(now)]
        settings["clip"]["exclude"] = [*settings["clip"]["exclude"], *pauses]
        return settings
