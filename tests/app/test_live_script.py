"""The script of the live page by itself: a browser, and a server that says what the test says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posture.app import pages
from tests import chromium
from tests.app.pages import context as page_context
from tests.app.pages import until

pytestmark = chromium.needed
browser = chromium.browser
context = page_context

ADDRESS = "http://live.test/live"
#: Stands for the stream of events, and counts what the page asks for.
_STREAM = """
window.EventSource = class extends EventTarget {
  constructor() { super(); this.readyState = 1; window.stream = this; }
  close() { this.readyState = 2; }
};
window.EventSource.CLOSED = 2;
window.tell = (name, value) => stream.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(value) }));
"""
_STATE = {
    "time": 60.0,
    "phase": "set-up",
    "text": "Good.",
    "tone": "good",
    "loud": False,
    "beside": "",
    "progress": 0.0,
    "paused": False,
    "snoozed": False,
    "sensitivity": "normal",
    "rows": [],
    "pace": "",
    "over": False,
}


@pytest.fixture
def page(context) -> Iterator[object]:
    made = context.new_page()
    served = {
        "/live": ("text/html", pages.page("live.html", runner="").body),
        "/app.js": ("text/javascript", pages.script().encode()),
        "/style.css": ("text/css", pages.style().encode()),
    }
    made.asked = []

    def answer(route) -> None:
        path = route.request.url.removeprefix("http://live.test").partition("?")[0]
        made.asked.append(path)
        kind, body = served.get(path, ("text/plain", b""))
        route.fulfill(status=200 if path in served else 404, content_type=kind, body=body)

    made.route("**/*", answer)
    made.add_init_script(_STREAM)
    made.goto(ADDRESS)
    yield made
    made.close()


def tell(page, name: str, **value: object) -> None:
    page.evaluate("([name, value]) => tell(name, value)", [name, value])


def test_a_picture_that_broke_off_comes_again(page) -> None:
    # Nothing is there: it is asked for again and again.
    until(page, lambda: page.asked.count("/live/picture") >= 2)
    page.evaluate("document.getElementById('seen').src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='")
    src = page.locator("#seen")
    page.evaluate("stream.readyState = 0; stream.dispatchEvent(new Event('error'))")
    assert "does not answer" in page.locator("#words").inner_text()
    page.evaluate("stream.dispatchEvent(new Event('open'))")
    assert "/live/picture?" in src.get_attribute("src")


def test_a_page_that_nobody_sees_takes_no_picture(page) -> None:
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    change = "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide + change, True)
    assert page.locator("#seen").get_attribute("src") is None
    page.evaluate(hide + change, False)
    assert "/live/picture?" in page.locator("#seen").get_attribute("src")


def test_whoever_is_not_inside_any_more_is_told_so(page) -> None:
    page.evaluate("stream.readyState = 2; stream.dispatchEvent(new Event('error'))")
    until(page, lambda: page.asked.count("/live") == 2)


def test_a_cue_that_comes_again_is_announced_again(page) -> None:
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('cue').textContent))"
        ".observe(document.getElementById('cue'), { childList: true })"
    )
    for _ in range(2):
        tell(page, "told", kind="cue", text="Run tall")
        until(page, lambda: page.locator("#cue").text_content() == "Run tall")
    assert page.evaluate("heard") == ["Run tall", "", "Run tall"]


def test_the_end_is_no_fault_and_stops_the_clock(page) -> None:
    tell(page, "state", **_STATE)
    until(page, lambda: page.locator("#clock").inner_text() >= "1:00")
    tell(page, "state", over=True)
    assert page.locator("#words").inner_text() == "The session is over."
    tell(page, "state", **{**_STATE, "time": 60.0, "over": True})
    assert "The session is kept" in page.locator("#words").inner_text()
    page.wait_for_timeout(300)  # the clock is written four times a second
    stood = page.locator("#clock").inner_text()
    page.wait_for_timeout(1300)
    assert page.locator("#clock").inner_text() == stood


def test_the_keyboard_stays_where_a_button_is(page) -> None:
    tell(page, "state", **_STATE)
    page.get_by_role("button", name="Start as it is").focus()
    tell(page, "state", **{**_STATE, "phase": "coaching"})
    assert page.evaluate("document.activeElement.value") == "pause"


def test_the_page_says_that_it_is_there(context) -> None:
    page = context.new_page()
    asked = []
    page.route("**/live/here", lambda route: (asked.append(route.request.method), route.fulfill(status=204)))
    page.route(
        ADDRESS, lambda route: route.fulfill(content_type="text/html", body=pages.page("live.html", runner="").body)
    )
    page.route("**/app.js", lambda route: route.fulfill(content_type="text/javascript", body=pages.script()))
    page.add_init_script(_STREAM)
    page.clock.install()
    page.goto(ADDRESS)
    page.clock.run_for(21_000)
    until(page, lambda: asked == ["POST", "POST"])
    page.close()


def test_letters_that_are_keys_can_be_switched_off_on_any_screen(page) -> None:
    tell(page, "state", **{**_STATE, "phase": "coaching"})
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024, at 400 %
    assert page.locator("#keys").is_visible()
    assert page.evaluate("getComputedStyle(document.getElementById('ask')).position") == "static"


def test_start_is_pressed_once(context) -> None:
    page = context.new_page()
    begun = []

    def answer(route) -> None:
        if route.request.method == "POST":
            begun.append(1)
            route.fulfill(status=204)  # the page stays
            return
        given = {"cameras": [(0, "Front")], "silent": "", "names": [], "said": {}, "problem": "", "about": False}
        html = pages.page("camera.html", example="", **given).body
        route.fulfill(content_type="text/html", body=html)

    page.route(ADDRESS, answer)
    page.route("**/app.js", lambda route: route.fulfill(content_type="text/javascript", body=pages.script()))
    page.goto(ADDRESS)
    start = page.get_by_role("button", name="Start")
    start.click()
    until(page, lambda: begun == [1])
    assert start.is_disabled()
    page.close()
