"""What is said of the speed beside changes: where values were corrected for it, and where they could not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posture.drift.types import DriftResult, Pace, Status
from posture.kinematics.registry import CARRIAGE, METRICS
from posture.report.text.quantities import number, quantity

#: Statuses that tell of a change, or of one that something explains.
_TOLD = (Status.DRIFT, Status.POSSIBLE, Status.EPISODE, Status.NOT_DECIDABLE)


def beside_speed(drift: Mapping[str, DriftResult]) -> Iterator[str]:
    """Sentences on the speed of the run, or nothing where it did nothing.

    Parameters
    ----------
    drift : mapping of str to DriftResult
    """
    drift = {id: result for id, result in drift.items() if id in CARRIAGE}
    taken_out = [result for result in drift.values() if result.pace and result.pace.taken_out]
    if taken_out:
        levels = "; ".join(f"{_label(result)} {as_run(result)}" for result in taken_out)
        yield f"The speed varied, so these are told as at the mean speed of the run. As you ran them: {levels}."
    for pace, results in _by_pace(drift):
        way = "rose" if pace.change > 0 else "fell"
        labels = "; ".join(f"{_label(result)} (up to {100 * own.share(size):.0f} %)" for result, own, size in results)
        yield (
            f"The speed {way} by {abs(pace.change):.0f} % along with changes, and what it did cannot be told from "
            f"tiredness. So much of each may be the speed: {labels}."
        )


def as_run(result: DriftResult) -> str:
    """Both levels of a metric as they were run, where the result's are at the mean speed; else nothing."""
    pace, metric = result.pace, METRICS[result.metric]
    if pace is None or not pace.taken_out:
        return ""
    return f"{number(pace.baseline, metric)} → {quantity(pace.end, metric)}"


def _by_pace(drift: Mapping[str, DriftResult]) -> Iterator[tuple[Pace, list[tuple[DriftResult, Pace, float]]]]:
    """Changes with the speed's own, those together that saw it change by the same whole percent."""
    groups: dict[int, list[tuple[DriftResult, Pace, float]]] = {}
    for result in drift.values():
        episode = result.episode if result.status is Status.EPISODE else None
        pace, size = (episode.pace, episode.size) if episode else (result.pace, result.change)
        if result.status in _TOLD and pace and not pace.taken_out:
            groups.setdefault(round(pace.change), []).append((result, pace, size))
    return ((found[0][1], found) for found in groups.values())


def _label(result: DriftResult) -> str:
    return METRICS[result.metric].label.lower()
