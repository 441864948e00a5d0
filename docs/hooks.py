"""What pages do not type but take from the program: tables of metrics and settings, help, drawings."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from drawings import IS_NOT, MARKS, drawing  # noqa: E402

from posture.kinematics import METRICS, Metric  # noqa: E402
from posture.kinematics.types import ViewKind  # noqa: E402
from posture.report import text  # noqa: E402

_MARK = re.compile(r"^<!-- from the program: (\w+)(?: (\w+))? -->$", re.MULTILINE)
_REDUCED = {
    "mean": "mean over the stride",
    "amplitude": "how far it swings in a stride",
    "p95": "highest of the stride (95th percentile)",
    "p05": "lowest of the stride (5th percentile)",
    "share": "share of the stride",
    "stride": "one number a stride",
    "contact": "as the foot lands",
    "toe_off": "as the toes leave the ground",
    "swing": "largest while the foot is in the air",
    "event": "from landing and push-off",
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put in the place of every mark what the program says."""
    return _MARK.sub(lambda found: MADE[found[1]](*([found[2]] if found[2] else [])), markdown)


def cards(view: str) -> str:
    """A card for each metric that is drawn so: drawing, what it is, how sure it is."""
    places = {"legs": ("landing", "push_off")}.get(view, (view,))
    shown = [metric for metric in METRICS.values() if MARKS[metric.id][0] in places]
    return '<div class="cards">\n' + "\n".join(_card(metric) for metric in shown) + "\n</div>"


def _card(metric: Metric) -> str:
    facts = [
        ("id", f"<code>{metric.id}</code>"),
        ("larger means", html.escape(metric.positive)),
        ("a stride's number", _REDUCED[metric.reduction]),
        ("counts from", _floor(metric)),
        ("absolute value", _error(metric)),
        ("true change seen", _response(metric)),
        ("camera", _views(metric)),
    ]
    told = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    return (
        f'<section class="card"><h4 id="{metric.id}">{metric.label}</h4>{drawing(metric.id, metric.label)}'
        f"<p>{html.escape(metric.plain)}</p><p><b>It is not</b> {IS_NOT[metric.id]}.</p><dl>{told}</dl></section>"
    )


def metrics() -> str:
    """One row for each metric."""
    head = ("metric", "id", "unit", "floor", "absolute error", "true change seen", "camera")
    rows = [
        (m.label, f"`{m.id}`", text.UNIT[m.unit], _floor(m), _error(m), _response(m), _views(m))
        for m in METRICS.values()
    ]
    return _table(head, rows)


def settings() -> str:
    """One row for each setting."""
    from posture.cli.settings_file import meaning, rows, written
    from posture.settings import Settings

    standard = Settings().model_dump(mode="json")
    told = [
        (f"`{section}.{key}`", f"`{written(standard[section][key])}`", meaning(field)) for section, key, field in rows()
    ]
    return _table(("setting", "default", "what it is [limits]"), told)


def commands() -> str:
    """The help of every command."""
    import click

    from posture.cli import main
    from posture.cli.examples import leaves

    told = []
    for name, command in sorted(leaves(main)):
        context = click.Context(command, info_name=f"posture {name}", max_content_width=90, terminal_width=90)
        told.append(f"## posture {name}\n\n```text\n{command.get_help(context).replace(chr(8), '')}\n```\n")
    return "\n".join(told)


def formats() -> str:
    """The formats of poses that are read."""
    from posture.importers.formats import Format

    return "\n".join(f"- {form.value}" for form in Format)


def causes() -> str:
    """One row for each cause of the rules."""
    from posture.rules import load_causes

    rows = [
        (cause.id, cause.title, cause.evidence.strength, ", ".join(cause.views) or "your answers")
        for cause in load_causes().cause
    ]
    return _table(("id", "cause", "evidence", "seen from"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _floor(metric: Metric) -> str:
    floor = text.quantity(metric.floor, metric)
    return f"{floor} or {100 * metric.relative_floor:g} %" if metric.relative_floor else floor


def _error(metric: Metric) -> str:
    return "not known" if isnan(metric.absolute_error) else f"± {text.quantity(metric.absolute_error, metric)}"


def _response(metric: Metric) -> str:
    if isnan(metric.response):
        return "not measured"
    spread = f" ± {100 * metric.response_spread:.0f}" if metric.response_spread else ""
    verdict = ", so it gets a value and no verdict" if metric.noise_driven else ""
    return f"{100 * metric.response:.0f}{spread} %{verdict}"


def _views(metric: Metric) -> str:
    where = ", ".join(view.value for view in ViewKind if view in metric.views)
    trends = ", ".join(view.value for view in ViewKind if view in metric.trend_views - metric.views)
    return f"{where}; {trends}: changes only" if trends else where


MADE: dict[str, Callable[..., str]] = {
    "cards": cards,
    "metrics": metrics,
    "settings": settings,
    "commands": commands,
    "causes": causes,
    "formats": formats,
}
