"""Reads rules files: the program's own, and those of a coach on top of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from posture.errors import PostureError
from posture.kinematics.own import load_installed
from posture.reading import parse_toml, read_text
from posture.rules.schema import Cause, Causes, Finds, Onset, Rule, walk
from posture.toml_lines import line_of

_OWN = Path(__file__).with_name("causes.toml")
#: Tables of a cause of which a file may change single keys; everything else is replaced as a whole.
_MERGED = ("evidence", "text", "remedy")


class _File:
    """A rules file with its text, to say where a fault stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = read_text(path, "the rules file")
        self.raw = parse_toml(path, self.text)

    def fail(self, where: Sequence[str | int], fault: str) -> NoReturn:
        """Raise with file, line and key."""
        key = ".".join(str(part) for part in where)
        raise PostureError(f"{self.path}: line {line_of(self.text, where)}: '{key}': {fault}.")

    def fail_with(self, error: ValidationError, prefix: tuple[str | int, ...] = ()) -> NoReturn:
        """Raise the first fault that pydantic found."""
        first = error.errors()[0]
        where = [*prefix, *(part for part in first["loc"] if not str(part).startswith("<"))]
        fault = first["msg"].removeprefix("Value error, ")
        self.fail(where, fault[:1].lower() + fault[1:])


def load_causes(path: Path | None = None) -> Causes:
    """The causes of the program, or those with a coach's file on top.

    Parameters
    ----------
    path : Path, optional
        A rules file: a cause with a known id changes the keys it gives, one with a new id comes after the others.

    Returns
    -------
    Causes

    Raises
    ------
    PostureError
        Naming file, line and key of the first fault.

    Examples
    --------
    >>> causes = load_causes()
    >>> causes.cause[3].id, causes.cause[3].title
    ('C4', 'Upper body slumps')
    """
    load_installed()
    own, raw = _own()
    return own if path is None else _on_top(raw, _File(path))


@cache
def _own() -> tuple[Causes, dict[str, Any]]:
    file = _File(_OWN)
    try:
        causes = Causes.model_validate(file.raw)
    except ValidationError as error:
        file.fail_with(error)
    _check(causes, file)
    return causes, file.raw


def _on_top(base: Mapping[str, Any], file: _File) -> Causes:
    for key in file.raw:
        if key not in Causes.model_fields:
            file.fail((key,), f"not a key of a rules file; there are {', '.join(Causes.model_fields)}")
    given = file.raw.get("cause", [])
    if not isinstance(given, list):
        file.fail(("cause",), "write causes as [[cause]]")
    by_id: dict[str, Any] = {cause["id"]: cause for cause in base["cause"]}
    for index, cause in enumerate(given):
        where = ("cause", index)
        id = cause.get("id") if isinstance(cause, dict) else None
        if not isinstance(id, str):
            file.fail(where, "a cause needs an 'id', like C4 to change one, or a new one")
        if id in [other["id"] for other in given[:index]]:
            file.fail((*where, "id"), f"'{id}' stands twice in this file")
        merged = _merge(by_id.get(id, {}), cause)
        try:
            Cause.model_validate(merged)
        except ValidationError as error:
            file.fail_with(error, where)
        by_id[id] = merged
    sources = file.raw.get("sources", {})
    if not isinstance(sources, dict):
        file.fail(("sources",), "write sources as a table")
    whole = {**base, **file.raw, "sources": {**base["sources"], **sources}, "cause": list(by_id.values())}
    try:
        causes = Causes.model_validate(whole)
    except ValidationError as error:
        file.fail_with(error)
    _check(causes, file)
    return causes


def _merge(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**known, **given}
    for key in _MERGED:
        if isinstance(known.get(key), dict) and isinstance(given.get(key), dict):
            merged[key] = {**known[key], **given[key]}
    # Another cue in the old words aloud would be two cues.
    own, remedy = given.get("remedy"), merged.get("remedy")
    if isinstance(own, dict) and isinstance(remedy, dict) and "cue" in own and "spoken" not in own:
        remedy.pop("spoken", None)
    return merged


def _check(causes: Causes, file: _File) -> None:
    """What no single cause can know: ids, sources, and that none rests on itself, or leads by one that must not."""
    ids = [cause.id for cause in causes.cause]
    behind = {cause.id for cause in causes.cause if cause.behind}
    rests_on: dict[str, set[str]] = {id: set() for id in ids}
    for cause in causes.cause:
        where = _place(file, cause.id)
        if ids.count(cause.id) > 1:
            file.fail((*where, "id"), f"'{cause.id}' stands twice in this file")
        for source in cause.evidence.sources:
            if source not in causes.sources:
                file.fail((*where, "evidence", "sources"), f"'{source}' is not in [sources]")
        if cause.part_of and cause.part_of not in ids:
            file.fail((*where, "part_of"), f"there is no cause '{cause.part_of}'")
        if cause.behind and cause.part_of and cause.part_of not in behind:
            file.fail((*where, "part_of"), f"'{cause.id}' stands behind the others and is told with none of them")
        if cause.part_of in behind and not cause.behind:
            file.fail((*where, "part_of"), f"'{cause.part_of}' stands behind the others, so that none is told with it")
        for path, other in _references(cause):
            if other not in ids:
                file.fail((*where, *path), f"there is no cause '{other}'")
            if other in behind and not cause.behind:
                file.fail((*where, *path), f"'{other}' stands behind the others, so that none of them rests on it")
            rests_on[cause.id].add(other)
    try:
        TopologicalSorter(rests_on).prepare()
    except CycleError as error:
        circle = error.args[1]
        file.fail(_place(file, circle[0]), f"causes rest on each other: {' on '.join(reversed(circle))}")


def _references(cause: Cause) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every other cause that a cause asks for, with the place of the question."""
    rules: list[tuple[tuple[str | int, ...], Rule]] = [(("when",), cause.when)]
    rules += [((key,), rule) for key in ("or_when", "part_when") if (rule := getattr(cause, key)) is not None]
    rules += [(("agrees", index), rule) for index, rule in enumerate(cause.agrees)]
    for key in ("doubts", "notes", "undecided"):
        rules += [((key, index, "when"), note.when) for index, note in enumerate(getattr(cause, key))]
    for start, rule in rules:
        for path, part in walk(rule, start):
            if isinstance(part, Finds):
                yield (*path, "cause"), part.cause
            elif isinstance(part, Onset):
                yield (*path, "onset_of"), part.onset_of


def _place(file: _File, id: str) -> tuple[str | int, ...]:
    found = [index for index, cause in enumerate(file.raw.get("cause", [])) if cause.get("id") == id]
    return ("cause", found[-1]) if found else ("cause",)
