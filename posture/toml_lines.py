"""Where a key stands in a TOML text, so that an error can name the line. The text is known to be valid TOML."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}=,.]|[^\s\[\]{}=,.#"\']+',
    re.DOTALL,
)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line of a key, or of the innermost table around it that the text has.

    Parameters
    ----------
    text : str
        Valid TOML.
    path : sequence of str or int
        Keys, and indices into arrays, from the top.

    Returns
    -------
    int
        From 1.
    """
    found = _Scanner(text).positions()
    wanted = tuple(path)
    return next((found[wanted[:n]] for n in range(len(wanted), 0, -1) if wanted[:n] in found), 1)


class _Scanner:
    """Walks through the tokens once and notes the line of every key and every element."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            token = match.group()
            if not token.startswith("#"):
                self._tokens.append((token, line))
            line += token.count("\n")
        self._next = 0
        self._found: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}

    def positions(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip("\n"):
            if self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _peek(self) -> str:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _take(self) -> tuple[str, int]:
        self._next += 1
        return self._tokens[self._next - 1]

    def _skip(self, *tokens: str) -> bool:
        """Pass over tokens; False at the end of the text."""
        while self._peek() and self._peek() in tokens:
            self._next += 1
        return bool(self._peek())

    def _keys(self, stop: str) -> list[tuple[str, int]]:
        keys = []
        while self._peek() != stop:
            token, line = self._take()
            if token != ".":
                keys.append((token.strip("\"'"), line))
        return keys

    def _header(self) -> Path:
        _, line = self._take()
        element = self._peek() == "["
        self._skip("[")
        path: Path = ()
        for key, _ in self._keys("]"):
            path = (*path, *((self._elements[path],) if path in self._elements else ()), key)
        self._skip("]")
        if element:
            self._elements[path] = self._elements.get(path, -1) + 1
            self._found.setdefault(path, line)
            path = (*path, self._elements[path])
        elif path in self._elements:
            path = (*path, self._elements[path])
        self._found[path] = line
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key, line in self._keys("="):
            path = (*path, key)
            self._found.setdefault(path, line)
        self._take()
        self._value(path)

    def _value(self, path: Path) -> None:
        token, _ = self._take()
        if token == "[":
            index = 0
            while self._skip("\n", ",") and self._peek() != "]":
                self._found[(*path, index)] = self._tokens[self._next][1]
                self._value((*path, index))
                index += 1
            self._take()
        elif token == "{":
            while self._skip("\n", ",") and self._peek() != "}":
                self._pair(path)
            self._take()
        else:
            while self._peek() not in ("", "\n", ",", "]", "}"):
                self._take()
