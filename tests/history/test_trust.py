"""A history under the hands of people and other programs: spellings, locks, disks that cannot be written, damage."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from posture.cli import main
from posture.errors import PostureError
from posture.history import History, named, schema
from posture.history.schema import MIGRATIONS, key_of
from tests.history.test_history import filled, record


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def shown(*arguments: object, db: Path) -> str:
    done = CliRunner().invoke(main, ["history", *map(str, arguments), "--db", str(db)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


# --- names -----------------------------------------------------------------------------------------------------------


def test_all_spellings_of_a_name_are_one_runner(db: Path) -> None:
    spellings = ["Jörg", unicodedata.normalize("NFD", "Jörg"), "JÖRG", " jörg ", "JO\u0308RG"]
    for day, name in enumerate(spellings, 1):
        filled(db, record(day), runner=name)
    with History(db) as history:
        assert history.runners() == {"Jörg": 5}
        history.delete(spellings[2])
        assert history.runners() == {}


@given(st.text(), st.text())
def test_a_key_is_the_same_for_a_name_however_it_is_written(name: str, other: str) -> None:
    for form in ("NFC", "NFD"):
        assert key_of(unicodedata.normalize(form, name)) == key_of(name)
    assert key_of(key_of(name)) == key_of(name)
    if name.isascii() and other.isascii() and key_of(name) == key_of(other):
        assert " ".join(name.split()).lower() == " ".join(other.split()).lower()


def test_runners_that_an_older_version_took_for_several_come_together(db: Path) -> None:
    old = sqlite3.connect(db)
    old.executescript("".join(MIGRATIONS[:3]) + "PRAGMA user_version = 3;")
    columns = "id, runner, identity, happened, dated, made, clip, folder, view, near, gait, strides"
    for number, (name, identity) in enumerate([("Jörg", "x"), ("JÖRG", "y"), ("Jo\u0308rg", "x"), ("Anna", "x")], 1):
        old.execute("INSERT INTO runner VALUES (?, ?)", (number, name))
        then = "2025-01-01T00:00:00+00:00"
        row = (number, number, identity, then, 1, then, "c.mp4", "", "side", "", "running", 9)
        old.execute(f"INSERT INTO analysis ({columns}) VALUES ({', '.join('?' * 12)})", row)
    old.commit()
    old.close()
    with History(db) as history:
        assert history.runners() == {"Anna": 1, "Jörg": 2}


@pytest.mark.parametrize("name", ["", "  ", "An\x1b[2Jna", "a\0b", "\udc80", "\u202egpj"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(PostureError, match="name"):
        named(name)


# --- what is asked at once -------------------------------------------------------------------------------------------


def test_what_is_exported_and_deleted_at_once_is_exported_first(db: Path, tmp_path: Path) -> None:
    filled(db, record(2), record(3))
    said = shown("Anna", "--export", tmp_path / "x.csv", "--page", tmp_path / "x.html", "--delete", "--yes", db=db)
    assert len(pd.read_csv(tmp_path / "x.csv")) == 2
    assert (tmp_path / "x.html").is_file()
    assert "Removed Anna" in said
    assert "nothing is kept" in shown("Anna", db=db)


@pytest.mark.parametrize("option", [("--export", "x.txt"), ("--export", "no/x.csv"), ("--settings", "missing.toml")])
def test_what_cannot_be_exported_is_not_deleted(option: tuple[str, str], db: Path, tmp_path: Path) -> None:
    filled(db, record(2))
    shown("Anna", option[0], tmp_path / option[1], "--delete", "--yes", db=db)
    with History(db) as history:
        assert history.runners() == {"Anna": 1}


def test_a_cell_that_a_spreadsheet_would_run_is_text(db: Path, tmp_path: Path) -> None:
    evil = record(2, change=-3.0)
    evil["clip"]["name"] = '=HYPERLINK("http://x","y")'
    filled(db, evil, runner="@Anna")
    shown("@Anna", "--export", tmp_path / "x.csv", db=db)
    table = pd.read_csv(tmp_path / "x.csv")
    assert table["clip"].tolist() == ["'" + evil["clip"]["name"]]
    assert table["runner"].tolist() == ["'@Anna"]
    assert table["change"].tolist() == [-3.0]


# --- locks and disks -------------------------------------------------------------------------------------------------


def test_a_history_that_is_forgotten_at_once_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "forgotten" in shown(db=Path(":memory:"))
    with pytest.raises(PostureError, match="forgotten"):
        History(Path(":memory:"))
    assert not list(tmp_path.iterdir())


def test_looking_at_a_history_that_is_not_there_makes_none(db: Path) -> None:
    shown(db=db)
    assert not db.exists()


def test_a_locked_history_is_read_and_says_that_it_is_locked(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(db, record(2))
    monkeypatch.setattr(schema, "PATIENCE", 0.05)
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert "Anna" in shown(db=db)
        with pytest.raises(PostureError, match="another program has been writing"), History(db) as history:
            history.add(record(3), "Anna")
    finally:
        other.close()
    with History(db) as history:
        assert history.runners() == {"Anna": 1}


def test_a_history_that_cannot_be_written_is_read(db: Path, tmp_path: Path) -> None:
    filled(db, record(2))
    place = tmp_path / "locked"
    place.mkdir()
    shutil.copy(db, place)
    for command, said in (("Anna", "day2.mp4"), ("Anna --delete --yes", "cannot be written")):
        script = (
            f"mount --bind {place} {place} && mount -o remount,ro,bind {place} && "
            f"{sys.executable} -m posture history {command} --db {place}/history.sqlite; echo code $?"
        )
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False)
        if "code" not in done.stdout or "mount:" in done.stderr:
            pytest.skip(f"a disk cannot be locked here: {done.stderr.strip()}")
        assert said in done.stdout + done.stderr
        assert done.stderr.count("\n") == (command != "Anna")
        assert f"code {0 if command == 'Anna' else 2}" in done.stdout


# --- damage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("analysis", "happened", "yesterday"),
        ("analysis", "happened", "0001-01-01T00:00:00+14:00"),
        ("analysis", "happened", "0001-01-01T00:00:00"),
        ("analysis", "happened", b"\xff\xfe"),
        ("analysis", "happened", 12),
        ("analysis", "strides", "many"),
        ("analysis", "view", b"\xff"),
        ("analysis", "speed_kmh", "fast"),
        ("metric", "status", "well"),
        ("metric", "level", "high"),
        ("metric", "metric", "no_such_metric"),
        ("finding", "verdict", "perhaps"),
        ("finding", "confidence", "sure"),
        ("finding", "title", b"\x80"),
    ],
)
def test_a_damaged_cell_is_one_sentence_or_is_passed_over(table: str, column: str, value: object, db: Path) -> None:
    filled(db, record(2, change=4.0, verdict="supported"), record(3))
    with sqlite3.connect(db) as known:
        known.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (value,))
    page, csv = db.with_suffix(".html"), db.with_suffix(".csv")
    for arguments in (("Anna",), ("Anna", "--page", page), ("Anna", "--export", csv)):
        said = shown(*arguments, db=db)
        assert said
        assert "Traceback" not in said


def test_damaged_bytes_never_end_in_a_traceback(db: Path) -> None:
    filled(db, *(record(day, change=4.0, verdict="supported") for day in range(1, 12)))
    with sqlite3.connect(db) as known:
        known.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    known.close()
    whole, rng = db.read_bytes(), random.Random(3)
    for _ in range(60):
        hurt = bytearray(whole)
        for _ in range(rng.choice([1, 8, 200])):
            hurt[rng.randrange(len(hurt))] = rng.randrange(256)
        for beside in db.parent.glob("history.sqlite*"):
            beside.unlink()
        db.write_bytes(hurt[: rng.choice([len(hurt), len(hurt) // 2, 100])])
        for arguments in ((), ("Anna",), ("Anna", "--export", db.with_suffix(".json"))):
            assert "Traceback" not in shown(*arguments, db=db)
