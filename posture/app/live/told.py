"""What the coach knows, as plain values for a page; this runs in the session's own process."""

from __future__ import annotations

from typing import Any

from posture.live.coach.state import Pause, Phase, State
from posture.live.display.words import CHECKED, PRAISE, beside_it, kept_up, told_now, value_of
from posture.live.session.timing import Pace


def plain(state: State, pace: Pace | None) -> dict[str, Any]:
    """One state; every number in it is finite."""
    text, tone = told_now(state)
    return {
        "time": round(state.time, 1),
        "phase": state.phase.value,
        "text": text,
        "tone": tone.value,
        # Said to a runner, who stands three metres away; the rest is for whoever stands there.
        "loud": text in (_spoken(state), PRAISE),
        "beside": beside_it(state),
        # While somebody runs no page is needed.
        "coached": state.phase is not Phase.SETUP and state.paused is Pause.NONE and not state.stale,
        "progress": round(state.progress, 3),
        "paused": state.paused is Pause.KEY,
        "snoozed": state.snoozed,
        "sensitivity": state.sensitivity.value,
        "rows": _values(state) if state.phase is Phase.COACHING else _checks(state),
        "pace": "" if pace is None else kept_up(pace),
    }


def _spoken(state: State) -> str | None:
    return state.cue.plan.spoken if state.cue is not None and state.cue.plan is not None else None


def _values(state: State) -> list[dict[str, str]]:
    rows = []
    for reading in state.readings:
        number, unit, note = value_of(reading)
        said = {"name": reading.headline.value, "word": reading.zone.value, "zone": reading.zone.name.lower()}
        rows.append({**said, "number": number, "unit": unit, "note": note})
    return rows


def _checks(state: State) -> list[dict[str, str]]:
    plain_line = {"word": "", "number": "", "unit": ""}
    return [
        {
            **plain_line,
            "name": line.item.value.capitalize(),
            "zone": CHECKED[line.good].name.lower(),
            "note": line.text,
        }
        for line in state.setup.lines
    ]
