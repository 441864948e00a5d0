"""What the pages have in common: style, safety and small plots."""

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


def write(owner: str, template: str, target: Path, values: Mapping[str, Any]) -> None:
    """Write a page in one step. What comes from files, names and people is escaped; nothing on it can run.

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
    from markupsafe import Markup

    style = _source(__package__, "style.css") + _source(__package__, "summaries.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment(owner).get_template(template)
    with replacing(target) as temporary:
        text = page.render(**values, style=Markup(style), style_hash=f"sha256-{digest}")
        temporary.write_text(text, encoding="utf-8")


@cache
def _environment(owner: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: _source(__package__ if name == "base.html" else owner, name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _source(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")
