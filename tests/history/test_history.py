"""Analyses over weeks, in a real database, through the real command line, from several processes at once."""

from __future__ import annotations

import copy
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from posture.console import Screen
from posture.errors import PostureError
from posture.history import History, terminal
from posture.history.schema import MIGRATIONS
from posture.history.trend import Help, Step, advice, courses
from posture.history.types import Kept, Said
from posture.kinematics.registry import METRICS
from posture.rules import Verdict
from posture.settings import DriftSettings
from tests.hang import HANG_S
from tests.in_process import posture

HEAD, TRUNK = "ear_hip", "trunk_lean"
DRIFT = DriftSettings()


def record(
    day: int,
    *,
    level: float = 12.0,
    change: float = 0.0,
    verdict: str = "not supported",
    view: str = "side",
    estimator: str = "litert 2.3.0",
) -> dict[str, Any]:
    """What analysis.json holds of a recording, as far as a history reads it."""
    return {
        "made": "2026-12-01T12:00:00+00:00",
        "clip": {"name": f"day{day}.mp4", "sha256": f"sha{day}", "recorded": f"2026-05-{day:02d}T08:00:00+02:00"},
        "settings": {
            "clip": dict.fromkeys(("start", "end", "exclude", "sample", "person")),
            "run": {"speed_kmh": 10.0},
        },
        "view": {"kind": view, "near": "left"},
        "strides": {"gait": "running", "kept": 80},
        "provenance": {"model": "full sha256:1", "estimator": estimator},
        "metrics": {HEAD: {"level": level, "spread": 0.5, "strides": 80, "trend_only": False}},
        "drift": {HEAD: {"change": change, "mdc": 2.0, "status": "drift" if abs(change) > 2 else "stable"}},
        "findings": [
            {
                "cause": "C5",
                "title": "Head comes forward",
                "verdict": verdict,
                "confidence": 0.8,
                "effect": abs(change) / 2.0,
                "plan": {"cue": "Look ahead."} if verdict == "supported" else None,
            }
        ],
        "leading": ["C5"] if verdict == "supported" else [],
    }


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "history.sqlite"


def filled(db: Path, *records: Mapping[str, Any], runner: str = "Anna") -> Path:
    with History(db) as history:
        for one in records:
            history.add(one, runner)
    return db


def run(*arguments: object, db: Path) -> subprocess.CompletedProcess[str]:
    return posture("history", *arguments, "--db", db)


def test_what_is_kept_comes_back_in_order_of_recording(db: Path) -> None:
    filled(db, record(9), record(2, change=3.0, verdict="supported"))
    with History(db) as history:
        first, second = history.analyses("anna")
    assert (first.clip, second.clip) == ("day2.mp4", "day9.mp4")
    assert first.when.isoformat() == "2026-05-02T06:00:00+00:00"
    assert first.dated
    assert first.levels[HEAD].change == 3.0
    assert first.findings["C5"].cue == "Look ahead."
    assert first.speed_kmh == 10.0


def test_the_same_recording_again_takes_its_place_and_another_stretch_does_not(db: Path) -> None:
    later = record(2, level=13.0)
    stretch = copy.deepcopy(record(2))
    stretch["settings"]["clip"]["start"] = 30.0
    filled(db, record(2), later, stretch)
    with History(db) as history:
        assert sorted(one.levels[HEAD].level for one in history.analyses("Anna")) == [12.0, 13.0]


def test_one_recording_may_belong_to_two_runners(db: Path) -> None:
    filled(filled(db, record(2)), record(2), runner="Bea")
    with History(db) as history:
        assert history.runners() == {"Anna": 1, "Bea": 1}


@pytest.mark.parametrize(("estimator", "told"), [("mediapipe 1.2.3", False), ("mediapipe 1.3.0", True)])
def test_recordings_of_engines_that_are_not_known_to_read_alike_are_told(
    db: Path, tmp_path: Path, estimator: str, *, told: bool
) -> None:
    filled(db, record(1, estimator=estimator), record(2))
    page = tmp_path / "page.html"
    said = run("Anna", db=db).stdout
    assert run("Anna", "--page", page, db=db).returncode == 0
    for text in (" ".join(said.split()), page.read_text(encoding="utf-8")):
        assert ("not all seen by one engine (mediapipe 1.3, litert 2.3)" in text) is told


def test_a_recording_without_a_date_is_dated_by_its_analysis(db: Path) -> None:
    undated = record(2)
    undated["clip"]["recorded"] = ""
    filled(db, undated)
    with History(db) as history:
        (one,) = history.analyses("Anna")
    assert not one.dated
    assert one.when.isoformat() == "2026-12-01T12:00:00+00:00"


def test_a_record_that_cannot_be_kept_leaves_nothing_behind(db: Path) -> None:
    broken = record(2)
    broken["metrics"][HEAD]["level"] = None
    with History(db) as history:
        with pytest.raises(PostureError, match="could not be written"):
            history.add(broken, "Anna")
        assert history.runners() == {}


def test_two_processes_that_write_at_once_lose_nothing(db: Path, tmp_path: Path) -> None:
    source = tmp_path / "record.json"
    source.write_text(json.dumps(record(1)))
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom posture.history import History\n"
        "record = json.loads(Path(sys.argv[1]).read_text())\n"
        "for i in range(40):\n"
        "    record['clip']['sha256'] = f'{sys.argv[3]} {i}'\n"
        "    with History(Path(sys.argv[2])) as history:\n"
        "        history.add(record, 'Anna')\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(source), str(db), name], stderr=subprocess.PIPE, text=True)
        for name in ("first", "second", "third")
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=HANG_S)
        assert writer.returncode == 0, errors
    with History(db) as history:
        assert history.runners() == {"Anna": 120}


def test_a_history_of_the_first_version_is_brought_up_with_its_data(db: Path) -> None:
    db.parent.mkdir()
    old = sqlite3.connect(db)
    old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    old.execute("INSERT INTO runner VALUES (1, 'Anna')")
    columns = "runner, identity, happened, dated, made, clip, folder, view, near, gait, strides"
    old.execute(
        f"INSERT INTO analysis ({columns}) VALUES (1, 'x', '2025-01-01T00:00:00+00:00', 1, "
        "'2025-01-02T00:00:00+00:00', 'old.mp4', '', 'side', 'left', 'running', 70)"
    )
    old.commit()
    old.close()
    filled(db, record(2, change=3.0, verdict="supported"))
    with History(db) as history:
        before, after = history.analyses("Anna")
    assert before.clip == "old.mp4"
    assert not before.findings
    assert after.findings["C5"].title == "Head comes forward"


def test_many_processes_may_bring_one_history_up(db: Path) -> None:
    db.parent.mkdir()
    old = sqlite3.connect(db)
    old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    old.close()
    code = "import sys; from pathlib import Path; from posture.history import History; History(Path(sys.argv[1]))"
    opened = [subprocess.Popen([sys.executable, "-c", code, str(db)], stderr=subprocess.PIPE) for _ in range(4)]
    assert [one.wait(HANG_S) for one in opened] == [0] * 4, [one.stderr.read() for one in opened if one.stderr]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("no database, only text, and enough of it " * 30), "not a history"),
        (lambda path: sqlite3.connect(path).execute("PRAGMA user_version = 99"), "newer version"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE other (x)"), "another program"),
        (lambda path: path.mkdir(), "not a history"),
    ],
)
def test_a_file_that_is_no_history_is_refused_and_left_alone(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    done = run(db=path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    if before is not None and said != "not a history":
        with sqlite3.connect(path) as still:
            assert not still.execute("SELECT * FROM sqlite_master WHERE name = 'runner'").fetchall()
    elif before is not None:
        assert path.read_bytes() == before


def test_a_history_that_is_damaged_within_is_one_sentence(db: Path) -> None:
    filled(db, *(record(day) for day in range(1, 29)))
    with sqlite3.connect(db) as known:
        known.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = db.stat().st_size
    with db.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(255) * ((size - 4096) // 255))
    done = run("Anna", db=db)
    assert done.returncode == 2
    assert "history is damaged" in done.stderr
    assert done.stderr.count("\n") == 1


def test_deleting_a_runner_leaves_no_trace_in_the_file(db: Path) -> None:
    filled(filled(db, record(2, verdict="supported", change=5.0), runner="Wilhelmina"), record(3), runner="Anna")
    done = run("wilhelmina", "--delete", "--yes", db=db)
    assert done.returncode == 0, done.stderr
    assert run("Wilhelmina", db=db).returncode == 2
    with History(db) as history:
        assert history.runners() == {"Anna": 1}
    for file in db.parent.iterdir():
        assert b"Wilhelmina" not in file.read_bytes(), file


def test_deleting_asks_first(db: Path) -> None:
    filled(db, record(2))
    done = run("Anna", "--delete", db=db)
    assert done.returncode != 0
    with History(db) as history:
        assert history.runners() == {"Anna": 1}


def test_export_holds_every_number(db: Path, tmp_path: Path) -> None:
    filled(db, record(2, level=12.5), record(3, change=4.0, verdict="supported"))
    for ending in ("csv", "json"):
        assert run("Anna", "--export", tmp_path / f"out.{ending}", db=db).returncode == 0
    table = pd.read_csv(tmp_path / "out.csv")
    assert table[["clip", "metric", "level", "change"]].to_numpy().tolist() == [
        ["day2.mp4", HEAD, 12.5, 0.0],
        ["day3.mp4", HEAD, 12.0, 4.0],
    ]
    told = json.loads((tmp_path / "out.json").read_text())
    assert [one["findings"]["C5"]["verdict"] for one in told["analyses"]] == ["not supported", "supported"]
    assert run("Anna", "--export", tmp_path / "out.xls", db=db).returncode == 2


def between(db: Path, first: float, last: float, settings: DriftSettings = DRIFT) -> Step:
    filled(db, record(2, level=first), record(9, level=last))
    with History(db) as history:
        (course,) = courses(history.analyses("Anna"), ("side", "left"), settings)
    assert course.metric.id == HEAD
    return course.step


@pytest.mark.parametrize(
    ("times", "step"), [(1.9, Step.SAME), (2.1, Step.WORSE), (-1.9, Step.SAME), (-2.1, Step.BETTER)]
)
def test_levels_count_beyond_twice_the_floor_between_recordings(db: Path, times: float, step: Step) -> None:
    assert METRICS[HEAD].flag > 0
    assert between(db, 12.0, 12.0 + times * METRICS[HEAD].floor) is step


@pytest.mark.parametrize(("last", "step"), [(25.9, Step.SAME), (26.1, Step.WORSE)])
def test_levels_count_beyond_a_floor_of_ones_own(db: Path, last: float, step: Step) -> None:
    assert between(db, 12.0, last, DriftSettings(floors={HEAD: 7.0})) is step


def test_the_settings_of_the_command_judge_the_table(db: Path, tmp_path: Path) -> None:
    filled(db, record(2, level=12.0), record(9, level=20.0))
    own = tmp_path / "own.toml"
    own.write_text(f"[drift.floors]\n{HEAD} = 7.0\n")
    for options, floor, step in (((), "4.0", Step.WORSE), (("--settings", own), "14.0", Step.SAME)):
        done = run("Anna", *options, db=db)
        assert done.returncode == 0, done.stderr
        line = next(line for line in done.stdout.splitlines() if line.strip().startswith(METRICS[HEAD].label))
        assert f" {floor} " in line
        assert step.value in line


def test_cameras_on_other_sides_are_not_compared(db: Path) -> None:
    filled(db, record(2, level=5.0), record(9, level=50.0, view="oblique"))
    with History(db) as history:
        kept = history.analyses("Anna")
    assert [course.step for course in courses(kept, ("side", "left"), DRIFT)] == [Step.ONE]


def test_best_run_is_the_one_that_tires_least(db: Path) -> None:
    filled(db, record(2, change=9.0), record(5, change=0.5), record(9, change=2.0))
    with History(db) as history:
        (course,) = courses(history.analyses("Anna"), ("side", "left"), DRIFT)
    assert course.best == 1
    assert course.tiring_step is Step.BETTER


@pytest.mark.parametrize(
    ("later", "became"),
    [
        ([], Help.NEW),
        ([("this recording cannot tell", 0.0)], Help.UNCLEAR),
        ([("supported", 6.0)], Help.STILL),
        ([("supported", 3.0)], Help.LESS),
        ([("supported", 6.0), ("not supported", 0.0)], Help.GONE),
        ([("not supported", 0.0), ("this recording cannot tell", 0.0)], Help.GONE),
    ],
)
def test_what_became_of_a_finding(db: Path, later: list[tuple[str, float]], became: Help) -> None:
    filled(db, record(1), record(2, change=6.0, verdict="supported"))
    for day, (verdict, change) in enumerate(later, start=3):
        filled(db, record(day, change=change, verdict=verdict))
    with History(db) as history:
        (one,) = advice(history.analyses("Anna"))
    assert one.since.clip == "day2.mp4"
    assert one.help is became


def test_page_escapes_names_and_runs_nothing(db: Path, tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    filled(db, record(2, change=6.0, verdict="supported"), record(9), runner=name)
    done = run(name, "--page", tmp_path / "page.html", db=db)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "http:" not in page
    assert "https:" not in page
    for said in ("Head comes forward", Help.GONE.value, "2026-05-02", "2026-05-09", "Look ahead."):
        assert said in page


def test_table_shows_first_latest_best_and_advice(db: Path) -> None:
    filled(db, record(2, change=9.0, verdict="supported"), record(9, change=0.1))
    done = run("Anna", db=db)
    assert done.returncode == 0, done.stderr
    for said in ("2 analyses", METRICS[HEAD].label, "+9.0", "+0.1", "2026-05-09", "better", Help.GONE.value):
        assert said in done.stdout


def test_nobody_is_known_at_first_and_a_stranger_is_named(db: Path) -> None:
    assert "Nobody yet" in run(db=db).stdout
    done = run("Anna", db=filled(db, record(2), runner="Bea"))
    assert done.returncode == 2
    assert "Bea" in done.stderr


def elbow(day: int, level: float, strides: int = 80) -> dict[str, Any]:
    """A recording whose only metric is the bend of the elbow, whose usual band has two sides."""
    found = record(day)
    found["metrics"] = {"elbow_flex": found["metrics"][HEAD] | {"level": level, "strides": strides}}
    found["drift"], found["strides"]["kept"] = {}, strides
    return found


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [
        (86.8, 63.0, Step.WORSE),
        (63.0, 86.8, Step.BETTER),
        (75.0, 105.0, Step.HIGHER),
        (105.0, 75.0, Step.LOWER),
        (65.0, 120.0, Step.HIGHER),
        (130.0, 112.0, Step.BETTER),
        (100.0, 104.0, Step.SAME),
    ],
)
def test_better_is_what_comes_nearer_to_the_usual_band_from_either_side(
    db: Path, first: float, last: float, step: Step
) -> None:
    assert METRICS["elbow_flex"].amber == (70.0, 110.0)
    filled(db, elbow(2, first), elbow(9, last))
    with History(db) as history:
        (course,) = courses(history.analyses("Anna"), ("side", "left"), DRIFT)
    assert course.step is step


def test_a_level_without_any_usual_band_is_higher_or_lower_and_never_better(db: Path) -> None:
    free = next(m for m in METRICS.values() if m.amber is None and m.neutral is None and m.headline and not m.relative)
    both = []
    for day, level in ((2, 0.0), (9, 50.0)):
        one = record(day)
        one["metrics"], one["drift"] = {free.id: one["metrics"][HEAD] | {"level": level}}, {}
        both.append(one)
    filled(db, *both)
    with History(db) as history:
        (course,) = courses(history.analyses("Anna"), ("side", "left"), DRIFT)
    assert course.step is Step.HIGHER


def test_nothing_is_judged_from_a_clip_too_short_for_a_verdict(db: Path) -> None:
    short = record(9, level=30.0, change=9.0, verdict="supported")
    short["strides"]["kept"], short["metrics"][HEAD]["strides"] = 12, 12
    filled(db, record(2), short)
    with History(db) as history:
        kept = history.analyses("Anna")
    assert [one.judged for one in kept] == [True, False]
    assert [course.step for course in courses(kept, ("side", "left"), DRIFT)] == [Step.ONE]
    assert not advice(kept)
    done = run("Anna", db=db)
    assert "12†" in done.stdout
    assert "nothing is judged" in done.stdout


@pytest.mark.parametrize("columns", [80, 120])
def test_no_cell_is_cut_off(
    db: Path, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "Screen", lambda width: Screen(width=columns))
    both = []
    for day in (2, 9):
        one = record(day, change=9.0, verdict="supported")
        value = {"spread": 0.5, "strides": 80, "trend_only": False}
        one["metrics"] = {m.id: {"level": float(day), **value} for m in METRICS.values()}
        one["drift"] = {m.id: {"change": float(day), "mdc": 2.0, "status": "drift"} for m in METRICS.values()}
        one["clip"]["name"] = f"a-run-of-many-kilometres-along-the-river-and-back-number-{day}.mp4"
        both.append(one)
    filled(db, *both)
    with History(db) as history:
        terminal.print_history("Anna", history.analyses("Anna"), DRIFT)
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= columns
    words = set(printed.split())
    assert set(" ".join(m.label for m in METRICS.values() if m.headline).split()) <= words


def test_the_bounce_that_is_told_with_the_landing_is_no_second_piece_of_advice() -> None:
    said = {id: Said(id, Verdict.SUPPORTED, 0.5, 1.0, "" if id == "C16" else "Cue.") for id in ("C17", "C16", "C7")}
    run = Kept(datetime(2026, 5, 2), True, "a.mp4", "", "side", "left", "running", 150, None, "", "full", "", {}, said)
    assert [one.cause for one in advice([run])] == ["C7", "C16"]
    alone = replace(run, findings={"C17": said["C17"]})
    assert [one.cause for one in advice([alone])] == ["C17"]
    # A cue that the landing does not give takes none from what was found before.
    later = replace(run, findings={"C7": replace(said["C7"], verdict=Verdict.NOT_SUPPORTED), "C16": said["C16"]})
    advised = {
        one.cause: one.cue for one in advice([run, replace(later, findings={**later.findings, "C9": said["C7"]})])
    }
    assert advised["C7"] == "Cue."
