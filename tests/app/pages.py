"""The real program, and its pages in a real browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.hang import HANG_S


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


@pytest.fixture
def context(browser) -> Iterator[object]:
    made = browser.new_context(viewport={"width": 390, "height": 900})
    made.set_default_timeout(1000.0 * HANG_S)
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
