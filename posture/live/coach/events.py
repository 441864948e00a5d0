"""What happens in a live session, as events: for the lines on stdout, for JSON, for the folder and for a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite, nan
from types import MappingProxyType
from typing import Any

#: Version of the events below. It rises where a kind or a field goes or changes its meaning, not where one is added.
SCHEMA = 1


class Kind(StrEnum):
    """What happened; in brackets the fields beside ``event`` and ``time``.

    Attributes
    ----------
    START
        The first event (``schema``, ``posture``: the program's version).
    REFERRAL
        Answers ask for a doctor first; no cues follow (``signs``).
    PHASE
        Set-up, baseline or coaching began (``phase``).
    SETUP
        Something about the camera is to be mended (``move``: sentences).
    PEOPLE
        Others are in the picture (``people``: how many in all).
    STRIDE
        One stride (``start``: s; ``values``: by metric id, in the registry's units).
    BASELINE
        A baseline was taken (``start``, ``stop``: s; ``number``: from 1).
    ZONE
        A headline changed its colour (``headline``, ``zone``, ``metric``, ``change``, ``noise``: in ``unit``).
    CUE
        A cue begins (``cause``, ``title``, ``spoken``: at most six words, ``cue``: the long form, ``reminder``).
    CUE_END
        It ends (``cause``, ``why``: ``better``, ``shown``, ``stale``, ``snoozed``, ``paused``, or ``baseline``
        for a new one).
    WELL_DONE
        What was cued has come back to normal (``cause``, ``title``).
    SNOOZE
        Cues are held back, or come again (``on``; ``until``: s).
    PAUSE
        The session is paused or goes on (``on``, ``why``: ``key`` or ``runner left``).
    SENSITIVITY
        Another one was chosen (``level``).
    RUNNER
        The runner was lost or found again (``found``).
    STALE
        The readings are too old to mean anything, or fresh again (``on``, ``why``).
    SIZE
        The pictures have another size or shape (``before``, ``now``: width and height; ``same_shape``).
    CAMERA
        It went away or came back (``back``).
    STALL
        The picture stands still, or moves again (``on``; ``seconds``: how long it stood).
    DROP
        Pictures were left out to keep up, told once in ten seconds at most (``dropped``: since the last such event).
    END
        The analysis is written (``folder``, ``taken``, ``dropped``, ``skipped``, ``median_ms``, ``p95_ms``).
    """

    START = "start"
    REFERRAL = "referral"
    PHASE = "phase"
    SETUP = "set-up"
    PEOPLE = "people"
    STRIDE = "stride"
    BASELINE = "baseline"
    ZONE = "zone"
    CUE = "cue"
    CUE_END = "cue-end"
    WELL_DONE = "well-done"
    SNOOZE = "snooze"
    PAUSE = "pause"
    SENSITIVITY = "sensitivity"
    RUNNER = "runner"
    STALE = "stale"
    SIZE = "size"
    CAMERA = "camera"
    STALL = "stall"
    DROP = "drop"
    END = "end"


#: Of how the session went; what stays in the folder. The others can be worked out from the poses, or are of no use.
KEPT = frozenset(Kind) - {Kind.START, Kind.REFERRAL, Kind.SETUP, Kind.STRIDE, Kind.END}


@dataclass(frozen=True)
class Event:
    """One of them.

    Attributes
    ----------
    kind : Kind
    time : float
        Seconds of the session; NaN where it has none.
    text : str
        For people; empty where only programs are told.
    more : mapping
        Its own fields, plain values.
    """

    kind: Kind
    time: float = nan
    text: str = ""
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def plain(self) -> dict[str, Any]:
        """As other programs read it."""
        return {"event": self.kind.value, "time": round(self.time, 3) if isfinite(self.time) else None, **self.more}

    def __str__(self) -> str:
        """One line of JSON."""
        return json.dumps(self.plain())
