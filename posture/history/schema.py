"""Tables of the history, one script for each version: version N is what the first N scripts make."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from posture.errors import PostureError

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
    """
    UPDATE finding SET verdict = 'this recording cannot tell' WHERE verdict = 'not decidable';
    """,
)

#: How long one process waits for another one to finish writing, s.
PATIENCE = 30.0


def connect(path: Path) -> sqlite3.Connection:
    """Open a history, or begin one, at this program's version.

    Raises
    ------
    PostureError
        If the file is no history, was written by a newer program, or cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        _prepare(connection, path)
    except OSError as error:
        raise PostureError(
            f"{path}: the history cannot be opened ({error.strerror}); name another file with --db."
        ) from error
    except sqlite3.Error as error:
        raise PostureError(f"{path}: not a history that can be used ({error}); name another file with --db.") from error
    return connection


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
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        # SQLite does not wait by itself for another process that is changing the mode.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(0.01)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
