"""What stands beside the runner's picture, in words: the same in the window and on a page."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite, isnan

from posture.kinematics.registry import METRICS
from posture.live.coach.baseline import RUNS
from posture.live.coach.setup import Item
from posture.live.coach.state import Pause, Phase, Reading, State, Zone
from posture.live.session.timing import Pace
from posture.report.text import quantity

_LEARNING = "Run as you feel fresh: I am learning your baseline."
#: What can be asked for is named as keys of the window and buttons of a page name it.
_PAUSES = {Pause.KEY: "Paused; pause again to go on.", Pause.LEFT: "Paused until you are back."}
PRAISE = "Well done!"
#: Who took a jacket off must find the way back.
_SOMEBODY = "Somebody else is here. If it is you: new baseline."
#: The zone whose colour and shape a line of the set-up check has, by whether it is good.
CHECKED = {True: Zone.STEADY, False: Zone.OFF, None: Zone.UNKNOWN}


class Tone(StrEnum):
    """How a sentence is meant."""

    PLAIN = "plain"
    WARN = "warn"
    GOOD = "good"


def told_now(state: State) -> tuple[str, Tone]:
    """What stands there largest: one thing at a time, the most urgent first; may be empty."""
    wrong = [line.text for line in state.setup.lines if line.good is False]
    slow = next((line.text for line in state.setup.lines if line.item is Item.RATE and line.good is False), "")
    if state.paused is not Pause.NONE:
        stranger = state.paused is Pause.LEFT and state.stranger
        return _SOMEBODY if stranger else _PAUSES[state.paused], Tone.WARN
    if state.phase is Phase.SETUP:
        return (wrong[0], Tone.WARN) if wrong else ("Good. Stay as you are.", Tone.GOOD)
    if state.stale:
        return state.stale, Tone.WARN
    if state.phase is Phase.BASELINE:
        return slow or (_LEARNING if state.gait in RUNS else "Start to run."), Tone.PLAIN
    if state.cue is not None and state.cue.plan is not None:
        return state.cue.plan.spoken, Tone.WARN
    return (PRAISE, Tone.GOOD) if state.praise is not None else ("", Tone.PLAIN)


def value_of(reading: Reading) -> tuple[str, str, str]:
    """Change of a headline, its unit, and what must be known with it; without a number only why there is none."""
    if reading.result is None or not isfinite(reading.result.change):
        return "", "", reading.note
    metric = METRICS[reading.result.metric]
    number, _, unit = quantity(reading.result.change, metric, sign=True).partition(" ")
    told = f": {reading.note}" if reading.note else f" (noise ±{quantity(reading.result.mdc, metric)})"
    return number, unit, f"{metric.label}{told}"


def beside_it(state: State) -> str:
    """What must be known with what stands there largest; may be empty."""
    return "no cues" if state.snoozed else "again" if state.reminder and state.cue is not None else ""


def kept_up(pace: Pace) -> str:
    """How the session keeps up."""
    rate = "" if isnan(pace.rate) else f"{pace.rate:.0f} frames/s   "
    late = "" if isnan(pace.lately) else f"delay {pace.lately:.0f} ms, 95 %: {pace.lately_p95:.0f} ms   "
    return f"{rate}{late}dropped {pace.dropped}"
