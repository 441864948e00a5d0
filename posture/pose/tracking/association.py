"""Who is who from one detector pass to the next: detections linked into tracks by place, size and clothes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from posture.pose.tracking.detection import Detection
from posture.series import Floats

#: Cost of a link above which two detections are two people.
TOO_DIFFERENT = 1.0
#: Difference of clothes (CIE Lab units, lightness counted half because shade changes it) that alone costs as much as
#: a whole link: two colours that one would name differently.
OTHER_CLOTHES = 25.0
_LAB_WEIGHTS = np.array([0.5, 1.0, 1.0])
#: Clothes up to this difference are the same after a cut or an absence, wherever their owner comes back.
SAME_CLOTHES = 12.0
#: Trunk lengths a second that nobody exceeds: 10 m/s with a trunk of 0.5 m.
FASTEST = 20.0
#: Steps of some trunk lengths cost up to this much, so that of two people alike the nearer one is taken.
NEARNESS, NEAR = 0.4, 2.0
#: Ratio of trunk lengths that alone costs as much as a whole link.
OTHER_SIZE = 4.0
#: Who was not seen for longer can come back anywhere, s.
ABSENCE_S = 2.0
#: A speed between two detections is trusted for at most this time, s.
STEADY_S = 1.5
_SHORTEST_S = 0.1


@dataclass(eq=False)
class Track:
    """One person's detections: numbers of the detector passes, ascending, and what was seen there."""

    passes: list[int] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)

    def add(self, number: int, detection: Detection) -> None:
        """Append the next detection."""
        self.passes.append(number)
        self.detections.append(detection)

    @property
    def clothes(self) -> Floats:
        """(3, 3) median colours so far; NaN where never seen."""
        recent = np.stack([s.colours for s in self.detections[-9:]])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a part that was never seen stays NaN
            return np.asarray(np.nanmedian(recent, axis=0))


def link(time: Floats, passes: Sequence[Sequence[Detection]]) -> list[Track]:
    """Link detections into people.

    Each pass's detections are assigned to the people known so far at the least total cost of place, size and clothes;
    who fits nobody is a new person. Afterwards people who were never seen together and wear the
    same clothes become one: the same runner after a cut, or on the next lap.

    Parameters
    ----------
    time : ndarray, shape (K,)
        Seconds of the passes.
    passes : sequence of K sequences of Detection
        Everyone seen at each pass.

    Returns
    -------
    list of Track
        In order of first appearance.
    """
    people: list[Track] = []
    for number, detections in enumerate(passes):
        pairs = [[link_cost(p, s, time, time[number]) for s in detections] for p in people]
        cost = np.array(pairs).reshape(len(people), len(detections))
        rows, columns = linear_sum_assignment(np.minimum(cost, 2 * TOO_DIFFERENT))
        taken = set()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if cost[row, column] < TOO_DIFFERENT:
                people[row].add(number, detections[column])
                taken.add(column)
        for column, detection in enumerate(detections):
            if column not in taken:
                people.append(Track([number], [detection]))
    return _rejoin(people, time)


def clothes_distance(a: Floats, b: Floats) -> float:
    """Mean colour difference of the parts seen in both; infinite if there is none."""
    each = np.linalg.norm((a - b) * _LAB_WEIGHTS, axis=-1)
    seen = np.isfinite(each)
    return float(each[seen].mean()) if seen.any() else float("inf")


def link_cost(person: Track, detection: Detection, time: Floats, at: float, last: int = -1) -> float:
    """How unlike a person a detection is: `TOO_DIFFERENT` or more forbids the link.

    Three parts are added, each of which can forbid it alone: place, size and clothes. The longer
    the person was not seen, the further they can have gone.

    Parameters
    ----------
    person : Track
        Seen before.
    detection : Detection
        To be compared.
    time : ndarray, shape (K,)
        Seconds of the passes.
    at : float
        Seconds of the detection.
    last : int
        Which of the person's detections to compare with.
    """
    known = person.detections[last]
    waited = abs(at - time[person.passes[last]])
    step = np.linalg.norm(detection.middle - known.middle)
    if last == -1 and len(person.passes) > 1:
        before = time[person.passes[-1]] - time[person.passes[-2]]
        if max(before, waited) <= STEADY_S:
            way = (known.middle - person.detections[-2].middle) * waited / before
            step = min(step, np.linalg.norm(detection.middle - known.middle - way))
    trunks = step / max(known.torso, detection.torso)
    place = NEARNESS * (1.0 - np.exp(-trunks / NEAR)) + 0.5 * trunks / (FASTEST * max(waited, _SHORTEST_S))
    size = abs(np.log(detection.torso / known.torso)) / np.log(OTHER_SIZE)
    clothes = clothes_distance(person.clothes, detection.colours) / OTHER_CLOTHES
    return float(place + size + (clothes if np.isfinite(clothes) else 0.5))


def _rejoin(people: list[Track], time: Floats) -> list[Track]:
    people, clothes = list(people), [p.clothes for p in people]
    while True:
        pairs = [
            (clothes_distance(clothes[i], clothes[j]), i, j)
            for j in range(len(people))
            for i in range(j)
            if set(people[i].passes).isdisjoint(people[j].passes)
        ]
        for distance, i, j in sorted(pairs):
            if distance > SAME_CLOTHES:
                return people
            both = _joined(people[i], people[j])
            if _possible(both, time):
                people[i], clothes[i] = both, both.clothes
                del people[j], clothes[j]
                break
        else:
            return people


def _joined(a: Track, b: Track) -> Track:
    in_order = sorted(zip(a.passes + b.passes, a.detections + b.detections, strict=True), key=lambda pair: pair[0])
    return Track([number for number, _ in in_order], [detection for _, detection in in_order])


def _possible(person: Track, time: Floats) -> bool:
    """Whether nobody would have had to fly: after an absence the person can be anywhere."""
    gap = np.diff(time[person.passes])
    middle = np.stack([s.middle for s in person.detections])
    torso = np.array([s.torso for s in person.detections])
    way = np.linalg.norm(np.diff(middle, axis=0), axis=1) / np.maximum(torso[1:], torso[:-1])
    return bool(((way <= FASTEST * np.maximum(gap, _SHORTEST_S)) | (gap > ABSENCE_S)).all())
