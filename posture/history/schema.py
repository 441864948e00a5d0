"""Tables of the history, one script for each version: version N is what the first N scripts make."""

from __future__ import annotations

import os
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from posture.errors import PostureError
from posture.storage.modes import make_folder, touch

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE runner (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE
    );
    CREATE TABLE analysis (
        id INTEGER PRIMARY KEY,
        runner INTEGER NOT NULL REFERENCES runner(id) ON DELETE CASCADE,
        identity TEXT NOT NULL,
        happened TEXT NOT NULL,
        dated INTEGER NOT NULL,
        made TEXT NOT NULL,
        clip TEXT NOT NULL,
        folder TEXT NOT NULL,
        view TEXT NOT NULL,
        near TEXT NOT NULL,
        gait TEXT NOT NULL,
        strides INTEGER NOT NULL,
        speed_kmh REAL,
        UNIQUE (runner, identity)
    );
    CREATE TABLE metric (
        analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
        metric TEXT NOT NULL,
        level REAL NOT NULL,
        spread REAL,
        strides INTEGER NOT NULL,
        trend_only INTEGER NOT NULL,
        change REAL,
        mdc REAL,
        status TEXT NOT NULL,
        PRIMARY KEY (analysis, metric)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE finding (
        analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
        cause TEXT NOT NULL,
        title TEXT NOT NULL,
        verdict TEXT NOT NULL,
        confidence REAL,
        effect REAL,
        cue TEXT NOT NULL,
        PRIMARY KEY (analysis, cause)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE finding ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
    """,
    # One runner under all spellings of a name; the analyses of those that were taken for several come together.
    """
    ALTER TABLE runner ADD COLUMN key TEXT NOT NULL DEFAULT '';
    UPDATE runner SET key = runner_key(name);
    UPDATE OR IGNORE analysis SET runner = (
        SELECT min(other.id) FROM runner own JOIN runner other USING (key) WHERE own.id = analysis.runner
    );
    DELETE FROM runner WHERE id NOT IN (SELECT min(id) FROM runner GROUP BY key);
    CREATE UNIQUE INDEX runner_by_key ON runner (key);
    """,
    """
    UPDATE finding SET verdict = 'this recording cannot tell' WHERE verdict = 'not decidable';
    """,
    """
    ALTER TABLE analysis ADD COLUMN note TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE analysis ADD COLUMN model TEXT NOT NULL DEFAULT '';
    ALTER TABLE analysis ADD COLUMN estimator TEXT NOT NULL DEFAULT '';
    """,
)

#: What reading a damaged file raises; SQLite's own messages may hold bytes that are no text.
DAMAGE = (sqlite3.Error, UnicodeError)
#: How long one process waits for another one to finish writing, s.
PATIENCE = 10.0


def key_of(name: str) -> str:
    """What is the same for all spellings of a name: composed or not, capitals or not, spaces as they come.

    Unicode Standard, section 3.13, D145: canonical caseless matching.
    """
    plain = unicodedata.normalize("NFD", " ".join(name.split()))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", plain.casefold()))


def place_of(folder: Path) -> str | bytes:
    """A folder as it is kept, to be found again: text, or bytes if its name is none; ``os.fsdecode`` reads both."""
    name = str(folder.absolute())
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def connect(path: Path) -> sqlite3.Connection:
    """Open a history to write into, or begin one, at this program's version.

    Raises
    ------
    PostureError
        If the file is no history, was written by a newer program, or cannot be opened or written.
    """
    _check(path)
    with _told(path):
        make_folder(path.parent)
        if not path.exists():
            touch(path)
        connection = _opened(str(path.absolute()))
        _prepare(connection, path)
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a history to read from; one that cannot be written is read as it is, and one that is missing is empty.

    Raises
    ------
    PostureError
        If the file is no history, or was written by another version of the program and cannot be brought up.
    """
    _check(path)
    if not path.exists():
        empty = _opened(":memory:")
        _prepare(empty, path)
        return empty
    try:
        return connect(path)
    except ReadOnlyError:
        pass
    with _told(path):
        for how in ("mode=ro", "mode=ro&immutable=1"):
            connection = _opened(f"file:{quote(os.fsencode(path.absolute()))}?{how}", uri=True)
            with suppress(sqlite3.OperationalError):  # its journal cannot be made beside it
                if _version(connection) != len(MIGRATIONS):
                    raise PostureError(f"{path}: was written by another version of the program; copy it to read it.")
                return connection
    raise PostureError(f"{path}: the history can neither be written nor read; copy it and name the copy with --db.")


class ReadOnlyError(PostureError):
    """The history cannot be written."""


def _check(path: Path) -> None:
    if str(path) == ":memory:":
        raise PostureError(":memory: would be forgotten at the end of the command; name a file with --db.")
    if "\0" in str(path):
        raise PostureError(f"{str(path)!r}: no file can have this name; name another one with --db.")
    if path.exists() and not path.is_file():
        raise PostureError(f"{path}: not a history, and not a file; name another one with --db.")


def _opened(name: str, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=uri)
    connection.row_factory = sqlite3.Row
    connection.create_function("runner_key", 1, key_of, deterministic=True)
    return connection


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one sentence what the file system or the database refused."""
    try:
        yield
    except OSError as error:
        raise ReadOnlyError(
            f"{path}: the history cannot be opened ({error.strerror}); name another file with --db."
        ) from error
    except DAMAGE as error:
        raise fault(path, error) from error


def fault(
    path: Path,
    error: Exception,
    otherwise: str = "not a history that can be used ({}); name another file with --db",
) -> PostureError:
    """The sentence for what a database refused; ``otherwise`` where it is nothing that is known."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return PostureError(
            f"{path}: another program has been writing to this history for more than {PATIENCE:.0f} s; "
            "try again when it is done."
        )
    if code & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return ReadOnlyError(f"{path}: this history cannot be written; copy it, and name the copy with --db.")
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return PostureError(f"{path}: the disk is full, and nothing was changed; free some space and try again.")
    return PostureError(f"{path}: {otherwise.format(error)}.")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten, not only forgotten.
    connection.execute("PRAGMA secure_delete = ON")
    _write_ahead(connection)
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have come first.
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise PostureError(f"{path}: this history was written by a newer version of the program; update it.")
        if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise PostureError(f"{path}: a database of another program; name another file with --db.")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side; where a file system cannot do that, the usual locks serve."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    until = time.monotonic() + PATIENCE / 2
    while time.monotonic() < until:
        # SQLite does not wait by itself for another process that is changing the mode.
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode or 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
        time.sleep(0.01)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
