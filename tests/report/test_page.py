"""The page in a real Chromium: offline, silent, two printed sheets, for every eye and hand."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posture.report import page
from posture.storage.folder import AnalysisFolder
from tests import chromium
from tests.hang import HANG_S
from tests.report_run import hour_of, kept_run, with_intake

pytestmark = chromium.needed
browser = chromium.browser


@pytest.fixture(scope="module")
def folder(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page") / "run.posture"
    kept_run(videos, place, name="<script>alert(1)</script>.mp4")
    return place


class Watched:
    """A page with all that it asked for and complained about; the network is off."""

    def __init__(self, browser, path: Path, width: int = 1280, **options) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append("a dialog"), dialog.dismiss()))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready]")

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.fixture
def opened(browser, folder: Path) -> Iterator[Watched]:
    with Watched(browser, folder / "report.html") as watched:
        yield watched


def test_opens_from_disk_offline_and_says_nothing(opened: Watched, folder: Path) -> None:
    opened.page.wait_for_timeout(300)
    assert opened.said == []
    outside = [url for url in opened.asked if not url.startswith("data:")]
    assert set(outside) <= {(folder / name).as_uri() for name in ("report.html", "overlay.mp4")}
    assert "alert(1)" in opened.page.title()


def test_the_policy_lets_nothing_out_and_no_other_script_in(opened: Watched) -> None:
    opened.page.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.broken = 1';
        document.body.append(s); const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i);
        fetch('https://example.org/').catch(() => {}); }"""
    )
    end = time.monotonic() + HANG_S
    while len([line for line in opened.said if "Content Security Policy" in line]) < 3:
        assert time.monotonic() < end, opened.said
        opened.page.wait_for_timeout(50)
    assert opened.page.evaluate("window.broken") is None


def _until(watched: Watched, condition: str) -> None:
    """Wait; the driver's own way evaluates text in the page, which the policy forbids."""
    deadline = time.monotonic() + HANG_S
    while not watched.page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        watched.page.wait_for_timeout(50)


def test_a_click_on_the_timeline_moves_the_video_to_that_stride(opened: Watched) -> None:
    video = opened.page.locator("aside video")
    _until(opened, "document.querySelector('video').readyState >= 1")
    assert video.evaluate("v => v.duration") == pytest.approx(60, abs=0.5)
    plot = opened.page.locator("[data-metric=trunk_lean] .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    for share in (0.75, 0.2):
        opened.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        assert video.evaluate("v => v.currentTime") == pytest.approx(60 * share, abs=1.0)
        _until(opened, "!document.querySelector('video').seeking")
        box = plot.bounding_box()
    said = opened.page.locator(".readout").inner_text()
    assert re.search(r"Stride 1\d of \d\d, at 0:1\d\.\d\. Trunk lean: \d+\.\d+°", said)


def test_the_keyboard_goes_from_stride_to_stride(opened: Watched) -> None:
    plot = opened.page.locator("[data-metric=ear_hip] .plot")
    plot.focus()
    opened.page.keyboard.press("Home")
    opened.page.keyboard.press("ArrowRight")
    assert plot.get_attribute("aria-valuenow") == "2"
    assert "Stride 2 " in plot.get_attribute("aria-valuetext")
    opened.page.keyboard.press("End")
    assert plot.get_attribute("aria-valuenow") == plot.get_attribute("aria-valuemax")


def test_without_the_video_kept_frames_are_shown(browser, folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "report.html"
    shutil.copy(folder / "report.html", alone)
    with Watched(browser, alone) as watched:
        watched.page.wait_for_selector("aside video", state="hidden")
        watched.page.locator("[data-metric=trunk_lean] .plot").click()
        still = watched.page.locator("aside .still")
        assert still.is_visible()
        assert still.evaluate("i => i.naturalWidth") > 100
        assert not [line for line in watched.said if "ERR_FILE_NOT_FOUND" not in line]


def test_the_trace_unfolds(opened: Watched) -> None:
    row = opened.page.locator(".causes tr.supported").first
    trace = row.locator(".trace")
    assert not trace.is_visible()
    row.locator("summary").focus()
    opened.page.keyboard.press("Enter")
    assert trace.is_visible()
    assert "Why" in trace.inner_text()
    assert re.search(r"[+−]?\d", trace.inner_text())


def test_what_is_undecided_is_one_line_on_a_phone(browser, folder: Path) -> None:
    with Watched(browser, folder / "report.html", width=390) as phone:
        line = phone.page.locator(".undecided > summary")
        assert "undecided" in line.inner_text()
        height = line.evaluate("e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)")
        assert height < 1.6


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_axe_finds_no_serious_fault(browser, folder: Path, width: int, scheme: str) -> None:
    with Watched(browser, folder / "report.html", width, color_scheme=scheme) as watched:
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        for summary in watched.page.locator("summary").all():
            summary.click()
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        # axe is injected by the browser's driver, which the page's policy does not bind.
        found = chromium.axe.Axe().run(watched.page).response["violations"]
        serious = {v["id"]: v["nodes"][0]["html"][:120] for v in found if v["impact"] in ("serious", "critical")}
        assert serious == {}
        picture = watched.page.screenshot()
        assert len(picture) > 20_000


def _sheets(browser, path: Path) -> int:
    with Watched(browser, path) as watched:
        printed = watched.page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("clip", ["tired", "fresh"])
def test_prints_to_two_sheets(browser, videos: Path, tmp_path: Path, clip: str) -> None:
    kept_run(videos, tmp_path / "run.posture", clip=clip, video=False)
    assert _sheets(browser, tmp_path / "run.posture" / "report.html") == 2


def test_prints_to_two_sheets_with_every_answer_given(browser, videos: Path, tmp_path: Path) -> None:
    from posture.rules.questions import load_questions

    given = {}
    for _, item in load_questions().asked():
        first = [option.id for option in item.options if option.id != "none"]
        given[item.id] = {
            "yes_no": True, "number": item.high, "date": "2026-01-01",
            "choice": first and first[0], "choices": tuple(first),
        }[item.kind]  # fmt: skip
    run = with_intake(kept_run(videos, tmp_path / "run.posture", video=False), **given)
    page.write_page(run, AnalysisFolder(run.folder))
    assert _sheets(browser, run.folder / "report.html") == 2


def test_an_hour_is_small_and_answers(browser, videos: Path, tmp_path: Path) -> None:
    run = hour_of(kept_run(videos, tmp_path / "run.posture", video=False))
    assert len(run.strides) > 4500
    folder = AnalysisFolder(run.folder)
    page.write_page(run, folder)
    assert folder.page.stat().st_size < 6e6
    with Watched(browser, folder.page) as watched:
        watched.page.locator("[data-metric=trunk_lean] .plot").click()
        assert "of 4" in watched.page.locator(".readout").inner_text()
