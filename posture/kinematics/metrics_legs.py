"""Definitions: the near leg and its landing, from the side."""

from __future__ import annotations

from typing import Any

from posture.kinematics.definition import NEAR_LEG, metric
from posture.kinematics.types import Metric

#: Frames a second below which the begin of a contact is read too late by more than the stated error (method 1.6).
_RATE = 25.0


def _leg(id: str, label: str, unit: str, positive: str, **fields: Any) -> Metric:
    usual: dict[str, Any] = {"landmarks": NEAR_LEG, "family": "legs", "speed_dependent": True, "least_rate": _RATE}
    return metric(id, label, unit, positive, **usual, **fields)


LEG = (
    _leg(
        "overstride",
        "Foot ahead of the hips at landing",
        "leg",
        "the foot lands further ahead",
        reduction="contact",
        floor=0.02,
        absolute_error=0.035,
        response=1.08,
        response_spread=0.29,
        flag=0.03,
        strong=0.05,
        plain="How far ahead of your hips your foot lands, as a share of your leg's length.",
        source="method 1.6 (ankle ahead of mid-hip at initial contact); floor: method 2.4",
    ),
    _leg(
        "shank_ic",
        "Shin at landing",
        "deg",
        "the foot lands further ahead of the knee",
        reduction="contact",
        floor=2.5,
        absolute_error=4.0,
        response=0.99,
        response_spread=0.26,
        flag=4.0,
        strong=6.0,
        plain="How far your shin tips back from upright as your foot lands; below zero it tips forward.",
        source="method 1.6 (shank against the vertical at initial contact); floor: method 2.4",
    ),
    _leg(
        "knee_ic",
        "Knee bend at landing",
        "deg",
        "the knee lands more bent",
        reduction="contact",
        floor=3.0,
        absolute_error=9.0,
        response=0.92,
        response_spread=0.36,
        flag=5.0,
        strong=8.0,
        plain="How far your knee is bent as your foot lands.",
        source="method 1.6 (knee flexion at initial contact); floor: method 2.4",
    ),
    _leg(
        "knee_swing",
        "Largest knee bend in swing",
        "deg",
        "the heel comes up further behind",
        reduction="swing",
        signal="knee_ic",
        floor=4.0,
        absolute_error=10.0,
        response=1.16,
        response_spread=0.25,
        flag=6.0,
        strong=10.0,
        plain="How far your knee bends at most while the foot is in the air.",
        source="method 1.6 (peak knee flexion in swing); floor: method 2.4",
    ),
    _leg(
        "thigh_to",
        "Thigh behind at push-off",
        "deg",
        "the thigh reaches further back",
        reduction="toe_off",
        floor=2.5,
        absolute_error=4.0,
        flag=4.0,
        strong=6.0,
        plain="How far your thigh reaches back as your toes leave the ground.",
        source="method 1.6 (thigh against the vertical at toe-off, for hip extension); floor: method 2.4",
    ),
    _leg(
        "contact_time",
        "Time on the ground",
        "ms",
        "the foot stays longer on the ground",
        reduction="event",
        signal="overstride",
        floor=10.0,
        absolute_error=13.0,
        flag=15.0,
        strong=25.0,
        plain="About how long your foot stays on the ground with each step.",
        source="method 1.6 (toe-off less initial contact); floor: method 2.4",
    ),
    _leg(
        "flight_time",
        "Time in the air",
        "ms",
        "both feet are longer in the air",
        reduction="event",
        signal="overstride",
        floor=10.0,
        absolute_error=13.0,
        flag=-15.0,
        strong=-25.0,
        plain="About how long you are in the air between two steps.",
        source="method 1.6 (half a stride less the contact); floor: method 2.4",
    ),
    _leg(
        "duty_factor",
        "Share of the stride on the ground",
        "%",
        "the foot is on the ground for more of the stride",
        reduction="event",
        signal="overstride",
        floor=1.5,
        absolute_error=2.0,
        flag=2.0,
        strong=3.0,
        plain="For how much of a stride each foot is on the ground.",
        source="method 1.6 (duty factor); floor: method 2.4",
    ),
)
