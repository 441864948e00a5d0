"""From one state of the coach to the next: what happened, as events."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from posture.kinematics.registry import CARRIAGE, METRICS
from posture.live.coach.events import Event, Kind
from posture.live.coach.setup import Item
from posture.live.coach.state import Pause, Phase, State, Zone

_PHASES = {
    Phase.SETUP: "Checking the set-up.",
    Phase.BASELINE: "Run as you feel fresh: your baseline is being taken.",
    Phase.COACHING: "Your baseline is known. From here on, what changes is told.",
}


def events_between(before: State | None, now: State) -> Iterator[Event]:
    """What happened from one state to the next, in the order in which a runner would want to hear it.

    Parameters
    ----------
    before : State or None
        None where there was none yet.
    now : State
    """
    if before is None or before.phase is not now.phase:
        yield Event(Kind.PHASE, now.time, _PHASES[now.phase], {"phase": now.phase.value})
    yield from _set_up(before, now)
    yield from _strides(now)
    for number in range(len(before.baselines) if before else 0, len(now.baselines)):
        span = now.baselines[number]
        more = {"start": round(span.start, 3), "stop": round(span.stop, 3), "number": number + 1}
        yield Event(Kind.BASELINE, now.time, "", more)
    yield from _hold_ups(before, now)
    yield from _zones(before, now)
    yield from _cues(now)


def _set_up(before: State | None, now: State) -> Iterator[Event]:
    """Said once for each fault, and not with every degree that it changes by."""
    wrong, last = (_wrong(state) for state in (now, before))
    if now.phase is Phase.SETUP and wrong and list(wrong) != list(last):
        yield Event(Kind.SETUP, now.time, next(iter(wrong.values())), {"move": list(wrong.values())})
    if now.people > 1 and now.people != (before.people if before else 0):
        yield Event(Kind.PEOPLE, now.time, "", {"people": now.people})


def _wrong(state: State | None) -> dict[Item, str]:
    return {line.item: line.text for line in state.setup.lines if line.good is False} if state else {}


def _strides(now: State) -> Iterator[Event]:
    for row in now.strides.to_dict("records"):
        values = {name: row[name] for name in CARRIAGE if name in row and isfinite(row[name])}
        yield Event(Kind.STRIDE, float(row["end"]), "", {"start": float(row["start"]), "values": values})


def _hold_ups(before: State | None, now: State) -> Iterator[Event]:
    """Pauses, snoozes, stale values, another sensitivity."""
    was = before.paused if before else Pause.NONE
    if was is not now.paused:
        on = now.paused is not Pause.NONE
        why = now.paused if on else was
        if why is Pause.LEFT:
            text = "The runner has left; waiting." if on else "The runner is back."
            yield Event(Kind.RUNNER, now.time, text, {"found": not on})
        text = "" if why is Pause.LEFT else "Paused." if on else "Going on."
        yield Event(Kind.PAUSE, now.time, text, {"on": on, "why": why.value})
    if now.snoozed != (before is not None and before.snoozed):
        until = now.snoozed_until
        text = "No cues for a while." if now.snoozed else "Cues again."
        yield Event(Kind.SNOOZE, now.time, text, {"on": now.snoozed, "until": until if now.snoozed else None})
    stale = before.stale if before else ""
    if bool(stale) != bool(now.stale) and now.phase is Phase.COACHING and now.paused is was is Pause.NONE:
        text = f"Nothing to tell: {now.stale[:1].lower()}{now.stale[1:]}" if now.stale else "Values are fresh again."
        yield Event(Kind.STALE, now.time, text, {"on": bool(now.stale), "why": now.stale or stale})
    if before is not None and before.sensitivity is not now.sensitivity:
        text = f"Sensitivity: {now.sensitivity.value}."
        yield Event(Kind.SENSITIVITY, now.time, text, {"level": now.sensitivity.value})


def _zones(before: State | None, now: State) -> Iterator[Event]:
    last = {reading.headline: reading.zone for reading in before.readings} if before else {}
    for reading in now.readings:
        if reading.zone is last.get(reading.headline, Zone.UNKNOWN):
            continue
        more: dict[str, object] = {"headline": reading.headline.value, "zone": reading.zone.value}
        if reading.result is not None and isfinite(reading.result.change):
            metric = METRICS[reading.result.metric]
            more |= {"metric": metric.id, "unit": metric.unit}
            more |= {"change": round(reading.result.change, 4), "noise": round(reading.result.mdc, 4)}
        yield Event(Kind.ZONE, now.time, "", more)


def _cues(now: State) -> Iterator[Event]:
    if now.ended is not None:
        cause, why = now.ended
        yield Event(Kind.CUE_END, now.time, "", {"cause": cause, "why": why.value})
    begun, praised = now.begun, now.praised
    if begun is not None and begun.plan is not None:
        more = {"cause": begun.cause, "title": begun.title, "spoken": begun.plan.spoken, "cue": begun.plan.cue}
        text = f"{'Still: ' if now.reminder else ''}{begun.plan.spoken}  ({begun.title}. {begun.plan.cue})"
        yield Event(Kind.CUE, now.time, text, {**more, "reminder": now.reminder})
    if praised is not None:
        more = {"cause": praised.cause, "title": praised.title}
        yield Event(Kind.WELL_DONE, now.time, f"Well done: {praised.title.lower()} no longer.", more)
