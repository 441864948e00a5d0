"""What is made of runs that are done: a comparison, one run of several, weeks, answers, other choices."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from posture.analysis.kept import read_record, stored_settings
from posture.app import answers, views
from posture.app.application import App
from posture.app.desk import Desk
from posture.app.tickets import Choices, State, Ticket
from posture.app.work import RunJob, keep
from posture.errors import PostureError
from posture.history import History
from posture.rules.intake import load_intake
from posture.settings import Settings
from posture.video.opening import checksum
from tests.app.conftest import finished


@pytest.fixture(autouse=True)
def at_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker would do is done here."""
    monkeypatch.setattr(Desk, "_ask", lambda self, what, *args, **kwargs: what(*args, **kwargs))


@pytest.fixture
def two(app: App, videos: Path) -> tuple[Ticket, Ticket]:
    return tuple(finished(app, videos, clip, runner="Anna") for clip in ("fresh", "tired"))  # type: ignore[return-value]


def frame(client: TestClient, page: str) -> str:
    source = page.partition('<iframe src="')[2].partition('"')[0]
    answer = client.get(source)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
    return answer.text


def test_two_runs_are_held_against_each_other_the_earlier_first(client: TestClient, app: App, two) -> None:
    fresh, tired = two
    page = client.get("/compare", params={"id": [tired.id, fresh.id]})
    assert page.status_code == 200
    text = frame(client, page.text)
    assert text == views.between(*(app.library.analysis(ticket).path for ticket in two))
    assert text.index("fresh.mp4") < text.index("tired.mp4")


def test_other_than_two_runs_that_are_done_are_asked_for_again(client: TestClient, app: App, two) -> None:
    for ids in ([], [two[0].id], [two[0].id] * 2, [two[0].id, "0" * 16], ["../" + two[0].id, two[1].id]):
        answer = client.get("/compare", params={"id": ids})
        assert answer.status_code == 422
        assert "exactly two" in answer.text


def test_two_cameras_are_offered_as_one_report(client: TestClient, two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "between", lambda *_: None)
    page = client.get("/compare", params={"id": [ticket.id for ticket in two]}).text
    assert "Make one report of both" in page


def test_clips_are_put_together_as_one_run(client: TestClient, app: App, two) -> None:
    answer = client.post("/together", data={"id": [ticket.id for ticket in two]})
    assert answer.status_code == 303
    joined = app.library.get(answer.headers["location"].rpartition("/")[2])
    assert joined is not None
    assert joined.parts == tuple(ticket.id for ticket in two)
    assert joined.choices.runner == "Anna"
    assert app.queue.place(joined.id) == 1
    job = app.queue._job(joined)
    assert [folder for _, folder in job.parts] == [app.library.analysis(ticket).path for ticket in two]


def test_one_run_has_one_runner(client: TestClient, app: App, videos: Path, two) -> None:
    other = finished(app, videos, "tired", runner="Ben")
    assert "several runners" in client.post("/together", data={"id": [two[0].id, other.id]}).text


def clip_says(app: App, ticket: Ticket, **said: str) -> None:
    record = app.library.analysis(ticket).record
    kept = json.loads(record.read_text())
    kept["clip"] |= said
    record.write_text(json.dumps(kept))


def test_one_run_has_one_day_as_was_said_or_as_the_clip_says(client: TestClient, app: App, two) -> None:
    for ticket, recorded in zip(two, ("2026-03-14T12:00:00+00:00", "2026-03-16T12:00:00+00:00"), strict=True):
        clip_says(app, ticket, recorded=recorded)
    ids = [ticket.id for ticket in two]
    assert "several days" in client.post("/together", data={"id": ids}).text
    said = two[1].choices.model_copy(update={"date": date(2026, 3, 14)})
    app.library.change(two[1].id, choices=said)
    assert client.post("/together", data={"id": ids}).status_code == 303


def test_what_is_put_together_is_not_put_together_again(client: TestClient, app: App, two) -> None:
    joined = app.library.add("both", Choices(runner="Anna"), parts=tuple(ticket.id for ticket in two))
    app.library.change(joined.id, state=State.DONE)
    assert "put together already" in client.post("/together", data={"id": [joined.id, two[0].id]}).text


def test_clips_stand_in_the_history_again_when_their_run_is_deleted(client: TestClient, app: App, two) -> None:
    for number, ticket in enumerate(two):
        clip_says(app, ticket, sha256=f"{number:064}")
    ids = tuple(ticket.id for ticket in two)
    joined, other = (app.library.add(name, Choices(runner="Anna"), parts=ids) for name in ("both", "again"))
    for gone, known in ((joined, 0), (other, 2)):
        assert client.post(f"/runs/{gone.id}/delete").status_code == 303
        with History(app.db) as history:
            assert history.runners().get("Anna", 0) == known


def test_the_history_of_a_runner_is_a_page(client: TestClient, app: App, two) -> None:
    for ticket in two:
        keep(app.library.analysis(ticket).path, "Anna", app.db, but=[])
    page = client.get("/history", params={"runner": "Anna"})
    assert "Anna over time" in frame(client, page.text)
    unknown = client.get("/history", params={"runner": "../etc"})
    assert unknown.status_code == 422
    assert "nothing is kept about" in unknown.text


def test_a_run_is_in_the_history_of_its_runner_alone(app: App, two) -> None:
    place = app.library.analysis(two[0]).path
    keep(place, None, app.db, but=[])
    assert not app.db.exists()  # type: ignore[union-attr]
    for runner in ("Anna", "Ben"):
        keep(place, runner, app.db, but=[])
    with History(app.db) as known:
        assert known.runners() == {"Anna": 0, "Ben": 1}
    keep(place, None, app.db, but=[])
    with History(app.db) as known:
        assert known.runners() == {"Anna": 0, "Ben": 0}


def test_the_questions_stand_in_a_form_and_the_answers_in_a_file(client: TestClient, app: App, two) -> None:
    ticket = two[1]
    page = client.get(f"/runs/{ticket.id}/answers")
    assert "Does any of these apply to you?" in page.text
    answer = client.post(f"/runs/{ticket.id}/answers", data={"red_flags": "none", "pain_sites": ["neck"]})
    assert answer.status_code == 303
    kept = app.library.answers(ticket)
    assert kept is not None
    assert load_intake(kept).answers == {"red_flags": ("none",), "pain_sites": ("neck",)}
    assert app.queue.place(ticket.id) == 1
    assert app.queue._job(ticket).settings.run.intake == kept
    assert 'value="none" checked' in client.get(f"/runs/{ticket.id}/answers").text


def test_other_answers_are_another_analysis(client: TestClient, app: App, two) -> None:
    files = []
    for site in ("neck", "none"):
        client.post(f"/runs/{two[0].id}/answers", data={"pain_sites": site})
        app.queue.stop(two[0].id)
        files.append(app.library.answers(two[0]))
    assert files[0] != files[1]
    assert not files[0].exists()  # type: ignore[union-attr]


def test_a_run_in_work_or_made_of_others_takes_no_answers(client: TestClient, app: App, two) -> None:
    joined = app.library.add("both", Choices(), parts=tuple(ticket.id for ticket in two))
    app.library.change(joined.id, state=State.DONE)
    app.library.change(two[0].id, state=State.WORKING)
    for ticket, said in ((two[0], "is in work"), (joined, "made of other runs")):
        for what in ("answers", "choices"):
            answer = client.post(f"/runs/{ticket.id}/{what}", data={})
            assert (answer.status_code, said in answer.text) == (422, True)
        assert app.library.answers(ticket) is None


def test_a_sign_for_a_doctor_is_answered_at_once(client: TestClient, two) -> None:
    page = client.post(f"/runs/{two[0].id}/answers", data={"red_flags": "chest_pain"})
    assert "Please stop running" in page.text


@pytest.mark.parametrize(
    ("item", "said"), [("red_flags", ["none", "fever"]), ("red_flags", ["nonsense"]), ("examined_on", ["2999-01-01"])]
)
def test_an_answer_that_cannot_be_is_refused_in_the_questions_words(tmp_path: Path, item: str, said: list[str]) -> None:
    target = tmp_path / "answers.toml"
    with pytest.raises(PostureError) as error:
        answers.keep(target, [(item, value) for value in said])
    assert str(tmp_path) not in str(error.value)
    assert not target.exists()


def test_every_question_has_its_place_in_the_form(tmp_path: Path) -> None:
    from posture.rules.questions import load_questions

    form = {}
    for question in answers.questions(None, None):
        for item in question["items"]:
            number, day = f"{item['high']:g}", "2026-01-01"
            form[item["id"]] = {"number": number, "date": day}.get(item["kind"]) or item["options"][-1][0]
    answers.keep(tmp_path / "all.toml", list(form.items()))
    assert set(load_intake(tmp_path / "all.toml").answers) == {item.id for _, item in load_questions().asked()}
    shown = answers.questions(tmp_path / "all.toml", None)
    assert all(item["chosen"] == [form[item["id"]]] for question in shown for item in question["items"])


def test_a_run_is_worked_out_again_with_other_choices(client: TestClient, app: App, two) -> None:
    page = client.get(f"/runs/{two[0].id}/choices").text
    assert 'value="Anna"' in page
    answer = client.post(f"/runs/{two[0].id}/choices", data={"runner": "Ben", "view": "left", "model": "lite"})
    assert answer.status_code == 303
    changed = app.library.get(two[0].id)
    assert changed is not None
    assert (changed.choices.runner, changed.choices.view, changed.state) == ("Ben", "left", State.WAITING)
    wrong = client.post(f"/runs/{two[1].id}/choices", data={"height": "6"})
    assert wrong.status_code == 422
    assert "height" in wrong.text


def test_what_is_cleared_is_gone(app: App, two, tmp_path: Path) -> None:
    from posture.batches.status import StatusFile

    ticket = two[0]
    record = app.library.analysis(ticket).record
    kept = json.loads(record.read_text())
    kept["settings"]["run"] |= {"runner": "Anna", "note": "new shoes", "date": "2026-03-14"}
    kept["settings"]["clip"] |= {"height_cm": 172.0}
    clip = tmp_path / "fresh.mp4"
    clip.write_bytes(b"the clip")
    kept["clip"]["sha256"] = checksum(clip)
    record.write_text(json.dumps(kept))
    job = RunJob("fresh", app.library.place(ticket), clip, (), stored_settings(record.parent), 1, app.db)
    cleared = job.settings.model_copy(
        update={
            "run": job.settings.run.model_copy(update={"runner": None, "note": "", "date": None}),
            "clip": job.settings.clip.model_copy(update={"height_cm": None}),
        }
    )
    replace(job, settings=cleared).do(StatusFile(job.status))
    assert stored_settings(record.parent) == cleared


def test_a_joined_run_is_the_batchs_own(app: App, two, tmp_path: Path) -> None:
    from posture.batches.status import StatusFile

    place = tmp_path / "joined"
    place.mkdir()
    parts = tuple((ticket.name, app.library.analysis(ticket).path) for ticket in two)
    for _, folder in parts:
        keep(folder, "Anna", app.db, but=[])
    settings = Settings().model_copy(update={"run": Settings().run.model_copy(update={"runner": "Anna"})})
    job = RunJob("both", place, None, parts, settings, 1, app.db)
    job.do(StatusFile(job.status))
    record = read_record(job.analysis)
    assert record is not None
    assert record["strides"]["kept"] > 100
    assert (place / "values.json").is_file()
    with History(app.db) as known:
        assert [one.folder for one in known.analyses("Anna")] == [str(job.analysis)]


def test_the_sheet_is_a_pdf(client: TestClient, two) -> None:
    pytest.importorskip("typst", reason="typst, of the pdf extra, is not installed")
    answer = client.get(f"/runs/{two[0].id}/sheet.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert 'filename="fresh.mp4.pdf"' in answer.headers["content-disposition"]


def test_the_picture_to_share_is_a_png_with_and_without_the_face(client: TestClient, two) -> None:
    shown, hidden = (client.get(f"/runs/{two[1].id}/share.png", params={"blur": blur}) for blur in ("", "true"))
    assert shown.content[:8] == hidden.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert shown.content != hidden.content
