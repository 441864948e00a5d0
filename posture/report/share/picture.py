"""One page as a PNG: the answer, fresh against the end, four headlines, today's cue. No score that nothing supports."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from posture.errors import PostureError
from posture.report import text
from posture.report.share.photos import Photo, photos
from posture.report.text.short import ShortLine, ShortStory, short_story
from posture.report.text.words import WORDS
from posture.storage.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from posture.analysis import Analysis

#: Pixels: a portrait that phones and messengers show whole.
WIDE, HIGH = 1080, 1350
_DPI = 150
_EDGE = 54.0
#: The report's own colours.
_INK, _SOFT, _CARD, _PAPER = "#1c2127", "#4d5763", "#f5f6f8", "#ffffff"
_STATE = {"drift": "#d55e00", "episode": "#d55e00", "possible": "#e69f00", "stable": "#009e73"}
_QUIET = "#8a929c"
_LINE = {"upright": "#ffffff", "trunk": "#e69f00", "neck": "#56b4e9", "arm": "#00d29a"}
#: Characters of a line at the size of a font, points: the letters of DejaVu Sans are 0.61 of their size wide.
_LETTER = 0.61


def write_png(analysis: Analysis, target: Path, *, blur: bool = False) -> None:
    """Write the picture of a run.

    Parameters
    ----------
    analysis : Analysis
        In a folder, whose kept frames are shown.
    target : Path
        Ends with ``.png``.
    blur : bool
        Whether the face is blurred, whatever the analysis shows.

    Raises
    ------
    PostureError
        If the name ends otherwise, or the file cannot be written; an earlier one stays as it was.
    """
    if target.suffix.lower() != ".png":
        raise PostureError(f"{target}: the picture is a .png file; choose such a name with --out.")

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(WIDE / _DPI, HIGH / _DPI), dpi=_DPI, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        _draw(_Page(figure), analysis, short_story(analysis), photos(analysis, blur=blur))
        with replacing(target) as temporary:
            figure.savefig(temporary, dpi=_DPI, metadata={"Software": None})


class _Page:
    """A figure in pixels from its upper left corner."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def say(
        self, said: str, x: float, y: float, size: float, *, wide: float, bold: bool = False, colour: str = _INK
    ) -> float:
        """Write a text in lines that fit; the height that it takes."""
        letter = size * _DPI / 72 * _LETTER * (1.09 if bold else 1.0)
        lines = textwrap.wrap(said, max(int(wide / letter), 8)) or [""]
        step = size * _DPI / 72 * 1.32
        for number, line in enumerate(lines):
            self.figure.text(
                x / WIDE, 1 - (y + number * step) / HIGH, line, size=size, va="top", color=colour,
                weight="bold" if bold else "normal", parse_math=False,
            )  # fmt: skip
        return step * len(lines)

    def box(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        """A filled box."""
        from matplotlib.patches import Rectangle

        place = (x / WIDE, 1 - (y + high) / HIGH)
        self.figure.add_artist(Rectangle(place, wide / WIDE, high / HIGH, color=colour, linewidth=0))

    def photo(self, photo: Photo, x: float, y: float, wide: float, high: float) -> None:
        """A real frame with its angles, as large as it fits."""
        axes = self.figure.add_axes((x / WIDE, 1 - (y + high) / HIGH, wide / WIDE, high / HIGH))
        axes.imshow(photo.image)
        for kind, points in photo.lines:
            axes.plot(*points.T, color="#000000", linewidth=4.5, alpha=0.65, solid_capstyle="round")
            style = (0, (2.5, 2.5)) if kind == "upright" else "-"
            axes.plot(*points.T, color=_LINE[kind], linewidth=2.2, linestyle=style, solid_capstyle="round")
        left, top, across, down = photo.shown
        axes.set_xlim(left, left + across)
        axes.set_ylim(top + down, top)
        axes.set_axis_off()


def _draw(page: _Page, analysis: Analysis, story: ShortStory, pictures: tuple[Photo, ...]) -> None:
    inner = WIDE - 2 * _EDGE
    y = _EDGE
    y += page.say(_about(analysis, story), _EDGE, y, 8.5, wide=inner, colour=_SOFT) + 8
    if story.referral and story.referral not in story.sentence:
        y += page.say(story.referral, _EDGE, y, 13, wide=inner, bold=True, colour=_STATE["drift"]) + 10
    y += page.say(story.sentence, _EDGE, y, 15.5, wide=inner, bold=True) + 20
    end = HIGH - _EDGE
    end -= _from_below(page, WORDS["page"]["disclaimer"], end, 7.0, inner, _SOFT) + 16
    if story.cue:
        end -= _cue(page, story.cue, end, inner) + 18
    if story.headlines:
        end -= _HEADLINES + 18
        _headlines(page, story.headlines, end + 18, inner)
    if pictures and end - y > _LEAST_PHOTO:
        _photos(page, pictures, y, end, inner)


#: Pixels: height of the row of headlines, and of the least photo that shows anything.
_HEADLINES, _LEAST_PHOTO = 152.0, 160.0


def _about(analysis: Analysis, story: ShortStory) -> str:
    day = text.day_of(analysis)
    parts = (analysis.settings.run.runner, text.written(day) if day else "", story.seen, analysis.settings.run.note)
    return " · ".join(part for part in parts if part)


def _from_below(page: _Page, said: str, end: float, size: float, wide: float, colour: str) -> float:
    """A text whose last line ends there; its height."""
    letter = size * _DPI / 72 * _LETTER
    high = len(textwrap.wrap(said, int(wide / letter))) * size * _DPI / 72 * 1.32
    return page.say(said, _EDGE, end - high, size, wide=wide, colour=colour)


def _cue(page: _Page, cue: str, end: float, wide: float) -> float:
    size = 12.0
    letter = size * _DPI / 72 * _LETTER * 1.09
    lines = len(textwrap.wrap(cue, int((wide - 48) / letter)))
    high = 62 + lines * size * _DPI / 72 * 1.32
    page.box(_EDGE, end - high, wide, high, _CARD)
    page.box(_EDGE, end - high, 8, high, _STATE["drift"])
    page.say(WORDS["page"]["today"], _EDGE + 28, end - high + 16, 8.5, wide=wide, colour=_SOFT)
    page.say(cue, _EDGE + 28, end - high + 44, size, wide=wide - 48, bold=True)
    return high


def _headlines(page: _Page, lines: tuple[ShortLine, ...], y: float, wide: float) -> None:
    gap = 16.0
    each = (wide - gap * (len(lines) - 1)) / len(lines)
    for number, line in enumerate(lines):
        x = _EDGE + number * (each + gap)
        page.box(x, y, each, _HEADLINES, _CARD)
        page.box(x, y, each, 7, _STATE.get(line.state, _QUIET))
        page.say(line.name, x + 14, y + 20, 8.2, wide=each - 20, colour=_SOFT)
        high = page.say(line.numbers, x + 14, y + 50, 10.5, wide=each - 20, bold=True)
        page.say(line.said, x + 14, y + 56 + high, 8.2, wide=each - 20, colour=_INK)


def _photos(page: _Page, pictures: tuple[Photo, ...], y: float, end: float, wide: float) -> None:
    gap = 24.0
    caption = 30.0 if any(photo.title for photo in pictures) else 0.0
    room = ((wide - gap * (len(pictures) - 1)) / len(pictures), end - y - caption)
    scale = min(min(room[0] / photo.shown[2], room[1] / photo.shown[3]) for photo in pictures)
    sizes = [(photo.shown[2] * scale, photo.shown[3] * scale) for photo in pictures]
    y += (room[1] - max(size[1] for size in sizes)) / 2
    x = _EDGE + (wide - sum(size[0] for size in sizes) - gap * (len(pictures) - 1)) / 2
    for photo, (across, down) in zip(pictures, sizes, strict=True):
        if photo.title:
            page.say(photo.title, x, y, 9.0, wide=across, bold=True)
        page.photo(photo, x, y + caption, across, down)
        x += across + gap
