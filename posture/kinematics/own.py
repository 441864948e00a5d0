"""Metrics that others add: by a decorator in a script, or by an entry point of an installed package."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import entry_points
from math import isfinite, nan
from typing import Literal, get_args

import numpy as np

from posture.errors import PostureError
from posture.kinematics.body import Body
from posture.kinematics.definition import NOWHERE, OBLIQUE
from posture.kinematics.definition import metric as define
from posture.kinematics.registry import COMPOSITES, METRICS, Formula
from posture.kinematics.types import ViewKind
from posture.landmarks import Landmark
from posture.series import Floats

#: Entry points of this group name modules whose import adds metrics.
GROUP = "posture.metrics"

Unit = Literal["deg", "torso", "shoulder", "%"]
Reduced = Literal["mean", "amplitude", "p95", "p05", "share"]

_ID = re.compile(r"[a-z][a-z0-9_]*")
#: Columns of the table of strides that are no metrics.
_TAKEN = frozenset(
    {
        "start",
        "end",
        "first",
        "last",
        "segment",
        "duration",
        "gait",
        "valid_fraction",
        "signal",
        "kept",
        "reason",
        "view",
        "yaw",
        "time",
        "stride",
        "contact",
        "toe_off",
    }
)


def metric(
    id: str,
    *,
    label: str,
    unit: Unit,
    positive: str,
    landmarks: Iterable[Landmark],
    floor: float,
    plain: str,
    views: Iterable[ViewKind] = (ViewKind.SIDE,),
    reduction: Reduced = "mean",
    absolute_error: float = nan,
    speed_dependent: bool = False,
    source: str = "of your own",
) -> Callable[[Formula], Formula]:
    """Add a metric of your own, for this process; the function below computes it.

    From then on it has a column in every table, a floor, a verdict, a curve and a row in every report, like any other.
    The same id again replaces it, as when a cell of a notebook is run twice.

    Parameters
    ----------
    id : str
        Name of its column: small letters, digits and underscores.
    label : str
        Name for people.
    unit : {'deg', 'torso', 'shoulder', '%'}
        Degrees, torso lengths, shoulder widths or percent.
    positive : str
        What a larger value means, in a few words.
    landmarks : iterable of Landmark
        What it rests on: it is withheld where these are not seen.
    floor : float
        Smallest change within one recording that counts as real, in ``unit``: from your own repeated measurements, as
        the minimal detectable change.
    plain : str
        One sentence for a runner.
    views : iterable of ViewKind
        Where the camera may stand; a metric of the side gets its change from oblique views, too.
    reduction : str
        How a stride's frames become one number: ``mean``, ``amplitude`` (peak to peak of a two-harmonic fit), ``p95``,
        ``p05`` or ``share`` (percentage of the frames below zero).
    absolute_error : float
        Typical error of the absolute value, in ``unit``; NaN where it is not known.
    speed_dependent : bool
        Whether running faster alone changes it.
    source : str
        Where formula and floor come from.

    Returns
    -------
    callable
        Takes the function and gives it back. The function takes a :class:`~posture.kinematics.body.Body` and returns
        an array of shape (T,), NaN where not seen.

    Raises
    ------
    PostureError
        If the id is one of the program's or no name of a column, if the floor is not above zero, if there is no
        landmark, or if unit or reduction is another.

    Examples
    --------
    >>> from posture.kinematics import Body, L, metric
    >>> @metric(
    ...     "head_over_hip", label="Head over hip", unit="torso", positive="the head is higher above the hips",
    ...     landmarks=(L.LEFT_EAR, L.LEFT_HIP), floor=0.05, plain="How far your head is above your hips.",
    ... )  # doctest: +SKIP
    ... def head_over_hip(body: Body):
    ...     return (body.ear - body.hip)[:, 1] / body.torso
    """
    points = tuple(landmarks)
    _check(id, unit, reduction, floor, points)
    where = _kinds(id, views)
    defined = define(
        id,
        label,
        unit,
        positive,
        landmarks=points,
        views=where,
        trend_views=OBLIQUE - where if ViewKind.SIDE in where else NOWHERE,
        reduction=reduction,
        floor=floor,
        absolute_error=absolute_error,
        flag=floor,
        strong=2 * floor,
        speed_dependent=speed_dependent,
        plain=plain,
        source=source,
    )

    def add(formula: Formula) -> Formula:
        METRICS.add(defined, formula)
        return formula

    return add


def _check(id: str, unit: str, reduction: str, floor: float, landmarks: tuple[Landmark, ...]) -> None:
    if not _ID.fullmatch(id):
        raise PostureError(f"'{id}' cannot name a metric; use small letters, digits and underscores.")
    if id in COMPOSITES or id in _TAKEN or (id in METRICS and id not in METRICS.formulas):
        raise PostureError(f"'{id}' is a name of the program's own; choose another one for your metric.")
    if not (isfinite(floor) and floor > 0):
        raise PostureError(f"The metric '{id}' needs a floor above 0 {unit}: the smallest change that counts as real.")
    if not landmarks:
        raise PostureError(f"The metric '{id}' needs the landmarks that it rests on.")
    for value, known in ((unit, get_args(Unit)), (reduction, get_args(Reduced))):
        if value not in known:
            raise PostureError(f"The metric '{id}' cannot have '{value}'; choose one of {', '.join(known)}.")


def _kinds(id: str, views: Iterable[ViewKind]) -> frozenset[ViewKind]:
    try:
        where = frozenset(ViewKind(view) for view in views)
    except ValueError:
        where = frozenset()
    if not where or ViewKind.UNKNOWN in where:
        known = ", ".join(kind for kind in ViewKind if kind is not ViewKind.UNKNOWN)
        raise PostureError(f"The metric '{id}' needs a list of views from which it is measured; choose of {known}.")
    return where


def columns(body: Body) -> dict[str, Floats]:
    """What the metrics of others are in each frame, of those that the view supports.

    Raises
    ------
    PostureError
        If a formula fails, or gives anything but one number a frame.
    """
    kind = body.view.kind
    wanted = {
        id: formula for id, formula in METRICS.formulas.items() if kind in METRICS[id].views | METRICS[id].trend_views
    }
    return {id: _computed(id, formula, body) for id, formula in wanted.items()}


def _computed(id: str, formula: Formula, body: Body) -> Floats:
    try:
        column = np.asarray(formula(body), float)
    except Exception as error:
        raise PostureError(
            f"The metric '{id}' cannot be computed ({type(error).__name__}: {error}); mend it."
        ) from error
    if column.shape != body.series.time.shape:
        raise PostureError(
            f"The metric '{id}' gives an array of shape {column.shape} instead of {body.series.time.shape}, "
            "one number a frame; mend it."
        )
    return column


@cache
def load_installed() -> None:
    """Import what installed packages name as metrics, once.

    Raises
    ------
    PostureError
        If one of them cannot be imported.
    """
    for entry in entry_points(group=GROUP):
        try:
            entry.load()
        except Exception as error:
            owner = entry.dist.name if entry.dist else entry.value
            raise PostureError(
                f"The metrics of the package '{owner}' cannot be loaded ({type(error).__name__}: {error}); "
                "mend or uninstall it."
            ) from error
