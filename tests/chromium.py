"""The browser in which the pages are tested; importing this skips a module where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright, of the dev extra, is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe, of the dev extra, is not installed")

_PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needed = pytest.mark.skipif(_PROGRAM is None, reason="no Chromium is installed (apt-get install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=_PROGRAM, args=["--no-sandbox"])
        yield started
        started.close()
