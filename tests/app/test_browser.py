"""The app as a runner meets it: the real program, browser and clip, and a server that is killed meanwhile."""

from __future__ import annotations

import http.client
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from posture.app.application import App
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.sessions import Sessions
from posture.app.work import keep
from tests import chromium
from tests.app import pages
from tests.app.conftest import finished
from tests.app.pages import Program, faults, opened, until
from tests.clips import cut
from tests.hang import HANG_S

pytestmark = chromium.needed
browser = chromium.browser
context = pages.context


@pytest.fixture(scope="module")
def folder(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs are done already."""
    place = tmp_path_factory.mktemp("browser")
    app = App(Library(place / "app"), None, Doors(Sessions(), "none"))
    for clip in ("fresh", "tired"):
        keep(
            app.library.analysis(finished(app, videos, clip, runner="Anna")).path,
            "Anna",
            place / "history.sqlite",
            but=[],
        )
    app.library.close()
    return place


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    started = Program(folder)
    yield started
    if started.process.poll() is None:
        assert started.end() == 130


def drop_files(page, *files: Path) -> None:
    """As from a file manager: the browser itself reads the files."""
    zone = page.locator(".drop").bounding_box()
    at = {"x": zone["x"] + zone["width"] / 2, "y": zone["y"] + 10}
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
    assert "over" in page.locator(".drop").get_attribute("class")
    devtools.send("Input.dispatchDragEvent", {"type": "drop", **at, "data": data})
    devtools.detach()


def drop(page, name: str, content: str) -> None:
    page.evaluate(
        """([name, content]) => { const data = new DataTransfer(); data.items.add(new File([content], name));
        document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true})); }""",
        [name, content],
    )


def test_a_clip_is_brought_watched_and_read_though_the_server_is_killed(
    context, program: Program, folder: Path, videos: Path
) -> None:
    clip = cut(videos / "tired.mp4", folder / "short.mp4", 2.0, 8.0)
    page = opened(context, program)
    page.locator("summary", has_text="Who runs").click()
    page.locator("#runner").fill("Ben")
    page.locator("#model").select_option("lite")
    broken = folder / "broken.mp4"
    broken.write_text("no video at all")
    drop_files(page, clip, broken)
    job = page.locator(".job", has_text="short.mp4")

    def works() -> bool:
        return "Following" in job.inner_text() if job.count() else False

    until(page, works)
    job.get_by_role("button", name="Stop").click()
    until(page, lambda: "Stopped" in job.inner_text())
    assert faults(page) == {}
    job.get_by_role("button", name="Go on").click()
    until(page, works)
    assert float(job.locator("progress").get_attribute("value")) < 1
    assert faults(page) == {}
    until(page, lambda: "cannot be opened as a video" in page.locator(".job", has_text="broken.mp4").inner_text())
    program.end(signal.SIGKILL)

    again = Program(folder)
    page = opened(context, again)
    card = page.locator("article.run", has_text="short.mp4")
    until(page, lambda: card.count() == 1)
    assert "strides" in card.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(page) == {}
    card.get_by_role("link", name="short.mp4").click()
    report = page.frame_locator("iframe")
    report.locator("html[data-ready]").wait_for()
    video = report.locator("aside video")
    until(page, lambda: video.evaluate("v => v.readyState") >= 1)
    assert video.evaluate("v => v.duration") == pytest.approx(6.0, abs=0.3)
    if not report.locator(".panel .plot").first.is_visible():
        report.locator(".timeline summary").click()
    report.locator(".panel[data-metric] .plot").first.click()
    until(page, lambda: not video.evaluate("v => v.seeking") and video.evaluate("v => v.currentTime") > 1)
    assert "Stride" in report.locator(".readout").inner_text()
    assert faults(page) == {}
    assert page.said == []
    assert again.end() == 130


def test_two_are_compared_and_one_is_deleted(context, program: Program) -> None:
    page = opened(context, program)
    cards = page.locator("section", has=page.get_by_role("heading", name="Anna")).locator("article.run")
    for card in cards.all():
        card.get_by_label("Choose").check()
    page.get_by_role("button", name="Compare two").click()
    compared = page.frame_locator("iframe")
    assert "fresh.mp4" in compared.locator(".clip").first.inner_text()
    assert compared.locator("tbody tr").count() > 3
    assert faults(page) == {}
    page.get_by_role("link", name="Runs").click()
    page.locator("section", has=page.get_by_role("heading", name="Anna")).get_by_role("link", name="Over weeks").click()
    weeks = page.frame_locator("iframe")
    assert "Anna over time" in weeks.locator("h1").inner_text()
    assert faults(page) == {}
    page.get_by_role("link", name="Runs").click()
    # By the keyboard alone.
    card = page.locator("article.run", has_text="fresh.mp4")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, lambda: page.locator("article.run", has_text="fresh.mp4").count() == 0)
    assert page.locator("article.run", has_text="tired.mp4").count() == 1


def test_every_refusal_says_what_it_is_and_no_news_is_lost(context, program: Program) -> None:
    page = opened(context, program)
    page.route("**/clips?*", lambda route: route.fulfill(status=500, body="<html>", content_type="text/html"))
    drop(page, "fault.mp4", "x")
    page.locator("#coming", has_text="error 500").wait_for()
    page.evaluate("document.getElementById('bring').dataset.largest = 0")
    drop(page, "large.mp4", "x")
    page.locator("#coming", has_text="The clip is larger than").wait_for()
    news = 'retry: 600000\ndata: [{"id": "x"}]\n\ndata: [{"id": "y"}]\n\n'
    page.route("**/events", lambda route: route.fulfill(body=news, content_type="text/event-stream"))
    page.route("**/clips?*", lambda route: route.fulfill(status=403, body="Open the address"))
    page.evaluate("document.getElementById('bring').dataset.largest = 10")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if request.resource_type == "fetch" else None)
    with page.expect_event("load"):
        drop(page, "outside.mp4", "x")
    # The second news came while the page was fetched for the first.
    until(page, lambda: len(fetched) >= 2)


def test_strangers_stay_outside(context, program: Program) -> None:
    page = context.new_page()
    wrong = page.goto(f"{program.base}/enter?token=guessed")
    assert wrong.status == 403
    assert page.goto(program.base).status == 403
    at = urlsplit(program.address)
    for host, status in ((at.netloc, 303), ("evil.example", 421), (f"evil.example:{at.port}", 421)):
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=HANG_S)
        connection.request("GET", f"{at.path}?{at.query}", headers={"Host": host})
        assert connection.getresponse().status == status
        connection.close()
