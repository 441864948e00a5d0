"""Analyses of runners over weeks, in one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs

from posture.about import name_of
from posture.analysis.schema import Record
from posture.errors import PostureError
from posture.history.schema import DAMAGE, connect, connect_to_read, fault, key_of, place_of
from posture.history.types import Kept, Level, Said


def default_path() -> Path:
    """Where the history lies unless another file is named: in the user's data folder."""
    return Path(platformdirs.user_data_dir("posture", appauthor=False)) / "history.sqlite"


def named(runner: str) -> str:
    """A runner's name as it is kept.

    Raises
    ------
    PostureError
        If it is empty, or holds what cannot be shown.
    """
    try:
        return name_of(runner)
    except ValueError as error:
        raise PostureError(f"--runner: {error}; give one with --runner NAME.") from error


class History:
    """A history file; use it in a ``with`` block.

    Several processes may read and write the same file.

    Parameters
    ----------
    path : Path, optional
        By default :func:`default_path`.
    write : bool
        Whether something may be changed; one that is only read may be missing or locked against writing.

    Raises
    ------
    PostureError
        If the file is no history or cannot be opened.
    """

    def __init__(self, path: Path | None = None, *, write: bool = True) -> None:
        self.path = path or default_path()
        self._connection = connect(self.path) if write else connect_to_read(self.path)

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        if isinstance(error, DAMAGE):
            raise self._damaged(error) from error

    def add(self, record: Record, runner: str, folder: Path | None = None) -> None:
        """Keep an analysis. One of the same stretch of the same clip takes the place of an earlier one.

        Parameters
        ----------
        record : mapping
            The machine-readable result, as in ``analysis.json``.
        runner : str
        folder : Path, optional
            Where the analysis lies.
        """
        name = named(runner)
        with self._writing() as db:
            both = (name, key_of(name))
            db.execute("INSERT INTO runner (name, key) VALUES (?, ?) ON CONFLICT DO NOTHING", both)
            (owner,) = db.execute("SELECT id FROM runner WHERE key = ?", both[1:]).fetchone()
            row = {"runner": owner, **_analysis(record, folder)}
            db.execute("DELETE FROM analysis WHERE runner = :runner AND identity = :identity", row)
            key = _insert(db, "analysis", row)
            for metric in _metrics(record):
                _insert(db, "metric", {"analysis": key, **metric})
            for finding in _findings(record):
                _insert(db, "finding", {"analysis": key, **finding})

    def runners(self) -> dict[str, int]:
        """Names of the runners, with the number of their analyses."""
        rows = self._connection.execute(
            "SELECT name, count(analysis.id) AS n FROM runner LEFT JOIN analysis ON analysis.runner = runner.id "
            "GROUP BY runner.id ORDER BY name"
        )
        return {str(row["name"]): row["n"] for row in rows}

    def analyses(self, runner: str) -> list[Kept]:
        """A runner's analyses in order of time.

        Raises
        ------
        PostureError
            If nobody of that name is known.
        """
        owner = self._runner(runner)["id"]
        rows = self._connection.execute(
            "SELECT * FROM analysis WHERE runner = ? ORDER BY happened, made, id", (owner,)
        ).fetchall()
        with self._understood():
            return [self._kept(row) for row in rows]

    def delete(self, runner: str) -> list[str]:
        """Remove a runner with everything that is kept here about them.

        Returns
        -------
        list of str
            Folders of analyses, which stay where they are.

        Raises
        ------
        PostureError
            If nobody of that name is known.
        """
        with self._writing() as db:
            owner = self._runner(runner)["id"]
            found = db.execute("SELECT folder FROM analysis WHERE runner = ?", (owner,))
            folders = [os.fsdecode(row["folder"]) for row in found if row["folder"]]
            db.execute("DELETE FROM runner WHERE id = ?", (owner,))
        # Else the name would still stand in the journal; another process that reads just now may keep it there.
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return folders

    def folders(self, runner: str) -> list[tuple[str, str]]:
        """Folders of a runner's analyses, where they were when they were kept, each with its clip's checksum.

        Raises
        ------
        PostureError
            If nobody of that name is known.
        """
        owner = self._runner(runner)["id"]
        found = self._connection.execute("SELECT DISTINCT folder, identity FROM analysis WHERE runner = ?", (owner,))
        with self._understood():
            return [(os.fsdecode(row["folder"]), str(json.loads(row["identity"])[0])) for row in found if row["folder"]]

    def forget(self, folder: Path, sha256: str) -> list[str]:
        """Remove what is kept of one recording, whoever it was kept for.

        Parameters
        ----------
        folder : Path
            Of its analysis.
        sha256 : str
            Of its bytes.

        Returns
        -------
        list of str
            Runners of whom something was removed, each once for every analysis.
        """
        named_so = (place_of(folder), json.dumps([sha256])[:-1] + ",%")
        with self._writing() as db:
            rows = db.execute(
                "SELECT analysis.id, name FROM analysis JOIN runner ON runner.id = analysis.runner "
                "WHERE folder = ? OR identity LIKE ?",
                named_so,
            ).fetchall()
            db.executemany("DELETE FROM analysis WHERE id = ?", [(row["id"],) for row in rows])
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [row["name"] for row in rows]

    def name(self, runner: str) -> str:
        """A runner's name as it was first given.

        Raises
        ------
        PostureError
            If nobody of that name is known.
        """
        return str(self._runner(runner)["name"])

    def _runner(self, name: str) -> sqlite3.Row:
        found: sqlite3.Row | None = self._connection.execute(
            "SELECT id, name FROM runner WHERE key = ?", (key_of(name),)
        ).fetchone()
        if found is None:
            known = ", ".join(self.runners()) or "nobody yet"
            raise PostureError(f"{self.path}: nothing is kept about '{name}' (known: {known}).")
        return found

    def _kept(self, row: sqlite3.Row) -> Kept:
        find = self._connection.execute
        levels = find("SELECT * FROM metric WHERE analysis = ?", (row["id"],))
        said = find("SELECT * FROM finding WHERE analysis = ? ORDER BY place, cause", (row["id"],))
        return Kept(
            when=_aware(row["happened"]),
            dated=bool(row["dated"]),
            folder=os.fsdecode(row["folder"]),
            **{key: str(row[key]) for key in ("clip", "view", "near", "gait", "note", "model", "estimator")},
            strides=int(row["strides"]),
            speed_kmh=None if row["speed_kmh"] is None else float(row["speed_kmh"]),
            levels={str(level["metric"]): Level.of(level) for level in levels},
            findings={str(finding["cause"]): Said.of(finding) for finding in said},
        )

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Cells that hold what no program writes are one sentence."""
        try:
            yield
        except (ValueError, TypeError, LookupError, OverflowError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> PostureError:
        return PostureError(
            f"{self.path}: the history is damaged ({error}); put a copy of it there, or name another with --db."
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; waits for other writers."""
        db = self._connection
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        except sqlite3.Error as error:
            raise fault(self.path, error, "the history could not be written ({}); try again") from error


def _analysis(record: Record, folder: Path | None) -> dict[str, Any]:
    clip, settings = record["clip"], record["settings"]
    stretch = [settings["clip"][key] for key in ("start", "end", "exclude", "sample", "person")]
    recorded = settings["run"].get("date") or clip.get("recorded")
    return {
        "identity": json.dumps([clip["sha256"], stretch]),
        "happened": _utc(recorded or record["made"]),
        "dated": bool(recorded),
        "made": record["made"],
        "clip": clip["name"],
        "folder": place_of(folder) if folder else "",
        "view": record["view"]["kind"],
        "near": record["view"]["near"] or "",
        "gait": record["strides"]["gait"],
        "strides": record["strides"]["kept"],
        "speed_kmh": settings["run"]["speed_kmh"],
        "note": settings["run"].get("note", ""),
        "model": record["provenance"]["model"],
        "estimator": record["provenance"]["estimator"],
    }


def _metrics(record: Record) -> Iterator[dict[str, Any]]:
    for key, metric in record["metrics"].items():
        drift = record["drift"].get(key)
        yield {
            "metric": key,
            "level": metric["level"],
            "spread": metric["spread"],
            "strides": metric["strides"],
            "trend_only": metric["trend_only"],
            "change": drift["change"] if drift else None,
            "mdc": drift["mdc"] if drift else None,
            "status": drift["status"] if drift else "",
        }


def _findings(record: Record) -> Iterator[dict[str, Any]]:
    """With their places in the order in which they lead; the others come behind."""
    places = {cause: place for place, cause in enumerate(record["leading"])}
    for finding in record["findings"]:
        yield {
            "place": places.get(finding["cause"], len(places)),
            **{key: finding[key] for key in ("cause", "title", "verdict", "confidence", "effect")},
            "cue": finding["plan"]["cue"] if finding["plan"] else "",
        }


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    columns, places = ", ".join(row), ", ".join(f":{key}" for key in row)
    return int(db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", row).lastrowid or 0)


def _utc(text: str) -> str:
    """ISO 8601 in UTC, so that texts sort as times do."""
    return _aware(text).astimezone(UTC).isoformat(timespec="seconds")


def _aware(text: str) -> datetime:
    """A time without a zone is UTC, as containers define it."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
