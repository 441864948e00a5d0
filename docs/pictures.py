"""Makes the pictures of the documents with the project's own commands, from its own clip: python docs/pictures.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import av
from playwright.sync_api import sync_playwright

import posture

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
#: Second of the clip at which the annotated video is shown.
MOMENT = 48.0


def run(*arguments: str, cwd: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    command = [sys.executable, "-m", "posture", *arguments]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, env=environment).stdout


def frame(video: Path, second: float, target: Path) -> None:
    with av.open(video) as clip:
        clip.seek(int(second * 1e6))
        shown = next(f for f in clip.decode(video=0) if f.time is not None and f.time >= second)
        shown.to_image().save(target, quality=85)


def screenshots(page: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1240, "height": 1100})
        shown.goto(page.as_uri())
        shown.screenshot(path=PICTURES / "report.jpg", type="jpeg", quality=80)
        shown.locator("#timeline").scroll_into_view_if_needed()
        shown.screenshot(path=PICTURES / "timeline.jpg", type="jpeg", quality=80)
        browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "run.mp4").symlink_to(ROOT / "videos" / "tired.mp4")
        said = run("analyze", "run.mp4", cwd=folder)
        told = "\n".join(line.rstrip() for line in said.strip().splitlines())
        (PICTURES / "summary.txt").write_text(f"{told}\n", encoding="utf-8")
        curves = ("--metric", "trunk_lean", "--metric", "ear_hip", "--metric", "wrist_h")
        drawn = run("plot", "run.posture", *curves, "--out", "-", cwd=folder)
        (PICTURES / "curves.svg").write_text(drawn, encoding="utf-8")
        frame(folder / "run.posture" / "overlay.mp4", MOMENT, PICTURES / "overlay.jpg")
        screenshots(folder / "run.posture" / "report.html")
        shown = posture.load_analysis(folder / "run.posture")._repr_html_()
        (PICTURES / "notebook.html").write_text(f"{shown}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
