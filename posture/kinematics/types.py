"""What a metric is, from where the camera looks, and the metrics of one clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posture.landmarks import Landmark
from posture.series import Floats
from posture.viewpoints import Side

_ARMS = frozenset({Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW, Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST})


class ViewKind(StrEnum):
    """Where the camera stands."""

    SIDE = "side"
    OBLIQUE = "oblique"
    FRONT = "front"
    REAR = "rear"
    UNKNOWN = "unknown"


class Headline(StrEnum):
    """The four rows that every summary leads with."""

    HEAD_FORWARD = "Head forward"
    SHOULDER_SLUMP = "Shoulder slump"
    ARM_HEIGHT = "Arm height"
    ARM_TENSION = "Arm tension"


#: How a metric's frames become one number per stride.
#: ``mean``; ``amplitude``: peak to peak of a two-harmonic fit; ``p95``; ``p05``;
#: ``share``: percentage of the stride's frames in which the value is below zero;
#: ``stride``: made per stride by the stride stage itself (cadence, vertical oscillation);
#: ``contact``, ``toe_off``: the value at that event of the near foot; ``swing``: the largest while it is in the air;
#: ``event``: the time of such events themselves.
Reduction = Literal["mean", "amplitude", "p95", "p05", "share", "stride", "contact", "toe_off", "swing", "event"]
Family = Literal["side", "front", "exploratory", "legs"]


@dataclass(frozen=True)
class Metric:
    """One metric, defined once; tables, plots, reports and rules all read it here.

    Attributes
    ----------
    id : str
        Column name.
    label : str
        Name for people.
    unit : str
        ``deg``, ``torso`` (torso lengths), ``leg`` (leg lengths), ``shoulder`` (shoulder widths), ``%``, ``ms``,
        ``steps/min``, ``SPARC`` or ``MDC``.
    positive : str
        What a larger value means, in a few words.
    landmarks : tuple of Landmark
        The landmarks it rests on; left ones stand for the near side's where the metric uses the near side.
    views : frozenset of ViewKind
        Views in which it is measured.
    trend_views : frozenset of ViewKind
        Views in which only its change means anything, at half the confidence.
    reduction : str
        How a stride's frames become one number.
    floor : float
        Minimal detectable change within one recording, in ``unit``.
    relative_floor : float
        The same as a fraction of the baseline; the larger of the two counts. 0 where there is none.
    absolute_error : float
        Typical error of the absolute value, in ``unit``.
    response : float
        Measured seen change divided by true change; NaN where there is no truth to measure it against.
    response_spread : float
        Its standard deviation between runners; 0 where fewer than five were measured.
    flag, strong : float
        Signed changes worth a flag, and worth a strong one; in ``unit``, or fractions of the baseline if
        ``relative``.
    relative : bool
        Whether ``flag`` and ``strong`` are fractions of the baseline.
    family : str
        ``side`` or ``front``: member of the primary family tested together; ``legs``: of what is told of the legs,
        behind everything else; ``exploratory`` else.
    speed_dependent : bool
        Whether running faster alone changes it.
    headline : Headline or None
        The headline row that rests on it.
    plain : str
        One sentence for a runner.
    source : str
        Where formula and thresholds come from.
    amber, red : (low, high) or None
        Bands of the absolute value, in ``unit``: outside ``amber`` is worth a note, outside ``red`` a level
        finding. None where no level is judged.
    neutral : (low, high) or None
        Levels that need no change, in ``unit``: ``turn`` counts a change only away from them. None where the
        absolute value is too biased to tell, so that the direction of a change is all that is known.
    least_rate : float
        Frames per second below which it is withheld, for the clip or for a stride; 0 where any do.
    signal : str
        Id of the metric whose frames it is reduced from, where those are another's in some view; empty where its own.
    noise_driven : bool
        Whether noise alone moves it as true changes do: it gets a value and no verdict.
    """

    id: str
    label: str
    unit: str
    positive: str
    landmarks: tuple[Landmark, ...]
    views: frozenset[ViewKind]
    trend_views: frozenset[ViewKind]
    reduction: Reduction
    floor: float
    relative_floor: float
    absolute_error: float
    response: float
    response_spread: float
    flag: float
    strong: float
    relative: bool
    family: Family
    speed_dependent: bool
    headline: Headline | None
    plain: str
    source: str
    amber: tuple[float, float] | None = None
    red: tuple[float, float] | None = None
    neutral: tuple[float, float] | None = None
    least_rate: float = 0.0
    noise_driven: bool = False
    signal: str = ""

    @property
    def least_response(self) -> float:
        """Share of a true change that is seen of one more runner at least, 0 to 1; 1 where no response is known.

        One-sided 95 % prediction from eight runners: Student's t of 7 degrees of freedom times the root of 9/8. From
        thirteen it would be 1.85 SD, from five 2.3.
        """
        return self._share(self.response - 2.0 * self.response_spread)

    @property
    def usual_response(self) -> float:
        """Share of a true change that is seen of the mean runner, 0 to 1; 1 where no response is known."""
        return self._share(self.response)

    @staticmethod
    def _share(response: float) -> float:
        return 1.0 if isnan(response) else min(max(response, 0.0), 1.0)

    @property
    def is_posture(self) -> bool:
        """Whether it tells how head or trunk is held: a mean over the stride that no arm goes into."""
        return self.reduction == "mean" and _ARMS.isdisjoint(self.landmarks)

    def without_levels(self) -> Metric:
        """The same where only its change means anything: no level is judged, and none is neutral."""
        return replace(self, amber=None, red=None, neutral=None)


@dataclass(frozen=True, eq=False)
class View:
    """Where the camera stands, for the clip and for each frame.

    Attributes
    ----------
    kind : ViewKind
        The view of most of the clip.
    yaw : float
        Degrees: 0 is a pure side view, 90 a pure front or rear view. Median over the frames of ``kind``.
    near : {'left', 'right', None}
        The runner's side that faces the camera; None from the front and from behind.
    facing : int
        +1 if the runner faces the right edge of the picture, -1 if the left edge; 0 from the front and behind.
    frame_kind : ndarray of str, shape (T,)
        View of each frame (constant over a window of about a stride or more).
    frame_yaw : ndarray, shape (T,)
        Degrees, of each frame, signed: 0 is the near side's pure view, 90 the front, -90 the back. Its size is the yaw
        except beyond the front or the back, where it goes on past 90.
    frame_facing : ndarray of int, shape (T,)
    confidence : float
        0 to 1: share of the usable frames that agree with ``kind`` and ``facing``.
    """

    kind: ViewKind
    yaw: float
    near: Side | None
    facing: int
    frame_kind: NDArray[np.str_]
    frame_yaw: Floats
    frame_facing: NDArray[np.int_]
    confidence: float


@dataclass(frozen=True, eq=False)
class Metrics:
    """The metrics of one clip, frame by frame.

    Attributes
    ----------
    time : ndarray, shape (T,)
    values : mapping of str to ndarray, shape (T,)
        By metric id, in the metric's unit; NaN where it was not seen or where the view cannot support it.
        Where the reduction is ``stride`` the column is the signal that the stride stage reduces: ``vert_osc``
        the height of mid-hip above its usual height (torso lengths), ``smooth`` the speed of the near wrist
        (torso lengths/s); ``cadence`` has none.
    withheld : mapping of str to str
        By metric id: the reason why a metric of this program is not given at all for this clip.
    trend_only : frozenset of str
        Ids of metrics of which only the change means anything here.
    """

    time: Floats
    values: Mapping[str, Floats]
    withheld: Mapping[str, str]
    trend_only: frozenset[str]
