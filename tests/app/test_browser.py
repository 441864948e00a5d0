"""The app as a runner meets it: the real program, browser and clip, and a server that is killed meanwhile."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from posture.app.application import App
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.sessions import Sessions
from tests import chromium
from tests.app.conftest import finished
from tests.clips import cut
from tests.hang import HANG_S

pytestmark = chromium.needed
browser = chromium.browser


class Program:
    """``posture app`` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "posture", "app", "--no-open", "--folder", folder / "app"]
        self.process = subprocess.Popen(
            [*command, "--db", folder / "history.sqlite"], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        (self.address,) = re.findall(r"http://\S+", self.process.stdout.readline())
        self.base = self.address.partition("/enter")[0]

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(HANG_S)


@pytest.fixture(scope="module")
def folder(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs are done already."""
    place = tmp_path_factory.mktemp("browser")
    app = App(Library(place / "app"), None, Doors(Sessions(), "none"))
    for clip in ("fresh", "tired"):
        finished(app, videos, clip, runner="Anna")
    app.library.close()
    return place


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    started = Program(folder)
    yield started
    if started.process.poll() is None:
        assert started.end() == 130


@pytest.fixture
def context(browser) -> Iterator[object]:
    made = browser.new_context(viewport={"width": 390, "height": 900})
    yield made
    made.close()


def opened(context, program: Program):
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(program.address)
    page.wait_for_selector("html[data-ready]")
    return page


def until(page, condition: Callable[[], bool]) -> None:
    """Wait; the driver's own way evaluates text in the page, which the policy forbids."""
    deadline = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(100)


def faults(page) -> dict[str, str]:
    found = chromium.axe.Axe().run(page).response["violations"]
    return {fault["id"]: fault["nodes"][0]["html"][:120] for fault in found}


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
    page.locator("#files").set_input_files(clip)
    drop(page, "broken.mp4", "no video at all")
    job = page.locator(".job", has_text="short.mp4")
    until(page, lambda: "Following" in job.inner_text() if job.count() else False)
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
