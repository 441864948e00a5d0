"""Which of the people is the runner: seen long, large, whole, with legs that move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture.errors import HopelessError
from posture.landmarks import L
from posture.pose.tracking.association import Track
from posture.pose.tracking.detection import Detection
from posture.pose.tracking.track import box_track_of
from posture.pose.types import Person
from posture.series import Floats

#: People seen in fewer detector passes than this share walk by; they are listed only if nobody stays.
PASSING = 0.1
#: Spread of knees or feet about their mean place under the hips, in trunk lengths: at most the first while standing
#: (a shift of weight, noise), at least the second while running, also from the front, where only the lift of
#: the feet is seen.
STANDING_LEGS, RUNNING_LEGS = 0.05, 0.25
#: Others whose score is within this ratio of the best could be the runner as well.
RIVAL = 0.6
#: A runner seen in less than this share of the passes is no stable subject.
STABLE = 0.5
#: More are not listed.
MOST = 9

_KNEES = [int(L.LEFT_KNEE), int(L.RIGHT_KNEE)]
_ANKLES = [int(L.LEFT_ANKLE), int(L.RIGHT_ANKLE)]
_HIPS = [int(L.LEFT_HIP), int(L.RIGHT_HIP)]
_SEEN = 0.5


def ranked(tracks: Sequence[Track], time: Floats, size: tuple[int, int]) -> list[Track]:
    """Everyone who was seen for a while, the most likely runner first.

    Parameters
    ----------
    tracks : sequence of Track
        Of `link`, in the upright frame.
    time : ndarray, shape (K,)
        Seconds of the passes.
    size : tuple of int
        Width and height of the upright frame.
    """
    # A single hit among many passes is a pattern on the wall as often as a person.
    real = [i for i in tracks if len(i.passes) >= min(2, time.size)]
    staying = [i for i in real if len(i.passes) >= PASSING * time.size] or real
    tallest = max((_height(i) for i in staying), default=0.0)
    return sorted(staying, key=lambda i: (-_score(i, time.size, tallest, size), i.passes[0]))[:MOST]


def describe(
    tracks: Sequence[Track], time: Floats, seconds: float, size: tuple[int, int], name: str
) -> tuple[Person, ...]:
    """Records of the people that `ranked` gave, numbered in that order; `seconds` is the length of what was looked at.

    Raises
    ------
    PostureError
        If there is nobody in the clip of that name.
    """
    if not tracks:
        raise HopelessError(
            f"no person was found in {name}; film the whole body in good light, at least a third of the picture high."
        )
    best = tracks[0]
    tallest = max(_height(i) for i in tracks)
    return tuple(
        Person(
            number=number,
            track=box_track_of(one, time, size),
            seen_s=seconds * len(one.passes) / time.size,
            height=_height(one) / size[1],
            whole=wholeness(one.detections, size),
            leg_motion=leg_motion(one.detections),
            score=_score(one, time.size, tallest, size),
            why=_why(one, best, time.size, size),
        )
        for number, one in enumerate(tracks, 1)
    )


def chosen(people: Sequence[Person], person: int | None, name: str) -> Person:
    """The runner: the first of `people`, or the one the user asked for.

    Raises
    ------
    PostureError
        If the user asked for somebody who was not seen.
    """
    if person is None:
        return people[0]
    if not 1 <= person <= len(people):
        seen = "only one person was seen" if len(people) == 1 else f"{len(people)} people were seen"
        raise HopelessError(f"there is no person {person} in {name}: {seen}; give --person 1 to {len(people)}.")
    return people[person - 1]


def notes_on(people: Sequence[Person], runner: Person, asked: bool, size: tuple[int, int]) -> tuple[str, ...]:
    """Sentences about doubtful choices, people too small, and people seen too little."""
    notes = []
    rivals = [
        p for p in people if p is not runner and p.score >= RIVAL * runner.score and p.height >= 0.6 * runner.height
    ]
    if rivals and not asked:
        others = ", ".join(f"--person {p.number} ({place(p, size)})" for p in rivals[:3])
        notes.append(
            f"{'several people' if len(rivals) > 1 else 'two people'} of similar size move like runners: "
            f"person {runner.number} ({place(runner, size)}) was chosen; give {others} to choose another."
        )
    share = float(runner.track.found.mean())
    if share < STABLE:
        notes.append(
            f"the chosen person was seen at {100 * share:.0f} % of the looks only"
            + ("; no one stays in the picture." if len(people) > 1 or share < STABLE / 2 else ".")
        )
    if runner.height < 0.4:
        notes.append(
            f"the runner is small, {100 * runner.height:.0f} % of the picture's height: go closer or zoom in until "
            "it is at least 40 %."
        )
    return tuple(notes)


def place(person: Person, size: tuple[int, int]) -> str:
    """Where to recognise a person, and when."""
    seen = person.track.found
    box = person.track.box[seen]
    x = 50 * float(np.median(box[:, 0] + box[:, 2])) / size[0]
    first, last = person.track.time[seen][[0, -1]]
    return f"at {np.clip(x, 0, 100):.0f} % of the width, {first:.0f} to {last:.0f} s"


def leg_motion(detections: Sequence[Detection]) -> float:
    """How far knees and ankles spread about their mean place under the hips, in trunk lengths.

    The passes are at irregular times, so that no cadence hides. Legs that were not seen do not move: 0.
    """
    spreads = []
    for joints in (_KNEES, _ANKLES):
        under = np.stack([(s.xy[joints] - s.xy[_HIPS].mean(axis=0)) / s.torso for s in detections])
        seen = np.stack([np.minimum(s.visibility[joints], s.presence[joints]) > _SEEN for s in detections])
        if seen.any(axis=1).sum() < max(2.0, 0.3 * len(detections)):
            continue
        points = np.where(seen[..., None], under, np.nan).reshape(-1, 2)
        points = points[np.isfinite(points[:, 0])]
        # Both legs share one mean: left and right are often confused from the side.
        deviation = np.linalg.norm(points - np.median(points, axis=0), axis=1)
        spreads.append(float(np.sqrt(np.mean(np.sort(deviation)[: max(1, int(0.9 * deviation.size))] ** 2))))
    return max(spreads, default=0.0)


def wholeness(detections: Sequence[Detection], size: tuple[int, int]) -> float:
    """0 to 1: mean visibility of hips, knees and ankles, 0 where they lie outside of the picture."""
    joints = _HIPS + _KNEES + _ANKLES
    xy = np.stack([s.xy[joints] for s in detections])
    inside = ((xy >= 0) & (xy < np.array(size))).all(axis=-1)
    visible = np.stack([s.visibility[joints] for s in detections])
    return float(np.where(inside, visible, 0.0).mean())


def _height(one: Track) -> float:
    return float(np.median([s.length for s in one.detections]))


def _score(one: Track, passes: int, tallest: float, size: tuple[int, int]) -> float:
    """Product of four qualities: one that is missing cannot be made up for by the others."""
    seen = len(one.passes) / passes
    large = min(_height(one) / tallest, 1.0)
    whole = wholeness(one.detections, size)
    legs = _like_running(leg_motion(one.detections))
    x = float(np.median([s.middle[0] for s in one.detections])) / size[0]
    central = 1.0 - abs(2.0 * x - 1.0)
    return float(
        seen**0.5 * large * (0.2 + 0.8 * whole) * (0.1 + 0.9 * legs) * (0.9 + 0.1 * np.clip(central, 0.0, 1.0))
    )


def _like_running(motion: float) -> float:
    return float(np.clip((motion - STANDING_LEGS) / (RUNNING_LEGS - STANDING_LEGS), 0.0, 1.0))


def _why(one: Track, best: Track, passes: int, size: tuple[int, int]) -> str:
    if one is best:
        moving = _like_running(leg_motion(one.detections)) >= 0.5
        legs = "with legs that move" if moving else "though the legs hardly move or are hidden"
        return f"chosen: seen in {len(one.passes)} of {passes} looks, {legs}."
    reasons = [
        text
        for text, holds in (
            ("seen less", len(one.passes) < 0.7 * len(best.passes)),
            ("smaller", _height(one) < 0.8 * _height(best)),
            ("cut off or hidden", wholeness(one.detections, size) < 0.8 * wholeness(best.detections, size)),
            (
                "legs move less",
                _like_running(leg_motion(one.detections)) < 0.7 * _like_running(leg_motion(best.detections)),
            ),
        )
        if holds
    ]
    return f"not chosen: {', '.join(reasons) or 'very similar, but less clear'}."
