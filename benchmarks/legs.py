"""What the legs are read with: ``python -m benchmarks.legs RENDERED MOCAP POSES [--bent FOLDER --videos VIDEOS]``.

RENDERED holds the rendered runners' truth, POSES finished analyses of their clips (``NAME.posture``), MOCAP the runner
on a force-measuring treadmill (needs ezc3d). BENT is the cache of ``benchmarks.real_pixels``, whose lower legs are
turned by known amounts in real pixels of the clips in VIDEOS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.real_pixels import answers
from posture.checkup.truth import truth_series
from posture.importers.camera import Camera
from posture.kinematics import compute
from posture.kinematics.body import Body
from posture.kinematics.geometry import inclination, length
from posture.kinematics.registry import LEGS
from posture.kinematics.side import near_leg
from posture.kinematics.types import ViewKind
from posture.landmarks import MIRROR, L
from posture.seen import Seen, see
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import Settings
from posture.storage.recording import Recording
from posture.strides.contacts import Contacts, find_contacts
from posture.strides.grouping import at_phases
from posture.strides.landing import landing_columns
from tests.proving_ground.footage import SIDE, footage
from tests.proving_ground.leg_events import published
from tests.proving_ground.legs import film, on_forces, paired, rendered, true_table
from tests.proving_ground.pixel_scores import held
from tests.proving_ground.recording import Flaws

CLIPS = ("fresh", "steady", "tired", "arms", "oblique")
FRONTS = ("weave", "weave_rear")
RATES = (150, 120, 60, 30, 25, 20, 15)
#: Of cameras at the captured runner's sides, and obliquely before his left one, degrees.
AZIMUTHS = (90.0, -90.0, 55.0)


class Case:
    """A runner seen by somebody, with the truth."""

    def __init__(self, name: str, series: PoseSeries, true: PoseSeries, left: Contacts, right: Contacts) -> None:
        self.name, self.true = name, true
        self.seen: Seen = see(series, CameraMotion.unknown(series.size), Settings())
        assert self.seen.view.kind != ViewKind.UNKNOWN, name
        self.feet = (left, right)
        self.contacts = right if self.seen.view.near == "right" else left

    def pairs(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Seen and true, stride by stride."""
        kept = self.seen.segmented.kept
        return paired(kept, true_table(self.true, self.seen.view, self.contacts))

    def label(self) -> dict[str, object]:
        """The first columns of every table."""
        return {"runner": self.name, "view": str(self.seen.view.kind), "rate": round(self.seen.cleaned.rate)}


def cases(truth: Path, mocap: Path, poses: Path) -> Iterator[Case]:
    """The rendered runners as estimated, whole and thinned; the captured one with an estimator's noise."""
    for name in CLIPS:
        series = Recording.load(poses / f"{name}.posture" / "poses.npz").series
        feet = [rendered(truth / f"{name}.npz", side) for side in "LR"]
        for every in (1, 2):
            yield Case(name, _thinned(series, every), truth_series(truth / f"{name}.npz"), *feet)
    runner = on_forces(mocap)
    for azimuth in AZIMUTHS:
        for rate in RATES:
            series, clean = film(runner, Camera(azimuth=azimuth), rate, Flaws())
            yield Case("forces", series, clean, runner.left, runner.right)


def _thinned(series: PoseSeries, every: int) -> PoseSeries:
    per_frame = ("time", "xy", "world", "visibility", "presence", "segment")
    return replace(series, **{name: getattr(series, name)[::every] for name in per_frame})


def events(case: Case) -> dict[str, object]:
    """Milliseconds by which events are late: median and spread over strides."""
    seen, true = case.pairs()
    row = case.label() | {"strides": len(case.seen.segmented.kept), "seen": len(seen)}
    for name in ("contact", "toe_off"):
        late = 1e3 * (seen[name] - true[name]).dropna()
        row |= {f"{name}, ms": late.median(), f"{name} SD": late.std()}
    lasts, truly = (1e3 * (table["toe_off"] - table["contact"]) for table in (seen, true))
    frames = 1e3 * (_on_frames(seen["toe_off"], case) - _on_frames(seen["contact"], case))
    row |= {"lasts, ms": (lasts - truly).median(), "a stride": (lasts - truly).std()}
    row |= {f"{n} strides": _together((lasts - truly).dropna().to_numpy(), n) for n in (5, 20)}
    return row | {"on frames": (frames - truly).std()}


def _on_frames(moments: pd.Series, case: Case) -> Floats:
    time = case.seen.cleaned.time
    return time[np.clip(np.searchsorted(time, moments.fillna(0.0)), 0, len(time) - 1)]


def _together(errors: Floats, number: int) -> float:
    """Spread of the mean error of so many strides in a row."""
    groups = len(errors) // number
    return float(errors[: groups * number].reshape(groups, number).mean(axis=1).std(ddof=1)) if groups > 1 else np.nan


def ways(case: Case) -> Iterator[dict[str, object]]:
    """The same of every published way."""
    view, contacts = case.seen.view, case.contacts
    body = Body(case.seen.cleaned, view, np.zeros(1))
    stride = float(np.median(np.diff(contacts.begin)))
    for name, late in published(body, contacts.begin, contacts.end, stride).items():
        good = 1e3 * late[np.isfinite(late)]
        if good.size:
            yield case.label() | {"way": name, "ms": np.median(good), "SD": good.std()}


def metrics(case: Case) -> Iterator[dict[str, object]]:
    """Bias and RMSE a stride, the bias taken off, of every metric of the legs, and of what is withheld."""
    seen, true = case.pairs()
    seen, true = (table.assign(**_others(each, case.seen, table)) for table, each in
                  ((seen, case.seen.cleaned), (true, case.true)))  # fmt: skip
    for name in (*LEGS, "knee bend, mid-stance", "foot at contact"):
        off = (seen[name] - true[name]).dropna()
        if len(off) >= 5 and not (name in LEGS and name in case.seen.measured.withheld):
            yield case.label() | {"metric": name, "true": true[name].median(), "bias": off.median(), "RMSE": off.std()}


def _others(series: PoseSeries, seen: Seen, table: pd.DataFrame) -> dict[str, Floats]:
    """What is not told: the knee as the other leg passes it, and the foot's slope, degrees."""
    body = Body(series, seen.view, np.zeros(1))
    begin, end = (table[name].fillna(0.0).to_numpy() for name in ("contact", "toe_off"))
    slope = 90.0 - inclination(body.near(L.LEFT_HEEL), body.near(L.LEFT_FOOT_INDEX))
    stance, at_once = np.linspace(0.35, 0.55, 9), np.zeros(1)
    bends = at_phases(near_leg(body)["knee_ic"], series.time, begin, end, stance)
    return {
        "knee bend, mid-stance": bends.mean(axis=1),
        "foot at contact": at_phases(slope, series.time, begin, end, at_once)[:, 0],
    }


def sides(case: Case) -> Iterator[dict[str, object]]:
    """What is read of the far leg, and of steps on one side against the other: why left against right is not told."""
    table, own = case.seen.segmented.kept, case.seen.view
    far = replace(own, near="left" if own.near == "right" else "right")
    cleaned, spans = case.seen.cleaned, [table[name].to_numpy() for name in ("start", "end", "segment")]
    near_feet, far_feet = (find_contacts(cleaned, view, *spans) for view in (own, far))
    seen = table.assign(**landing_columns(compute(cleaned, far).values, cleaned, table, far_feet))
    seen, true = paired(seen, true_table(case.true, far, case.feet[0] if far.near == "left" else case.feet[1]))
    for name in ("contact", "toe_off", *LEGS):
        off = (seen[name] - true[name]).dropna() * (1e3 if name in ("contact", "toe_off") else 1.0)
        if len(off) >= 5:
            yield case.label() | {"metric": f"far {name}", "bias": off.median(), "SD": off.std()}
    steps = [_uneven(far_feet, near_feet, spans[1] - spans[0]), _true_uneven(case, far.near or "")]
    yield case.label() | {"metric": "step time, %", "bias": np.nanmedian(steps[0]) - np.nanmedian(steps[1]),
                          "SD": np.nanstd(steps[0])}  # fmt: skip


def _uneven(late: Contacts, early: Contacts, stride: Floats) -> Floats:
    """(S,) steps onto the early foot less those onto the late one, % of their mean, by landing and push-off alike."""
    shares = [((b - a) / stride) % 1.0 for a, b in ((early.begin, late.begin), (early.end, late.end))]
    return 200.0 * (1.0 - 2.0 * np.mean(shares, axis=0))


def _true_uneven(case: Case, far: str) -> Floats:
    early, late = case.feet[::-1] if far == "left" else case.feet
    owner = np.searchsorted(late.begin, early.begin[:-1])
    inside = owner < len(late.begin)
    late = Contacts(late.begin[owner[inside]], late.end[owner[inside]])
    stride = np.diff(early.begin)[inside]
    return _uneven(late, Contacts(early.begin[:-1][inside], early.end[:-1][inside]), stride)


def fronts(truth: Path, mocap: Path, poses: Path) -> Iterator[dict[str, object]]:
    """From the front and behind, at mid-stance of each foot: what is not given, and why not."""
    runner = on_forces(mocap)
    for name in FRONTS:
        file = truth / f"{name}.npz"
        series = Recording.load(poses / f"{name}.posture" / "poses.npz").series
        yield from _across(Case(name, series, truth_series(file), *(rendered(file, side) for side in "LR")))
    for azimuth in (0.0, 180.0):
        series, clean = film(runner, Camera(azimuth=azimuth), 30.0, Flaws())
        yield from _across(Case("forces", series, clean, runner.left, runner.right))


def _across(case: Case) -> Iterator[dict[str, object]]:
    for left, contacts in zip((True, False), case.feet, strict=True):
        seen, true = (
            _at_mid_stance(Body(series, case.seen.view, np.zeros(1)), contacts, left=left)
            for series in (case.seen.cleaned, case.true)
        )
        for name, values in seen.items():
            off = (values - true[name])[np.isfinite(values - true[name])]
            yield case.label() | {"foot": "left" if left else "right", "metric": name, "true": np.median(true[name]),
                                  "bias": np.median(off), "RMSE": off.std()}  # fmt: skip


def _at_mid_stance(body: Body, contacts: Contacts, *, left: bool) -> dict[str, Floats]:
    outward = -1.0 if left else 1.0
    hip, knee, ankle = (body.point(i if left else int(MIRROR[i])) for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
    pelvis = body.point(L.RIGHT_HIP) - body.point(L.LEFT_HIP)
    leg = np.nanmedian(length(hip, knee) + length(knee, ankle))
    columns = {
        "pelvis drops to the other side, deg": np.degrees(outward * np.arctan2(pelvis[:, 1], np.abs(pelvis[:, 0]))),
        "foot from the middle, % of leg": 100.0 * outward * (ankle - body.hip)[:, 0] / leg,
        "knee inwards, deg": outward * (inclination(ankle, knee) - inclination(knee, hip)),
    }
    middle = np.linspace(0.35, 0.6, 7)
    time = body.series.time
    return {name: at_phases(c, time, contacts.begin, contacts.end, middle).mean(axis=1) for name, c in columns.items()}


def responses(videos: Path, cache: Path) -> pd.DataFrame:
    """Seen change over true change under a lower leg that is turned in real pixels."""
    rows = []
    for clip in SIDE:
        if list(cache.glob(f"{clip.name}-*-shank-*")):
            rows += [change for change in held(footage(clip, videos, cache, ["shank"], estimate=False), "shank")
                     if change.metric in LEGS]  # fmt: skip
    return answers(pd.DataFrame([vars(row) for row in rows]))


@click.command()
@click.argument("truth", type=click.Path(path_type=Path, exists=True))
@click.argument("mocap", type=click.Path(path_type=Path, exists=True))
@click.argument("poses", type=click.Path(path_type=Path, exists=True))
@click.option("--bent", type=click.Path(path_type=Path, exists=True))
@click.option("--videos", type=click.Path(path_type=Path, exists=True))
def main(truth: Path, mocap: Path, poses: Path, bent: Path | None, videos: Path | None) -> None:
    """Print the errors of events and metrics by view and frame rate, of the ways to find events, and the responses."""
    known = list(cases(truth, mocap, poses))
    _show("Events: late by, ms", pd.DataFrame([events(case) for case in known]))
    chosen = (case for case in known if case.label()["rate"] in (30, 60, 150) and case.label()["view"] == "side")
    spread = pd.DataFrame([row for case in chosen for row in ways(case)])
    _show("Published ways: ms late", spread.pivot_table(index="way", columns=["runner", "rate"], values=["ms", "SD"]))
    table = pd.DataFrame([row for case in known for row in metrics(case)])
    _show("Metrics", table.sort_values(["metric", "view", "runner", "rate"]))
    pure = (case for case in known if case.seen.view.kind == ViewKind.SIDE and case.label()["rate"] == 30)
    _show("The far leg", pd.DataFrame([row for case in pure for row in sides(case)]))
    _show("From the front and behind, at mid-stance", pd.DataFrame(list(fronts(truth, mocap, poses))))
    if bent and videos:
        _show("Responses to a turned lower leg", responses(videos, bent))


def _show(title: str, table: pd.DataFrame) -> None:
    click.echo(f"\n{title}")
    with pd.option_context("display.width", 250, "display.max_columns", None, "display.max_rows", None):
        click.echo(table.round(3).to_string())


if __name__ == "__main__":
    main()
