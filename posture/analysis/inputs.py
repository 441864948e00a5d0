"""What is known about a run beside its pictures, as the settings name it: speed, answers, rules, reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture import drift, levels, rules
from posture.drift import SpeedLog, Upright
from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.levels import Reference
from posture.nearest import did_you_mean
from posture.rules import Causes, Intake
from posture.settings import Settings


@dataclass(frozen=True, eq=False)
class Beside:
    """What is known about a run beside its pictures.

    Attributes
    ----------
    speed : SpeedLog or None
    upright : Upright or None
        The runner's own upright levels.
    intake : Intake or None
        The runner's answers.
    causes : Causes or None
        The rules; the program's own if None.
    reference : Reference or None
        The reference runners; the program's own if None.
    """

    speed: SpeedLog | None = None
    upright: Upright | None = None
    intake: Intake | None = None
    causes: Causes | None = None
    reference: Reference | None = None

    @property
    def upright_levels(self) -> Mapping[str, float]:
        """The upright levels alone."""
        return self.upright.levels if self.upright is not None else {}


def load_beside(settings: Settings) -> Beside:
    """All but the upright levels, which may need poses of their own."""
    run = settings.run
    if run.upright and not run.upright.exists():
        raise PostureError(f"{run.upright}: does not exist; give --upright a clip or an analysis of you standing tall.")
    for metric in settings.drift.floors:
        if metric not in METRICS:
            meant = did_you_mean(metric, METRICS) or "."
            raise PostureError(f"setting 'drift.floors.{metric}': there is no such metric{meant}")
    intake = rules.load_intake(run.intake) if run.intake else None
    return Beside(
        speed=load_speed(settings),
        intake=intake,
        causes=rules.load_causes(run.rules),
        reference=levels.load_reference(run.reference),
    )


def load_speed(settings: Settings) -> SpeedLog | None:
    """The speed of the run as the settings name it, None where they do not.

    Examples
    --------
    >>> from posture.settings import RunSettings
    >>> load_speed(Settings(run=RunSettings(speed_kmh=10.8))).speed  # m/s
    array([3.])
    >>> load_speed(Settings()) is None
    True
    """
    run = settings.run
    if run.speed_log:
        return drift.read_speed_log(run.speed_log, run.log_start / settings.clip.slow_motion)
    if run.speed_kmh is None and run.incline is None:
        return None
    return SpeedLog.constant(run.speed_kmh / 3.6 if run.speed_kmh else None, run.incline)
