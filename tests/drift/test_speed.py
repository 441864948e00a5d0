"""Logs of treadmills and watches on the clip's clock."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from posture.drift import SpeedLog, read_speed_log
from posture.drift.types import Interval
from posture.errors import PostureError


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "time,speed,incline\n0,3.0,1\n10,3.5,2\n",
        "Time;speed_kmh;Incline\n0;10.8;1\n10;12.6;2\n",
        "time,speed_kmh,grade\n2026-05-01T10:00:00Z,10.8,1\n2026-05-01T10:00:10Z,12.6,2\n",
        "time,speed,incline\n10,3.5,2\n,9,9\n0,3.0,1\n5,,1\n",
    ],
)
def test_csv_logs(tmp_path: Path, text: str) -> None:
    log = read_speed_log(write(tmp_path / "belt.csv", text), start=-5.0)
    assert log.time.tolist() == [-5.0, 5.0]
    assert log.speed == pytest.approx([3.0, 3.5])
    assert log.speed_at(np.array([0.0, 99.0])) == pytest.approx([3.25, 3.5])
    assert log.incline_over(Interval(5.0, 9.0)) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("seconds,speed\n0,3\n", "no column 'time'"),
        ("time,pace\n0,3\n", "has no speed"),
        ("time,speed\nsoon,3\n", "neither seconds nor dates"),
        ("time,speed\n0,fast\n", "no row"),
        ("", "not a table"),
    ],
)
def test_bad_logs_say_what_to_do(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(PostureError, match=fault) as caught:
        read_speed_log(write(tmp_path / "belt.csv", text))
    assert "belt.csv" in str(caught.value)


def test_a_missing_log(tmp_path: Path) -> None:
    with pytest.raises(PostureError, match="cannot be read"):
        read_speed_log(tmp_path / "none.csv")


@pytest.mark.parametrize("start", [-600.0, 100.0])
def test_a_log_of_another_time_is_refused(tmp_path: Path, start: float) -> None:
    path = write(tmp_path / "belt.csv", "time,speed\n0,3\n300,3.5\n")
    clip = np.linspace(0.0, 60.0, 1800)
    read_speed_log(path, start=-299.0).refuse_elsewhere(clip, path)
    with pytest.raises(PostureError, match=r"belt\.csv.* from 0 to 60 s.*--log-start"):
        read_speed_log(path, start).refuse_elsewhere(clip, path)


def test_a_constant_belt() -> None:
    log = SpeedLog.constant(speed=2.8)
    assert log.speed_at(np.array([0.0, 500.0])).tolist() == [2.8, 2.8]
    assert np.isnan(log.incline_over(Interval(0.0, 10.0)))


def crc(data: bytes) -> int:
    """CRC-16/ARC, the checksum of the FIT format."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value


def fit_file(rows: list[tuple[int, int]]) -> bytes:
    """Records of (s, mm/s): one definition, then the data (FIT protocol: global message 20)."""
    definition = struct.pack("<BBBHB", 0x40, 0, 0, 20, 2) + bytes([253, 4, 0x86, 73, 4, 0x86])
    body = definition + b"".join(struct.pack("<BII", 0, 1_100_000_000 + s, v) for s, v in rows)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def test_fit_logs(tmp_path: Path) -> None:
    pytest.importorskip("fitdecode", reason="the extra 'fit' is not installed")
    path = tmp_path / "run.fit"
    path.write_bytes(fit_file([(0, 3000), (1, 3100), (2, 3200)]))
    log = read_speed_log(path, start=10.0)
    assert log.time.tolist() == [10.0, 11.0, 12.0]
    assert log.speed == pytest.approx([3.0, 3.1, 3.2])
    path.write_bytes(b"not a FIT file at all")
    with pytest.raises(PostureError, match="not a FIT file"):
        read_speed_log(path)
