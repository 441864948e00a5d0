"""The app's folder: one folder a run, named by ids that the app makes; a request's text is only ever looked up."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from posture.app.tickets import ANALYSIS, VALUES, Choices, State, Ticket, file_name
from posture.errors import PostureError
from posture.storage.files import replacing, unwritable
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import Ledger, read_object
from posture.storage.lock import LOCKS, Hold
from posture.storage.modes import make_folder

_LEDGER = "app.json"
#: What the app and its workers write beside an analysis.
_OWN = ("ticket.json", VALUES, "status.*", "answers-*.toml", "share.*", "run.*.speed-*.csv")


class Library:
    """All runs of one folder; one app at a time works in it.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Raises
    ------
    PostureError
        If it cannot be written, holds something else, or another app works in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lock = threading.RLock()
        self._runs = self.folder / "runs"
        self._hold = self._claimed()
        self._tickets = {ticket.id: ticket for ticket in self._kept()}

    def _claimed(self) -> Hold:
        try:
            if self.folder.is_dir() and any(self.folder.iterdir()) and Ledger.read(self.folder / _LEDGER) is None:
                raise PostureError(f"{self.folder}: holds other files; name an empty or a new folder with --folder.")
            make_folder(self._runs)
            make_folder(self.incoming)
            hold = Hold(self.folder / "lock", wait=False)
            known = hold.taken or not LOCKS
            if known:  # in a folder of another app they are on their way
                for left in self.incoming.glob("*.part"):
                    left.unlink(missing_ok=True)
            Ledger("", "", frozenset({_LEDGER})).write(self.folder / _LEDGER)
        except OSError as error:
            raise PostureError(unwritable(self.folder, error, "--folder")) from error
        if not known:
            raise PostureError(f"{self.folder}: another posture app works here; use that one, or another --folder.")
        return hold

    def close(self) -> None:
        """Let another app work here."""
        self._hold.release()

    @property
    def incoming(self) -> Path:
        """Where uploads lie until they are whole."""
        return self.folder / "incoming"

    def _kept(self) -> Iterator[Ticket]:
        for place in self._runs.iterdir():
            with suppress(OSError, ValueError, ValidationError):
                ticket = Ticket.model_validate_json((place / "ticket.json").read_bytes())
                if ticket.id == place.name:
                    yield ticket

    def all(self) -> list[Ticket]:
        """Every run, the newest first."""
        with self._lock:
            return sorted(self._tickets.values(), key=lambda ticket: -ticket.order)

    def names(self) -> list[str]:
        """Whoever runs in any of them."""
        return sorted({ticket.choices.runner for ticket in self.all() if ticket.choices.runner})

    def get(self, id: str) -> Ticket | None:
        """The run of an id, or None."""
        return self._tickets.get(id)

    def place(self, ticket: Ticket) -> Path:
        """Folder of a run of this library, also of one that has just gone."""
        return self._runs / ticket.id

    def analysis(self, ticket: Ticket) -> AnalysisFolder:
        """Analysis of a run."""
        return AnalysisFolder(self.place(ticket) / ANALYSIS)

    def clip(self, ticket: Ticket) -> Path:
        """The clip of a run, as it was brought."""
        return self.place(ticket) / "clip" / file_name(ticket.name)

    def answers(self, ticket: Ticket) -> Path | None:
        """The runner's answers, if any were given."""
        return next(self.place(ticket).glob("answers-*.toml"), None)

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """What the run says in short; empty as long as nothing is known."""
        return read_object(self.place(ticket) / VALUES)

    def day(self, ticket: Ticket) -> date | None:
        """The day of a run, as was said or as the clip says; None if nobody knows."""
        if ticket.choices.date is not None:
            return ticket.choices.date
        try:
            recorded = datetime.fromisoformat(read_object(self.analysis(ticket).record)["clip"]["recorded"])
        except (KeyError, TypeError, ValueError):
            return None
        return recorded.astimezone().date()

    def freed(self, gone: Ticket) -> list[Ticket]:
        """Runs that stand for themselves again when one that they are joined in has gone."""
        joined = {id for ticket in self.all() if ticket.id != gone.id for id in ticket.parts}
        parts = (self.get(id) for id in gone.parts if id not in joined)
        return [part for part in parts if part is not None and part.state is State.DONE]

    def add(
        self,
        name: str,
        choices: Choices,
        *,
        clip: Path | None = None,
        parts: tuple[str, ...] = (),
        live: bool = False,
    ) -> Ticket:
        """A new run: a clip, which is moved here, a join of others, or a live session that begins.

        Raises
        ------
        PostureError
            If it cannot be written.
        """
        with self._lock:
            order = 1 + max((ticket.order for ticket in self._tickets.values()), default=0)
            made = datetime.now(UTC).isoformat(timespec="seconds")
            ticket = Ticket(
                id=secrets.token_hex(8),
                name=name,
                made=made,
                order=order,
                state=State.LIVE if live else State.WAITING,
                choices=choices,
                parts=parts,
                live=live,
            )
            self._tickets[ticket.id] = ticket
        try:
            make_folder(self.clip(ticket).parent)
            if clip is not None:
                clip.replace(self.clip(ticket))
            self._write(ticket)
        except (OSError, PostureError) as error:
            self.take(ticket.id)
            self.drop(ticket)
            if isinstance(error, PostureError):
                raise
            raise PostureError(unwritable(self.folder, error, None)) from error
        return ticket

    def change(self, id: str, **values: Any) -> Ticket | None:
        """Note something else about a run; None if it is gone.

        Raises
        ------
        PostureError
            If it cannot be written; this library knows it nevertheless.
        """
        with self._lock:
            if id not in self._tickets:
                return None
            ticket = self._tickets[id] = self._tickets[id].model_copy(update=values)
            self._write(ticket)
            return ticket

    def _write(self, ticket: Ticket) -> None:
        with replacing(self.place(ticket) / "ticket.json", None) as temporary:
            temporary.write_text(ticket.model_dump_json(indent=1), encoding="utf-8")

    def take(self, id: str) -> Ticket | None:
        """Take a run out, so that nobody finds it while it is removed; None if it is gone already."""
        with self._lock:
            return self._tickets.pop(id, None)

    def put_back(self, ticket: Ticket) -> None:
        """Know a run again that could not be removed."""
        with self._lock:
            self._tickets[ticket.id] = ticket

    def drop(self, ticket: Ticket) -> None:
        """Remove what else the app wrote for a run that was taken out and whose analysis is removed.

        Raises
        ------
        PostureError
            If it cannot be removed.
        """
        place = self.place(ticket)
        try:
            for file in [self.clip(ticket), *(found for pattern in _OWN for found in place.glob(pattern))]:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise PostureError(unwritable(place, error, None)) from error
        for folder in (place / "clip", place):
            with suppress(OSError):  # files of somebody else
                folder.rmdir()

    def waiting(self) -> list[Ticket]:
        """What is to be done, in order, what was in work when the app ended first."""
        found = [ticket for ticket in self.all() if ticket.open]
        return sorted(found, key=lambda ticket: (ticket.state is not State.WORKING, ticket.order))
