"""Who is who from look to look: sightings linked into identities by place, size and clothes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from posture.pose.tracking.detection import Sighting
from posture.series import Floats

#: Cost of a link above which two sightings are two people.
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
#: A speed between two sightings is trusted for at most this time, s.
STEADY_S = 1.5
_SHORTEST_S = 0.1


@dataclass(eq=False)
class Identity:
    """One person's sightings: numbers of the looks, ascending, and what was seen there."""

    looks: list[int] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    def add(self, look: int, sighting: Sighting) -> None:
        """Append the next sighting."""
        self.looks.append(look)
        self.sightings.append(sighting)

    @property
    def clothes(self) -> Floats:
        """(3, 3) median colours so far; NaN where never seen."""
        recent = np.stack([s.colours for s in self.sightings[-9:]])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a part that was never seen stays NaN
            return np.asarray(np.nanmedian(recent, axis=0))


def link(time: Floats, looks: Sequence[Sequence[Sighting]]) -> list[Identity]:
    """Link sightings into people.

    Each look's sightings are assigned to the people known so far at the least total cost of place, size and clothes;
    who fits nobody is a new person. Afterwards people who were never seen together and wear the
    same clothes become one: the same runner after a cut, or on the next lap.

    Parameters
    ----------
    time : ndarray, shape (K,)
        Seconds of the looks.
    looks : sequence of K sequences of Sighting
        Everyone seen at each look.

    Returns
    -------
    list of Identity
        In order of first appearance.
    """
    people: list[Identity] = []
    for number, sightings in enumerate(looks):
        pairs = [[link_cost(p, s, time, time[number]) for s in sightings] for p in people]
        cost = np.array(pairs).reshape(len(people), len(sightings))
        rows, columns = linear_sum_assignment(np.minimum(cost, 2 * TOO_DIFFERENT))
        taken = set()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if cost[row, column] < TOO_DIFFERENT:
                people[row].add(number, sightings[column])
                taken.add(column)
        for column, sighting in enumerate(sightings):
            if column not in taken:
                people.append(Identity([number], [sighting]))
    return _rejoin(people, time)


def clothes_distance(a: Floats, b: Floats) -> float:
    """Mean colour difference of the parts seen in both; infinite if there is none."""
    each = np.linalg.norm((a - b) * _LAB_WEIGHTS, axis=-1)
    seen = np.isfinite(each)
    return float(each[seen].mean()) if seen.any() else float("inf")


def link_cost(person: Identity, sighting: Sighting, time: Floats, at: float, last: int = -1) -> float:
    """How unlike a person a sighting is: `TOO_DIFFERENT` or more forbids the link.

    Three parts are added, each of which can forbid it alone: place, size and clothes. The longer
    the person was not seen, the further they can have gone.

    Parameters
    ----------
    person : Identity
        Seen before.
    sighting : Sighting
        To be compared.
    time : ndarray, shape (K,)
        Seconds of the looks.
    at : float
        Seconds of the sighting.
    last : int
        Which of the person's sightings to compare with.
    """
    known = person.sightings[last]
    waited = abs(at - time[person.looks[last]])
    step = np.linalg.norm(sighting.middle - known.middle)
    if last == -1 and len(person.looks) > 1:
        before = time[person.looks[-1]] - time[person.looks[-2]]
        if max(before, waited) <= STEADY_S:
            way = (known.middle - person.sightings[-2].middle) * waited / before
            step = min(step, np.linalg.norm(sighting.middle - known.middle - way))
    trunks = step / max(known.torso, sighting.torso)
    place = NEARNESS * (1.0 - np.exp(-trunks / NEAR)) + 0.5 * trunks / (FASTEST * max(waited, _SHORTEST_S))
    size = abs(np.log(sighting.torso / known.torso)) / np.log(OTHER_SIZE)
    clothes = clothes_distance(person.clothes, sighting.colours) / OTHER_CLOTHES
    return float(place + size + (clothes if np.isfinite(clothes) else 0.5))


def _rejoin(people: list[Identity], time: Floats) -> list[Identity]:
    people, clothes = list(people), [p.clothes for p in people]
    while True:
        pairs = [
            (clothes_distance(clothes[i], clothes[j]), i, j)
            for j in range(len(people))
            for i in range(j)
            if set(people[i].looks).isdisjoint(people[j].looks)
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


def _joined(a: Identity, b: Identity) -> Identity:
    in_order = sorted(zip(a.looks + b.looks, a.sightings + b.sightings, strict=True), key=lambda pair: pair[0])
    return Identity([look for look, _ in in_order], [sighting for _, sighting in in_order])


def _possible(person: Identity, time: Floats) -> bool:
    """Whether nobody would have had to fly: after an absence the person can be anywhere."""
    gap = np.diff(time[person.looks])
    middle = np.stack([s.middle for s in person.sightings])
    torso = np.array([s.torso for s in person.sightings])
    way = np.linalg.norm(np.diff(middle, axis=0), axis=1) / np.maximum(torso[1:], torso[:-1])
    return bool(((way <= FASTEST * np.maximum(gap, _SHORTEST_S)) | (gap > ABSENCE_S)).all())
