"""Live as a runner meets it: the real program and coach, a camera on loopback, a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest

from posture.live.session.sources import NetworkCamera, SourceGoneError
from tests import chromium
from tests.app import pages
from tests.app.pages import Program, faults, opened, until
from tests.mjpeg import MjpegCamera, pictures_of

pytestmark = chromium.needed
browser = chromium.browser
context = pages.context


@pytest.fixture
def camera(videos: Path) -> Iterator[MjpegCamera]:
    """It sees a runner for four seconds, over and over."""
    server = MjpegCamera(pictures_of(videos / "fresh.mp4", 120))
    yield server
    server.close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    started = Program(tmp_path)
    yield started
    if started.process.poll() is None:
        assert started.end() == 130


def start(page, camera: MjpegCamera) -> None:
    page.locator("#camera").select_option("network")
    page.locator("#address").fill(f"HTTP://me:hush@{camera.url.removeprefix('http://')}?user=me&pwd=hush")
    page.get_by_role("button", name="Start").click()


def test_a_session_from_the_choice_of_a_camera_to_its_report(
    context, program: Program, camera: MjpegCamera, tmp_path: Path
) -> None:
    page = opened(context, program)
    page.get_by_role("link", name="Live").click()
    assert faults(page) == {}
    page.locator("summary", has_text="Who runs").click()
    page.locator("#runner").fill("Anna")
    page.locator("#model").select_option("lite")
    # Nobody answers there yet: said in place, and all that was chosen is still there.
    start(page, camera)
    until(
        page,
        lambda: page.get_by_role("alert").count() and "gives no pictures" in page.get_by_role("alert").inner_text(),
    )
    assert faults(page) == {}
    camera.plug(on=True)
    # Without its password, which no other device may read.
    assert page.locator("#address").input_value() == camera.url
    start(page, camera)

    shown = page.locator("#seen")
    until(page, lambda: shown.evaluate("i => i.naturalWidth") > 0)
    until(page, lambda: page.locator("#rows .row").count() > 3)
    assert camera.watching == 1
    until(page, lambda: page.get_by_role("status").inner_text() != "")
    until(page, lambda: page.locator("#clock").inner_text() >= "0:05")
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 720})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#keys").is_visible()
        assert faults(page) == {}
    level = page.locator("#level")
    page.get_by_role("button", name="Cues: normal").click()
    until(page, lambda: level.inner_text() == "more cues")
    # A key of the window is one of the page, unless that is switched off.
    page.keyboard.press("v")
    until(page, lambda: level.inner_text() == "fewer cues")
    page.locator("#keys").uncheck()
    page.keyboard.press("q")
    # Loading the page again goes on with the same session.
    page.reload()
    until(page, lambda: level.inner_text() == "fewer cues")
    page.get_by_role("button", name="End").click()
    page.wait_for_url("**/runs/*", timeout=pages.HANG_S * 1000)
    report = page.frame_locator("iframe")
    report.locator("html[data-ready]").wait_for()
    assert camera.url.removeprefix("http://") in report.locator("body").inner_text()
    assert "hush" not in page.content() + report.locator("html").inner_html()
    kept = [file for file in (tmp_path / "app").rglob("*") if file.is_file()]
    assert "input.json" in [file.name for file in kept]
    assert [file.name for file in kept if b"hush" in file.read_bytes()] == []
    until(page, lambda: camera.watching == 0)
    page.get_by_role("link", name="Runs").click()
    assert "Live at" in page.locator("section", has=page.get_by_role("heading", name="Anna")).inner_text()
    assert faults(page) == {}
    assert [said for said in page.said if "422" not in said] == []


def as_stream(clip: Path, target: Path) -> Path:
    """The same pictures as playlists hold them."""
    with av.open(str(clip)) as source, av.open(str(target), "w", format="mpegts") as stream:
        pictures = source.streams.video[0]
        copy = stream.add_stream_from_template(pictures)
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = copy
                stream.mux(packet)
    return target


def test_no_address_makes_the_program_read_a_file_of_this_machine(videos: Path, tmp_path: Path) -> None:
    clip = as_stream(videos / "fresh.mp4", tmp_path / "clip.ts")
    served = {
        "/list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{clip}\n#EXT-X-ENDLIST\n",
        "/bare.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{clip}\n#EXT-X-ENDLIST\n",
        "/concat": f"ffconcat version 1.0\nfile 'file:{clip}'\n",
        "/clip.ts": "",
        "/good.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nclip.ts\n#EXT-X-ENDLIST\n",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = clip.read_bytes() if self.path == "/clip.ts" else served.get(self.path, "").encode()
            self.send_response(302 if self.path == "/moved" else 200)
            if self.path == "/moved":
                self.send_header("Location", f"file://{clip}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # one picture is enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def first(path: str) -> object:
        return next(NetworkCamera(f"http://127.0.0.1:{server.server_address[1]}{path}", 5.0).pictures())

    works = ("/clip.ts", "/good.m3u8")  # a playlist of pictures from the same place is read
    for path in works:
        first(path)
    for path in (*served, "/moved"):
        if path not in works:
            with pytest.raises(SourceGoneError):
                first(path)
    server.shutdown()
    server.server_close()
