"""Contacts of a foot whose every contact is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import PchipInterpolator

from posture.cleaning import clean
from posture.kinematics import View, find_view
from posture.kinematics.registry import LEGS
from posture.landmarks import MIRROR, L
from posture.seen import Seen, see
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import CleaningSettings, Settings
from posture.strides.contacts import Contacts, find_contacts, sampled
from posture.strides.landing import landing_columns
from tests.analytic_runner import phase_of, series_of, side_runner

STRIDE = 0.7
#: Initial contact and toe-off of the right foot, strides; the left one's come half a stride later.
BEGIN, END = 0.06, 0.40
LEG = 180.0
#: The foot ahead of the hips, leg lengths, and the knee's bend, degrees, over the stride: as runners' are.
_AHEAD = ((-0.05, 0.29), (0.0, 0.31), (0.06, 0.26), (0.2, 0.02), (0.4, -0.33), (0.48, -0.4), (0.7, -0.1), (0.85, 0.15))
_BEND = ((-0.02, 12.0), (0.06, 16.0), (0.2, 42.0), (END + 0.03, 14.0), (0.65, 95.0), (0.8, 70.0))


def _periodic(points: tuple[tuple[float, float], ...], phase: Floats) -> Floats:
    knots = [(p + turn, value) for turn in (-1, 0, 1) for p, value in points]
    course: Floats = PchipInterpolator(*np.transpose(knots))(phase % 1.0)
    return course


def _ahead(phase: Floats) -> Floats:
    """Straight along the ground while the foot stands, and in one go through the air."""
    own = phase % 1.0
    ground = 0.26 - 1.75 * (own - BEGIN)
    return np.where((own >= BEGIN) & (own <= END), ground, _periodic(_AHEAD, phase))


def runner(seconds: float = 20.0, rate: float = 30.0, begin: float = 0.0) -> PoseSeries:
    """Who faces the right edge of the picture, and shows the right leg."""
    time = begin + np.arange(0.0, seconds, 1 / rate)
    series = side_runner(time, STRIDE)
    xy = series.xy.copy()
    hip = xy[:, L.LEFT_HIP]
    for side, late in ((0, 0.5), (1, 0.0)):
        phase = phase_of(time, STRIDE) + begin / STRIDE - late
        bent = np.radians(_periodic(_BEND, phase))
        ankle = hip + LEG * np.stack([_ahead(phase), 0.9 - 0.25 * np.sin(bent / 2)], axis=1)
        along = ankle - hip
        half = 0.5 * np.linalg.norm(along, axis=1, keepdims=True)
        across = np.stack([along[:, 1], -along[:, 0]], axis=1) / (2 * half)
        xy[:, L.LEFT_KNEE + side] = hip + along / 2 + half * np.tan(bent / 2)[:, None] * across
        xy[:, L.LEFT_ANKLE + side] = xy[:, L.LEFT_HEEL + side] = ankle
        xy[:, L.LEFT_FOOT_INDEX + side] = ankle + np.array([25.0, 5.0])
    return series_of(time, xy)


def contacts(series: PoseSeries, view: View | None = None) -> Contacts:
    view = view or find_view(series)
    start = np.arange(np.ceil(series.time[0] / STRIDE) + 1, np.floor(series.time[-1] / STRIDE) - 1) * STRIDE
    return find_contacts(series, view, start, start + STRIDE, np.zeros(start.size, int))


def late(found: Contacts) -> tuple[Floats, Floats]:
    """Seconds after the true events."""
    apart = lambda at, phase: (at / STRIDE - phase + 0.5) % 1.0 - 0.5  # noqa: E731
    return STRIDE * apart(found.begin, BEGIN), STRIDE * apart(found.end, END)


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0, 120.0])
def test_events_are_read_between_frames(rate: float) -> None:
    begin, end = late(contacts(runner(rate=rate)))
    assert np.isfinite(begin).all()
    # The foot is as fast as the ground a little later than at 70 % of that.
    assert np.abs(begin).max() < 0.012
    assert np.abs(end).max() < 0.010


def test_a_cleaned_runner_lands_when_he_does() -> None:
    cleaned, _ = clean(runner(), CleaningSettings())
    begin, end = late(contacts(cleaned))
    assert np.nanmedian(begin) == pytest.approx(0.0, abs=0.015)
    assert np.nanmedian(end) == pytest.approx(0.0, abs=0.010)


def test_it_does_not_matter_where_strides_are_cut() -> None:
    series, view = runner(), find_view(runner())
    for cut in (0.0, 0.3, 0.5, 0.8):
        start = np.arange(1.0, 12.0) * STRIDE + cut * STRIDE
        begin, end = late(find_contacts(series, view, start, start + STRIDE, np.zeros(start.size, int)))
        assert np.abs(begin).max() < 0.015, cut
        assert np.abs(end).max() < 0.015, cut


def test_a_mirrored_runner_shows_the_other_leg_and_the_same_times() -> None:
    series = runner()
    xy = series.xy[:, MIRROR].copy()
    xy[..., 0] = series.size[0] - xy[..., 0]
    there, here = contacts(series.with_xy(xy)), contacts(series)
    assert find_view(series.with_xy(xy)).near == "left"
    assert there.begin == pytest.approx(here.begin)
    assert there.end == pytest.approx(here.end)


def test_a_camera_that_follows_and_bobs_moves_no_event() -> None:
    series = runner()
    time = series.time[:, None, None]
    xy = series.xy + np.concatenate([9.0 * np.sin(2.0 * time), 15.0 * np.cos(5.0 * time)], axis=2)
    there, here = contacts(series.with_xy(xy)), contacts(series)
    assert there.begin == pytest.approx(here.begin, abs=1e-9)
    assert there.end == pytest.approx(here.end, abs=1e-9)


def test_hidden_and_confused_legs_have_no_contact() -> None:
    series = runner()
    hidden, confused = ((series.time > a) & (series.time < a + 0.5) for a in (5.0, 10.0))
    xy = series.xy.copy()
    xy[hidden, L.RIGHT_HEEL] = np.nan
    legs = [L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL]
    both = np.array([*legs, *MIRROR[legs]])
    xy[np.ix_(confused, both)] = xy[np.ix_(confused, MIRROR[both])]
    begin, _ = late(contacts(series.with_xy(xy), find_view(series)))
    lost = np.flatnonzero(~np.isfinite(begin)) * STRIDE + STRIDE
    assert ((lost > 3.5) & (lost < 6.0)).any()
    assert ((lost > 8.5) & (lost < 11.0)).any()
    assert np.isfinite(begin).mean() > 0.7
    assert np.nanmax(np.abs(begin)) < 0.03


def test_from_the_front_there_are_none() -> None:
    series = runner()
    found = contacts(series, replace(find_view(series), kind="front"))
    assert np.isnan([found.begin, found.end]).all()


def seen(series: PoseSeries) -> Seen:
    return see(series, CameraMotion.unknown(series.size), Settings())


def contacts_of(series: PoseSeries, table: pd.DataFrame) -> Contacts:
    start, end, segment = (table[name].to_numpy() for name in ("start", "end", "segment"))
    return find_contacts(series, find_view(series), start, end, segment)


def test_what_the_leg_does_is_told_by_stride() -> None:
    table = seen(runner()).segmented.kept
    assert len(table) > 20
    assert table["overstride"].median() == pytest.approx(0.26 / 0.91, abs=0.015)  # hip to knee to ankle: 0.91 of LEG
    assert table["knee_ic"].median() == pytest.approx(16.0, abs=3.0)
    assert table["knee_swing"].median() == pytest.approx(95.0, abs=3.0)
    assert table["contact_time"].median() == pytest.approx(1e3 * STRIDE * (END - BEGIN), abs=15.0)
    both = table["contact_time"] + table["flight_time"]
    assert both.dropna().to_numpy() == pytest.approx(500.0 * table["duration"][both.notna()].to_numpy())
    assert table["duty_factor"].median() == pytest.approx(100 * (END - BEGIN), abs=2.0)


def test_walking_has_no_landing_and_few_frames_have_no_legs() -> None:
    walked = seen(side_runner(np.arange(0.0, 30.0, 1 / 30), stride=1.1, walking=True))
    assert walked.segmented.gait == "walking"
    assert walked.segmented.table["contact"].isna().all()
    coarse = seen(runner(rate=20.0)).measured
    assert "25 frames/s" in coarse.withheld["overstride"]
    assert "25 frames/s" in coarse.withheld["contact_time"]


def test_slow_motion_tells_shares_and_angles_and_no_times() -> None:
    series = runner(rate=60.0)
    slowed = seen(replace(series, time=series.time * 4.0))
    assert slowed.segmented.clock.slow
    table = slowed.segmented.kept
    assert table["contact_time"].isna().all()
    assert "contact_time" in slowed.measured.withheld
    assert table["duty_factor"].median() == pytest.approx(100 * (END - BEGIN), abs=2.5)
    assert ((table["contact"] - table["start"]) < table["duration"])[1:].all()


def test_where_frames_are_not_believed_there_are_no_times_either() -> None:
    series = runner()
    turned = series.time > 10.0
    found = seen(series)
    values, table = dict(found.measured.values), found.segmented.table
    events = contacts_of(series, table)
    columns = ("contact", "toe_off", "contact_time", "flight_time", "duty_factor")
    values["overstride"] = np.where(turned, np.nan, values["overstride"])
    told = landing_columns(values, series, table, events)
    late_ones = (table["start"] > 10.0).to_numpy()
    for column in columns:
        assert np.isnan(told[column][late_ones]).all()
        assert np.isfinite(told[column][~late_ones]).sum() > 5
    # Legs that are withheld as a whole have no contacts.
    del values["overstride"]
    told = landing_columns(values, series, table, events)
    assert all(np.isnan(told[column]).all() for column in columns)


def test_poses_without_heels_say_so() -> None:
    series = runner()
    xy = series.xy.copy()
    xy[:, [L.LEFT_HEEL, L.RIGHT_HEEL]] = np.nan
    withheld = seen(series.with_xy(xy)).measured.withheld
    assert {id for id in LEGS if "heel" in withheld.get(id, "")} == set(LEGS)


def test_a_hole_of_one_frame_between_exact_times_is_a_hole() -> None:
    series = runner(rate=32.0)
    column = np.sin(series.time)
    column[100] = np.nan
    value, speed = sampled(column, series, series.time[None])
    assert np.isnan([value[0, 100], speed[0, 100]]).all()
    assert value[0, 50] == pytest.approx(np.sin(series.time[50]))
