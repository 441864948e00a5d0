"""Every metric of the program, defined once.

Formulas, floors and thresholds come from the project's review of the literature ("method": METHOD.md, with its
section); floors are engineering judgement from published errors and natural spread, and are labelled so in
the documentation. Absolute errors and responses were measured on rendered runners with known truth, per stride,
at 30 frames/s with the full model: the largest of the clips' biases, rounded up, and seen change over true change
where the true change passes half the floor; responses with a spread between runners were measured on filmed ones whose
pixels were bent by known amounts (method 2.3). They are stated, and widen what is claimed, but never correct a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from posture.kinematics.body import Body
from posture.kinematics.definition import ALL, EARS, NEAR_ARM, NOWHERE, OBLIQUE, SIDE, TRUNK, metric
from posture.kinematics.metrics_arms import ARMS
from posture.kinematics.metrics_legs import LEG
from posture.kinematics.metrics_trunk import HEAD_AND_TRUNK, LEVELS
from posture.kinematics.types import Headline, Metric
from posture.landmarks import L
from posture.series import Floats

#: A metric of somebody else: one value a frame, in the metric's unit, from the runner's points.
Formula = Callable[[Body], Floats]


class Registry(Mapping[str, Metric]):
    """Metrics by id, in the order in which tables show them; the program's own, and after them those of others.

    Parameters
    ----------
    metrics : iterable of Metric
        The program's own.
    """

    def __init__(self, *metrics: Metric) -> None:
        self._metrics = {metric.id: metric for metric in metrics}
        self._formulas: Mapping[str, Formula] = {}

    def __getitem__(self, id: str) -> Metric:
        return self._metrics[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    @property
    def formulas(self) -> Mapping[str, Formula]:
        """What computes the metrics of others, by id."""
        return self._formulas

    def add(self, metric: Metric, formula: Formula) -> None:
        """Take in a metric of somebody else, or replace one of the same id that was taken in before."""
        # Whole and anew: another thread may be reading the former ones.
        self._metrics = {**self._metrics, metric.id: metric}
        self._formulas = {**self._formulas, metric.id: formula}


class Part(Mapping[str, Metric]):
    """Those metrics of a registry that something holds for, as many as it has at the time.

    Parameters
    ----------
    whole : Registry
    belongs : callable
        Whether a metric is one of them.
    """

    def __init__(self, whole: Registry, belongs: Callable[[Metric], bool]) -> None:
        self._whole, self._belongs = whole, belongs

    def __getitem__(self, id: str) -> Metric:
        metric = self._whole[id]
        if not self._belongs(metric):
            raise KeyError(id)
        return metric

    def __iter__(self) -> Iterator[str]:
        return (id for id, metric in self._whole.items() if self._belongs(metric))

    def __len__(self) -> int:
        return sum(1 for _ in self)


_STRIDE = (
    metric(
        "cadence",
        "Cadence",
        "steps/min",
        "more steps a minute",
        landmarks=(L.LEFT_ANKLE, L.RIGHT_ANKLE),
        views=ALL,
        trend_views=NOWHERE,
        reduction="stride",
        floor=3.0,
        absolute_error=1.0,
        response=1.0,
        flag=-0.03,
        strong=-0.05,
        relative=True,
        speed_dependent=True,
        plain="Steps a minute.",
        source="method 1.5; floor 2.4; counted from the time of strides, so it responds in full",
    ),
    metric(
        "vert_osc",
        "Bounce",
        "torso",
        "the hips rise and fall more",
        landmarks=TRUNK,
        views=ALL,
        trend_views=NOWHERE,
        reduction="stride",
        floor=0.02,
        absolute_error=0.12,
        response=0.99,
        response_spread=0.05,
        flag=0.1,
        strong=0.2,
        relative=True,
        speed_dependent=True,
        least_rate=20.0,
        plain="How far your hips rise and fall with each step.",
        source="method 1.5; floor 2.4; estimators' hips follow the thigh: 0.09 to 0.27 read, 0.19 true; at 15 frames/s "
        "the low-pass of method 4 takes a tenth of what repeats with every step, at 10 a third",
    ),
)

#: Indices made of changes of several metrics (``composite``): no column, but floors and words like any metric.
COMPOSITES: Mapping[str, Metric] = MappingProxyType(
    {
        m.id: m
        for m in (
            metric(
                "tension_idx",
                "Arm tension",
                "MDC",
                "arms and shoulders are held more tensely",
                landmarks=TRUNK + NEAR_ARM[1:],
                views=SIDE,
                trend_views=OBLIQUE,
                reduction="stride",
                floor=1.0,
                absolute_error=1.0,
                flag=1.0,
                strong=2.0,
                headline=Headline.ARM_TENSION,
                plain="Less swing, a tighter elbow, higher shoulders or hands together; tension itself is inferred.",
                source="method 1.4",
            ),
            metric(
                "slouch_idx",
                "Slouch",
                "MDC",
                "the upper body slumps",
                landmarks=EARS + TRUNK,
                views=SIDE,
                trend_views=OBLIQUE,
                reduction="stride",
                floor=1.0,
                absolute_error=1.0,
                flag=3.0,
                strong=6.0,
                headline=Headline.SHOULDER_SLUMP,
                plain="Neck, head and trunk together, where their pattern is a slump and not a lean.",
                source="method 1.3",
            ),
        )
    }
)
#: All metrics by id, in the order in which tables show them.
METRICS = Registry(*HEAD_AND_TRUNK, *LEVELS, *ARMS, *_STRIDE, *LEG)
#: What the program is for: head, trunk, arms and rhythm, and what others add. Answers and findings are made of these.
CARRIAGE = Part(METRICS, lambda metric: metric.family != "legs")
#: The legs: what a video shows of them besides, told behind all of that.
LEGS = Part(METRICS, lambda metric: metric.family == "legs")
#: What tells a headline, the first that was measured; so that it is one metric a view, whatever changed.
HEADLINE_METRICS: Mapping[Headline, tuple[str, ...]] = MappingProxyType(
    {
        Headline.HEAD_FORWARD: ("ear_hip", "neck_trunk"),
        Headline.SHOULDER_SLUMP: ("trunk_lean", "protraction", "shrug_v"),
        Headline.ARM_HEIGHT: ("wrist_h", "wrist_h_p95", "elbow_flex"),
        Headline.ARM_TENSION: ("upper_arm_amp", "elbow_rom"),
    }
)
