"""Strides to levels: how a runner's posture is, held against reference runners."""

from posture.levels.apart import apart
from posture.levels.reference import Reference, gait_of, held_against, load_reference
from posture.levels.run import run_levels, timed
from posture.levels.stage import held, judge_levels
from posture.levels.types import Level, Levels, Pattern, Place, Shape

__all__ = [
    "Level",
    "Levels",
    "Pattern",
    "Place",
    "Reference",
    "Shape",
    "apart",
    "gait_of",
    "held",
    "held_against",
    "judge_levels",
    "load_reference",
    "run_levels",
    "timed",
]
