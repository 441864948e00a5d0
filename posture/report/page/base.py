"""How every page is made: one file that needs no other and no network, on which nothing runs but its own script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posture.storage.files import replacing

if TYPE_CHECKING:
    from jinja2 import Environment

_OWN = "posture.report.page"
#: Templates that pages of any package extend or include.
_SHARED = ("base.html", "head.html")


def render(owner: str, template: str, *, style: str, script: str = "", **values: Any) -> str:
    """A page as text. What comes from files, names and people is escaped.

    Parameters
    ----------
    owner : str
        Package in which the template lies.
    template : str
        Includes ``head.html``, or extends ``base.html``, which does.
    style, script : str
        All that the content-security policy lets the page apply and run.
    **values
        What the template asks for.
    """
    from markupsafe import Markup

    return (
        _environment(owner)
        .get_template(template)
        .render(
            **values,
            style=Markup(style),
            style_hash=_digest(style),
            script=Markup(script),
            script_hash=_digest(script) if script else "",
        )
    )


def write(owner: str, template: str, target: Path, values: Mapping[str, Any]) -> None:
    """Write a page about many analyses in one step.

    Parameters
    ----------
    owner : str
        Package in which the template lies.
    template : str
        Extends ``base.html``.
    target : Path
    values : mapping of str to object
        What the template asks for; ``title``, ``about`` and ``answer`` for the head.

    Raises
    ------
    PostureError
        If it cannot be written; an earlier page stays as it was.
    """
    style = source("style.css") + source("summaries.css")
    with replacing(target) as temporary:
        text = render(owner, template, style=style, **values)
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


@cache
def source(name: str, package: str = _OWN) -> str:
    """A file of a package as text."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


@cache
def _environment(owner: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: source(name, _OWN if name in _SHARED else owner)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _digest(text: str) -> str:
    """What the content-security policy knows a style or a script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
