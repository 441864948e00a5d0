"""Writing on the screen: sizes by where the capitals stand, wrapped, cut where there is no room."""

from __future__ import annotations

from functools import cache

from posture.report.drawing import marks
from posture.report.drawing.marks import Image, Lettering

#: Height of a capital over the size of its font.
CAPITAL = 0.72


def write(image: Image, size: int, text: str, corner: tuple[int, int], colour: marks.Colour = marks.WHITE) -> None:
    """With the upper left corner of a capital letter at ``corner``."""
    letters(size).write(image, text, (corner[0] - size // 2, corner[1] - 0.68 * size), colour)


@cache
def letters(size: int) -> Lettering:
    """Of this font size, pixels."""
    return Lettering(size)


def wide(text: str, size: int) -> int:
    """Pixels that a text takes."""
    return letters(size).width(text) - size // 2


def wrapped(text: str, size: int, width: int) -> list[str]:
    """Lines of whole words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and wide(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def cut(text: str, size: int, width: int) -> str:
    """As many whole words as there is room for."""
    if wide(text, size) <= width:
        return text
    words = text.split()
    while len(words) > 1 and wide(f"{' '.join(words)} ...", size) > width:
        words.pop()
    return f"{' '.join(words)} ..."
