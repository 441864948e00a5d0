"""Is the camera well placed? What the runner should move before the session begins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from posture.kinematics import find_view
from posture.kinematics.types import ViewKind
from posture.landmarks import L
from posture.report.text import view as say_view
from posture.series import PoseSeries
from posture.viewpoints import ViewName

#: Height of the body over the height of the picture: below, a degree of trunk lean is less than half a pixel in a
#: picture of 480 lines; above, a stride leaves the picture.
SMALLEST, LARGEST = 0.4, 0.92
#: Mean grey levels of the runner, 0 to 255, between which an estimator sees well.
DARKEST, BRIGHTEST = 50.0, 215.0
#: Degrees of tilt that are worth levelling the camera: 1 degree is 1 degree in every absolute angle (method 1.0).
MOST_TILT = 3.0
#: Pictures a second with which strides are found: every third one of a usual camera, and a tenth for unevenness.
SLOWEST = 9.0
#: Share of the frames in which the runner, and each end of the body, must be seen.
_MOST = 0.8
_ENDS = (L.NOSE, L.LEFT_ANKLE, L.RIGHT_ANKLE)


class Item(StrEnum):
    """What is checked."""

    PEOPLE = "people"
    BODY = "whole body"
    DISTANCE = "distance"
    VIEW = "view"
    LIGHT = "light"
    TILT = "tilt"
    RATE = "pictures"


@dataclass(frozen=True)
class Line:
    """One line of the check.

    Attributes
    ----------
    item : Item
    good : bool or None
        None where it cannot be told; that holds nothing up.
    text : str
        What is seen, or what to move.
    """

    item: Item
    good: bool | None
    text: str


@dataclass(frozen=True)
class SetUp:
    """All lines of the check."""

    lines: tuple[Line, ...]

    @property
    def good(self) -> bool:
        """Whether the session can begin: nothing is to be mended."""
        return all(line.good is not False for line in self.lines)

    @property
    def usable(self) -> bool:
        """Whether a runner can be followed at all."""
        return all(line.good is not False for line in self.lines if line.item is Item.BODY)


def check(
    series: PoseSeries, view: ViewName | None, brightness: float, tilt: float, people: int = 0, *, behind: bool = False
) -> SetUp:
    """Check the newest poses.

    Parameters
    ----------
    series : PoseSeries
        Poses of the last seconds, as they came.
    view : str or None
        Where the user says the camera stands.
    brightness : float
        Mean grey level of the runner, 0 to 255; NaN where not known.
    tilt : float
        Degrees by which the picture seems to be turned clockwise; NaN where not known.
    people : int
        In the picture, where somebody counted; else 0.
    behind : bool
        Whether this machine leaves out pictures to keep up.
    """
    if not series.seen.mean() >= _MOST:
        nobody = Line(Item.BODY, False, "Nobody is seen for long enough: step into the picture.")
        return SetUp((nobody, *(Line(item, None, "") for item in (Item.DISTANCE, Item.VIEW)), _light(brightness)))
    first = (_body(series), *_people(people), _distance(series), _view(series, view))
    return SetUp((*first, _light(brightness), _tilt(tilt), _rate(series, behind)))


def _people(people: int) -> tuple[Line, ...]:
    """Told only where there is somebody to choose from."""
    if people < 2:
        return ()
    text = f"{people} people are in the picture: take the next person, or go on with the one that is marked."
    return (Line(Item.PEOPLE, False, text),)


def _body(series: PoseSeries) -> Line:
    wide, high = series.size
    xy = series.xy[:, list(_ENDS)]
    inside = (xy[..., 0] >= 0) & (xy[..., 0] < wide) & (xy[..., 1] >= 0) & (xy[..., 1] < high)
    head, *ankles = inside.mean(axis=0)
    if head < _MOST:
        return Line(Item.BODY, False, "The head leaves the picture: move the camera back or tip it up.")
    if max(ankles) < _MOST:
        return Line(Item.BODY, False, "The feet leave the picture: move the camera back or tip it down.")
    return Line(Item.BODY, True, "The whole body is in the picture.")


def _distance(series: PoseSeries) -> Line:
    y = series.xy[series.seen][:, :, 1]
    share = float(np.median(np.nanmax(y, axis=1) - np.nanmin(y, axis=1))) / series.size[1]
    if share < SMALLEST:
        return Line(Item.DISTANCE, False, f"You fill only {share:.0%} of the height: bring the camera closer.")
    if share > LARGEST:
        return Line(Item.DISTANCE, False, f"You fill {share:.0%} of the height: move the camera back.")
    return Line(Item.DISTANCE, True, f"You fill {share:.0%} of the picture's height.")


def _view(series: PoseSeries, view: ViewName | None) -> Line:
    seen = find_view(series, view)
    if seen.kind is ViewKind.UNKNOWN:
        return Line(Item.VIEW, None, "The view is not clear yet.")
    if contradicted(series, view):
        found = say_view(find_view(series))
        return Line(Item.VIEW, False, f"You said {view}, but you are {found}. What is seen counts.")
    if seen.kind is ViewKind.OBLIQUE:
        return Line(Item.VIEW, False, f"The camera looks at an angle ({seen.yaw:.0f}°): put it square to your side.")
    return Line(Item.VIEW, True, f"{say_view(seen).capitalize()}.")


def contradicted(series: PoseSeries, view: ViewName | None) -> bool:
    """Whether the poses show another view than the user named: a side for front or rear, or the other way round.

    Parameters
    ----------
    series : PoseSeries
    view : str or None
        What the user named.
    """
    found = find_view(series).kind
    if view is None or found in (ViewKind.UNKNOWN, ViewKind.OBLIQUE):
        return False
    return (view in ("left", "right")) is not (found is ViewKind.SIDE)


def _light(brightness: float) -> Line:
    if np.isnan(brightness):
        return Line(Item.LIGHT, None, "")
    if brightness < DARKEST:
        return Line(Item.LIGHT, False, "It is too dark: put more light on yourself.")
    if brightness > BRIGHTEST:
        return Line(Item.LIGHT, False, "It is too bright: turn the camera away from the window or lamp.")
    return Line(Item.LIGHT, True, "The light is good.")


def _tilt(tilt: float) -> Line:
    if np.isnan(tilt):
        return Line(Item.TILT, None, "No straight lines in the room show whether the camera is level.")
    if abs(tilt) > MOST_TILT:
        way = "clockwise" if tilt > 0 else "anticlockwise"
        return Line(Item.TILT, False, f"The camera is tilted by {abs(tilt):.0f}°: turn it {way}, seen from behind it.")
    return Line(Item.TILT, True, "The camera is level.")


def _rate(series: PoseSeries, behind: bool) -> Line:
    """Of all pictures that were looked at, gaps included: uneven times cost as much as few pictures."""
    if len(series) < 2:
        return Line(Item.RATE, None, "")
    rate = (len(series) - 1) / float(series.time[-1] - series.time[0])
    if rate < SLOWEST:
        if behind:
            text = f"Only {rate:.0f} pictures a second are looked at: close other programs, or take the lite model."
        else:
            text = f"The camera gives only {rate:.0f} pictures a second: give it more light, or another mode."
        return Line(Item.RATE, False, text)
    return Line(Item.RATE, True, f"{rate:.0f} pictures a second.")
