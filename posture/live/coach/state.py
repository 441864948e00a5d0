"""What the coach knows at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

import pandas as pd

from posture.drift.types import DriftResult
from posture.kinematics.types import Headline
from posture.live.coach.cues import CueEnd
from posture.live.coach.setup import SetUp
from posture.rules import Finding
from posture.settings import Span
from posture.strides import Gait


class Phase(StrEnum):
    """What the coach is doing."""

    SETUP = "set-up"
    BASELINE = "baseline"
    COACHING = "coaching"


class Zone(StrEnum):
    """How a headline stands.

    Attributes
    ----------
    UNKNOWN
        Not seen, or too long ago.
    STEADY
        Within the noise, or changed in a direction that is no fault.
    CARRIED
        Out of what reference runners show since before the baseline.
    CHANGING
        Changed towards a fault, beyond the noise.
    OFF
        Changed by what is worth a flag.
    """

    UNKNOWN = "not seen"
    STEADY = "steady"
    CARRIED = "so from the start"
    CHANGING = "changing"
    OFF = "far off"


class Pause(StrEnum):
    """Why nothing is taken and nothing said."""

    NONE = ""
    KEY = "key"
    LEFT = "runner left"


class Sensitivity(StrEnum):
    """How much of a change is worth a cue."""

    LESS = "fewer cues"
    NORMAL = "normal"
    MORE = "more cues"


@dataclass(frozen=True)
class Reading:
    """One headline now.

    Attributes
    ----------
    headline : Headline
    zone : Zone
    result : DriftResult or None
        Of the metric that stands for the headline in this session; None where none is seen.
    note : str
        What else must be known, or why there is no value; may be empty.
    """

    headline: Headline
    zone: Zone
    result: DriftResult | None
    note: str = ""


@dataclass(frozen=True, eq=False)
class State:
    """What the coach knows at one moment; never changed afterwards.

    Attributes
    ----------
    time : float
        Seconds of the session.
    phase : Phase
    setup : SetUp
    progress : float
        0 to 1: of the baseline.
    gait : Gait
    readings : tuple of Reading
    changes : mapping of str to DriftResult
        By metric id; empty before the baseline is done.
    strides : DataFrame
        The new strides since the last state.
    chart : DataFrame
        Strides of the last minutes.
    begun, praised : Finding or None
        A cue that begins at this moment; what has come back to normal at this moment.
    ended : tuple of (str, CueEnd) or None
        The cause of a cue that ends at this moment, and why it does.
    cue, praise : Finding or None
        What is being said.
    reminder : bool
        Whether the cue has been given before.
    snoozed_until : float
        s; NaN where cues are not held back.
    paused : Pause
    stale : str
        Why the readings are too old to mean anything; empty where they are not.
    sensitivity : Sensitivity
    baselines : tuple of Span
        That were taken so far, s.
    people : int
        In the picture when it was last counted; 0 where it never was.
    stranger : bool
        Whether somebody was found within the last two seconds who is not the runner.
    """

    time: float
    phase: Phase
    setup: SetUp
    progress: float = 0.0
    gait: Gait = Gait.NONE
    readings: tuple[Reading, ...] = ()
    changes: Mapping[str, DriftResult] = field(default_factory=dict)
    strides: pd.DataFrame = field(default_factory=pd.DataFrame)
    chart: pd.DataFrame = field(default_factory=pd.DataFrame)
    begun: Finding | None = None
    praised: Finding | None = None
    ended: tuple[str, CueEnd] | None = None
    cue: Finding | None = None
    praise: Finding | None = None
    reminder: bool = False
    snoozed_until: float = nan
    paused: Pause = Pause.NONE
    stale: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    baselines: tuple[Span, ...] = ()
    people: int = 0
    stranger: bool = False

    @property
    def snoozed(self) -> bool:
        """Whether cues are held back."""
        return self.time < self.snoozed_until
