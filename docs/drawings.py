"""Each metric as a drawing: a runner, and on it what is measured. The dashed line is what it is measured against."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Point = tuple[float, float]

SIDE: dict[str, Point] = {
    "ear": (122, 48), "nose": (143, 56), "shoulder": (106, 90), "hip": (92, 158), "elbow": (80, 122),
    "wrist": (112, 132), "knee": (114, 198), "ankle": (96, 240), "toe": (116, 244), "far_knee": (112, 196),
    "far_ankle": (62, 208), "far_toe": (54, 222),
}  # fmt: skip
#: The same runner as the near foot lands, and as it leaves the ground.
LANDING = {
    **SIDE,
    "knee": (122, 192),
    "ankle": (130, 238),
    "toe": (152, 236),
    "far_knee": (104, 200),
    "far_ankle": (58, 190),
}
PUSH_OFF = {
    **SIDE,
    "knee": (84, 206),
    "ankle": (56, 232),
    "toe": (70, 248),
    "far_knee": (128, 182),
    "far_ankle": (112, 222),
}
FRONT: dict[str, Point] = {
    "head": (110, 44), "ear_r": (94, 46), "ear_l": (126, 50), "shoulder_r": (76, 86), "shoulder_l": (144, 92),
    "elbow_r": (58, 128), "elbow_l": (164, 130), "wrist_r": (92, 132), "wrist_l": (132, 112), "hip_r": (92, 160),
    "hip_l": (128, 163), "knee_r": (90, 202), "knee_l": (130, 198), "ankle_r": (92, 244), "ankle_l": (126, 222),
}  # fmt: skip
_SIDE_BONES = (
    ("hip", "far_knee"), ("far_knee", "far_ankle"), ("far_ankle", "far_toe"), ("shoulder", "ear"), ("shoulder", "hip"),
    ("hip", "knee"), ("knee", "ankle"), ("ankle", "toe"), ("shoulder", "elbow"), ("elbow", "wrist"),
)  # fmt: skip
_FRONT_BONES = (
    ("shoulder_r", "shoulder_l"), ("hip_r", "hip_l"), ("shoulder_r", "hip_r"), ("shoulder_l", "hip_l"),
    ("shoulder_r", "elbow_r"), ("elbow_r", "wrist_r"), ("shoulder_l", "elbow_l"), ("elbow_l", "wrist_l"),
    ("hip_r", "knee_r"), ("knee_r", "ankle_r"), ("hip_l", "knee_l"), ("knee_l", "ankle_l"),
)  # fmt: skip
_MEASURED = "#d55e00"


def line(a: Point, b: Point, *, dashed: bool = False) -> str:
    how = 'stroke-width="1.6" stroke-dasharray="4 3"' if dashed else 'stroke-width="3"'
    return f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}" stroke="{_MEASURED}" {how}/>'


def arc(at: Point, first: float, last: float, radius: float = 38.0) -> str:
    """From one direction to another, degrees clockwise from upright, the shorter way."""
    ends = [
        (at[0] + radius * math.sin(math.radians(a)), at[1] - radius * math.cos(math.radians(a))) for a in (first, last)
    ]
    sweep = int((last - first) % 360 < 180)
    (x1, y1), (x2, y2) = ends
    path = f"M{x1:.1f} {y1:.1f}A{radius} {radius} 0 0 {sweep} {x2:.1f} {y2:.1f}"
    return f'<path d="{path}" fill="none" stroke="{_MEASURED}" stroke-width="2"/>'


def direction(a: Point, b: Point) -> float:
    return math.degrees(math.atan2(b[0] - a[0], a[1] - b[1]))


def middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def beyond(a: Point, b: Point, share: float) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def lean(a: Point, b: Point) -> str:
    """A line against the upright."""
    long = math.dist(a, b)
    up = (a[0], a[1] - 1.05 * long)
    return line(a, up, dashed=True) + line(a, b) + arc(a, 0.0, direction(a, b), 0.7 * long)


def bend(a: Point, b: Point, c: Point) -> str:
    """The angle between two lines: how far the second leaves the first one's direction."""
    far = beyond(a, b, 1.7)
    return line(a, b) + line(b, far, dashed=True) + line(b, c) + arc(b, direction(a, b), direction(b, c), 24.0)


def level(a: Point, b: Point) -> str:
    """A line against the horizontal."""
    left, right = sorted((a, b))
    flat = (right[0] + 8, left[1])
    return line(left, flat, dashed=True) + line(a, b)


def away(point: Point, a: Point, b: Point) -> str:
    """How far a point is from a line."""
    share = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / math.dist(a, b) ** 2
    foot = beyond(a, b, share)
    return line(a, beyond(a, b, max(share, 1.0) + 0.1), dashed=True) + line(foot, point)


def height(low: Point, high: Point) -> str:
    """How far one point is above another."""
    x = max(low[0], high[0]) + 22
    flat = "".join(line(p, (x + 5, p[1]), dashed=True) for p in (low, high))
    return flat + line((x, low[1]), (x, high[1]))


def across(a: Point, b: Point) -> str:
    """How far two points are apart from side to side."""
    y = max(a[1], b[1]) + 14
    return "".join(line(p, (p[0], y + 4), dashed=True) for p in (a, b)) + line((a[0], y), (b[0], y))


def swing(about: Point, at: Point, spread: float) -> str:
    """How far a line swings."""
    long, mean = math.dist(about, at), direction(about, at)
    ends = [mean - spread, mean + spread]
    tips = [(about[0] + long * math.sin(math.radians(a)), about[1] - long * math.cos(math.radians(a))) for a in ends]
    return "".join(line(about, tip, dashed=True) for tip in tips) + line(about, at) + arc(about, *ends, 0.8 * long)


def path(points: Sequence[Point]) -> str:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{told}" fill="none" stroke="{_MEASURED}" stroke-width="3"/>'


def _wave(left: float, right: float, y: float, size: float, waves: int) -> list[Point]:
    steps = 60
    return [
        (left + (right - left) * i / steps, y + size * math.sin(2 * math.pi * waves * i / steps))
        for i in range(steps + 1)
    ]


S, F, _LAND, _PUSH = SIDE, FRONT, LANDING, PUSH_OFF
_ARM = ("shoulder", "elbow", "wrist")
_MIDLINE = (middle(F["hip_r"], F["hip_l"]), middle(F["shoulder_r"], F["shoulder_l"]))
_GROUND = line((40, 250), (180, 250), dashed=True)
#: By metric: the view it is drawn in, and what is drawn on the runner.
MARKS: dict[str, tuple[str, str]] = {
    "trunk_lean": ("side", lean(S["hip"], S["shoulder"])),
    "neck_incl": ("side", lean(S["shoulder"], S["ear"])),
    "neck_trunk": ("side", bend(S["hip"], S["shoulder"], S["ear"])),
    "ear_hip": ("side", lean(S["hip"], S["ear"])),
    "head_fwd": ("side", away(S["ear"], S["hip"], S["shoulder"])),
    "head_pitch": ("side", line(S["ear"], (S["ear"][0] + 34, S["ear"][1]), dashed=True) + line(S["ear"], S["nose"])),
    "protraction": ("side", away(S["shoulder"], S["hip"], S["ear"])),
    "shrug_v": ("side", height(S["shoulder"], S["ear"])),
    "head_tilt": ("front", level(F["ear_r"], F["ear_l"])),
    "shoulder_obliquity": ("front", level(F["shoulder_r"], F["shoulder_l"])),
    "lat_lean": ("front", lean((110, 162), (116, 89))),
    "pelvis_obl": ("front", level(F["hip_r"], F["hip_l"])),
    "sh_yaw_amp": ("front", across(F["shoulder_r"], F["shoulder_l"])),
    "elbow_flex": ("side", bend(S["shoulder"], S["elbow"], S["wrist"])),
    "elbow_rom": ("side", swing(S["elbow"], S["wrist"], 22)),
    "upper_arm": ("side", line(S["shoulder"], (106, 134), dashed=True) + line(S["shoulder"], S["elbow"])),
    "upper_arm_amp": ("side", swing(S["shoulder"], S["elbow"], 26)),
    "wrist_h": ("side", height(S["hip"], S["wrist"])),
    "wrist_h_p95": ("side", height(S["hip"], (124, 104)) + line(S["wrist"], (124, 104), dashed=True)),
    "wrist_ap_amp": ("side", across((72, 140), (136, 140))),
    "wrist_trunk_d": ("side", away(S["wrist"], S["hip"], S["shoulder"])),
    "elbow_width": ("front", across(F["elbow_r"], F["shoulder_r"])),
    "wrist_width": ("front", line(*_MIDLINE, dashed=True) + line(F["wrist_r"], (112, F["wrist_r"][1]))),
    "weave": ("front", line(*_MIDLINE, dashed=True) + line((80, 132), (108, 132)) + across((80, 132), (108, 132))),
    "cross_frac": ("front", line(*_MIDLINE, dashed=True) + line(F["wrist_l"], (104, 116))),
    "cross_depth": ("front", line(*_MIDLINE, dashed=True) + line((114, 116), (100, 116))),
    "arm_asym": ("front", "".join(path([F[f"{joint}_{side}"] for joint in _ARM]) for side in "rl")),
    "smooth": ("side", path(_wave(70, 150, 134, 10, 1))),
    "cadence": ("side", _GROUND + "".join(line((x, 246), (x, 254)) for x in (60, 100, 140))),
    "overstride": ("landing", across(_LAND["hip"], _LAND["ankle"])),
    "shank_ic": ("landing", lean(_LAND["ankle"], _LAND["knee"])),
    "knee_ic": ("landing", bend(_LAND["hip"], _LAND["knee"], _LAND["ankle"])),
    "thigh_to": ("push_off", line(_PUSH["hip"], (92, 208), dashed=True) + line(_PUSH["hip"], _PUSH["knee"])),
    "knee_swing": ("landing", bend(_LAND["hip"], _LAND["far_knee"], _LAND["far_ankle"])),
    "contact_time": ("landing", _GROUND + line((60, 250), (100, 250)) + line((130, 250), (170, 250))),
    "flight_time": ("landing", _GROUND + line((100, 250), (130, 250))),
    "duty_factor": ("landing", _GROUND + line((60, 250), (100, 250))),
    "vert_osc": ("side", path(_wave(50, 150, 158, 6, 2))),
}  # fmt: skip

#: By metric: what it is easily taken for.
IS_NOT = {
    "trunk_lean": "the curve of the back: a straight and a rounded one can lean alike",
    "neck_incl": "the craniovertebral angle; shoulders that round forward make it smaller",
    "neck_trunk": "an angle between vertebrae",
    "ear_hip": "able to tell the head from the upper back: both bring it forward",
    "head_fwd": "a length in space; shoulders that round forward make it smaller",
    "head_pitch": "where the eyes look; its base is short, so the value itself means nothing",
    "protraction": "the position of the shoulder blade: a slumped chest moves it as well",
    "shrug_v": "able to tell raised shoulders from a head that sinks",
    "head_tilt": "a sign of anything by itself: small tilts are common",
    "shoulder_obliquity": "a fault by itself: a steady difference is normal, the change counts",
    "lat_lean": "a side bend of the spine: the whole trunk may lean",
    "pelvis_obl": "the drop of the hip in stance: it is the mean over the stride",
    "sh_yaw_amp": "a measured turn: an apparent width hardly answers to one, and noise moves it",
    "elbow_flex": "the angle in space, which is 4 to 6° larger",
    "elbow_rom": "the range the joint could do",
    "upper_arm": "the range of the shoulder: it is where the arm hangs on average",
    "upper_arm_amp": "tension itself, which no camera sees",
    "wrist_h": "a height above the ground: it is measured along the trunk",
    "wrist_h_p95": "one single frame: it is what 5 of 100 frames exceed",
    "wrist_ap_amp": "the way of the hand in space",
    "wrist_trunk_d": "a distance in space: how far the hand is to the side is not seen from there",
    "elbow_width": "measured against the ribs, but against the shoulder",
    "wrist_width": "the distance between the hands",
    "weave": "crossing: hands may weave on their own side",
    "cross_frac": "a fault by itself: up to a tenth of the stride is unremarkable",
    "cross_depth": "how often it happens",
    "arm_asym": "a difference of strength",
    "smooth": "coordination as a whole: it is one hand's path",
    "overstride": "a measured length: the leg is the unit, and the camera's slant shortens it",
    "shank_ic": "the angle of the foot, or on which part of it the runner lands",
    "knee_ic": "the knee's bend under load, which comes after",
    "thigh_to": "the reach of the hip alone: the pelvis tips with it",
    "knee_swing": "effort: it grows with speed",
    "contact_time": "a force plate's time: the moment is told to a frame or so",
    "flight_time": "a force plate's time: it is what contact leaves of the stride",
    "duty_factor": "free of speed: faster runners spend less of a stride on the ground",
    "cadence": "posture: speed changes it",
    "vert_osc": "the centre of mass: estimated hips follow the thigh",
}


def drawing(metric: str, title: str) -> str:
    """The drawing of a metric, as an SVG element that takes the page's colour."""
    view, marks = MARKS[metric]
    return (
        f'<svg viewBox="30 20 160 240" width="150" height="225" role="img" aria-label="{title}" fill="none" '
        f'stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">{_BODY[view]()}{marks}</svg>'
    )


def _bones(points: dict[str, Point], bones: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<line x1="{points[a][0]}" y1="{points[a][1]}" x2="{points[b][0]}" y2="{points[b][1]}" '
        f'stroke-width="{4 if "far" in b else 7}" opacity="{0.18 if "far" in b else 0.35}"/>'
        for a, b in bones
    )


def _side(points: dict[str, Point] = SIDE) -> str:
    return f'<circle cx="126" cy="50" r="19" stroke-width="5" opacity=".35"/>{_bones(points, _SIDE_BONES)}'


def _front() -> str:
    x, y = FRONT["head"]
    return f'<circle cx="{x}" cy="{y}" r="19" stroke-width="5" opacity=".35"/>{_bones(FRONT, _FRONT_BONES)}'


_BODY: dict[str, Callable[[], str]] = {
    "side": _side,
    "landing": lambda: _side(LANDING),
    "push_off": lambda: _side(PUSH_OFF),
    "front": _front,
}
