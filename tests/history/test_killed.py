"""A history whose writer is killed at random moments, and one whose cells hold anything."""

from __future__ import annotations

import itertools
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from posture.cli import main
from posture.history import History, schema
from posture.history.schema import MIGRATIONS
from tests.history.test_history import filled, record

#: More of everything in a long run, with a seed of its own: POSTURE_FAULTS=20 POSTURE_SEED=7.
TIMES, SEED = int(os.environ.get("POSTURE_FAULTS", "1")), int(os.environ.get("POSTURE_SEED", "1"))

#: Adds to Anna's analyses for ever, and adds and deletes Ben between them; says what is done once it is.
_WRITER = """
import itertools, json, sys
from pathlib import Path
from posture.history import History
record = json.loads(sys.argv[2])
for i in itertools.count(int(sys.argv[3])):
    record["clip"]["sha256"] = f"sha {i}"
    with History(Path(sys.argv[1])) as history:
        history.add(record, "Anna")
        print(i, flush=True)
        history.add(record, "Ben")
        history.delete("Ben")
"""


def old_one(db: Path) -> None:
    """A history of the first version, which the first to open it brings up."""
    with closing(sqlite3.connect(db)) as old:
        old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
        names = [(number, name) for number, name in enumerate(("Cid", "Dora", "J\u00f6rg"), 1)]
        old.executemany("INSERT INTO runner VALUES (?, ?)", names)
        old.commit()


def killed_at_a_moment(db: Path, begin: int, rng: random.Random) -> int:
    """Number of the last analysis that the writer said it had kept, ``begin - 1`` if it said nothing."""
    told = json.dumps(record(2, change=4.0, verdict="supported"))
    command = [sys.executable, "-c", _WRITER, str(db), told, str(begin)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = begin - 1
        for line in itertools.islice(writer.stdout, rng.choice([1, 2, 5])):
            last = int(line)
        time.sleep(rng.random() * 0.05)
        writer.kill()
        return max([last, *map(int, writer.stdout.read().split())])


def check(db: Path, kept: int) -> int:
    """Nothing that was said to be kept is lost, and nothing is there by half; the number of Anna's analyses."""
    with closing(sqlite3.connect(db)) as known:
        assert known.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not known.execute("PRAGMA foreign_key_check").fetchall()
        for table in ("metric", "finding"):
            parts = f"(SELECT count(*) FROM {table} WHERE analysis = analysis.id)"
            assert not known.execute(f"SELECT id FROM analysis WHERE {parts} != 1").fetchall(), table
    with History(db) as history:
        runners = history.runners()
        found = len(history.analyses("Anna"))
        if "Ben" in runners:  # killed between his coming and going, and the next writer's is another
            history.delete("Ben")
    assert found in (kept, kept + 1)  # one more was kept before its writer could say so
    assert runners.get("Ben", 0) in (0, 1)
    assert {"Cid", "Dora", "J\u00f6rg"} <= runners.keys()
    return found


@pytest.mark.parametrize("times", [3 * TIMES, pytest.param(40 * TIMES, marks=pytest.mark.slow)])
def test_kill_9_at_a_random_moment_loses_nothing_that_was_kept(times: int, tmp_path: Path) -> None:
    rng, db, count = random.Random(SEED), tmp_path / "h.sqlite", 0
    old_one(db)
    for _ in range(times):
        count = check(db, killed_at_a_moment(db, count, rng) + 1)


def test_kill_9_while_a_history_is_brought_up_leaves_the_old_one_or_the_new(
    tmp_path: Path,
) -> None:
    """At each statement of the way: a fork of this process ends there, as if it was killed."""
    opened, left = schema._opened, [0]

    def counted(_: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)

    def opening(name: str, *, uri: bool = False) -> sqlite3.Connection:
        connection = opened(name, uri=uri)
        connection.set_trace_callback(counted)
        return connection

    for step in itertools.count(1):
        db = tmp_path / f"{step}.sqlite"
        old_one(db)
        child = os.fork()
        if child == 0:
            left[0] = step
            schema._opened = opening
            with History(db) as history:
                history.runners()
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in (0, 9)
        with History(db) as history:
            assert sorted(history.runners()) == ["Cid", "Dora", "J\u00f6rg"]
        if ended == 0:
            break
    assert step > 10


# --- cells -----------------------------------------------------------------------------------------------------------

_COLUMNS = [
    (table, column)
    for table, columns in {
        "runner": ["name", "key"],
        "analysis": ["identity", "happened", "dated", "made", "clip", "folder", "view", "near", "gait", "strides",
                     "speed_kmh", "note"],
        "metric": ["metric", "level", "spread", "strides", "trend_only", "change", "mdc", "status"],
        "finding": ["cause", "title", "verdict", "confidence", "effect", "cue", "place"],
    }.items()
    for column in columns
]  # fmt: skip
_KEYS = {"runner": "id", "analysis": "runner"}
_CELLS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=12), st.binary(max_size=12),
    st.sampled_from(["drift", "supported", "side", "2026-13-45T99:00:00", "9999-12-31T23:59:59-12:00", "[]", "{}"]),
)  # fmt: skip


@effort(max_examples=20 * TIMES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(where=st.sampled_from(_COLUMNS), value=_CELLS, one=st.booleans())
def test_cells_that_hold_anything_end_in_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, where: tuple[str, str], value: object, one: bool
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    db, (table, column) = folder / "h.sqlite", where
    filled(db, record(2, change=4.0, verdict="supported"), record(3), record(4, change=-3.0))
    with closing(sqlite3.connect(db)) as known:
        rows = f" WHERE {_KEYS.get(table, 'analysis')} = 1" if one else ""
        try:
            known.execute(f"UPDATE OR IGNORE {table} SET {column} = ?{rows}", (value,))
        except (sqlite3.Error, UnicodeEncodeError):
            return  # SQLite itself keeps no such cell
        known.commit()
    for arguments in ([], ["Anna"], ["Anna", "--page", folder / "h.html"], ["Anna", "--export", folder / "h.csv"],
                      ["Anna", "--export", folder / "h.json"]):  # fmt: skip
        done = CliRunner().invoke(main, ["history", *map(str, arguments), "--db", str(db)])
        assert done.exception is None or isinstance(done.exception, SystemExit), (where, value, done.exception)
        assert done.exit_code in (0, 2)
    done = CliRunner().invoke(main, ["forget", "Anna", "--yes", "--db", str(db)])
    assert done.exception is None or isinstance(done.exception, SystemExit), (where, value, done.exception)
