"""What is shipped: the wheel holds the program with its models and runs from any folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

from tests.conftest import ROOT


def test_wheel_holds_models_rules_and_type_marker(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
        file.extractall(tmp_path / "installed")
    assert {
        "posture/_models/pose_landmarker_full.task",
        "posture/_models/pose_landmarker_lite.task",
        "posture/py.typed",
        "posture/METHOD.md",
        "posture/rules/causes.toml",
        "posture/rules/questions.toml",
    } <= names
    script = (
        "import sys; sys.path.insert(0, 'installed');"
        "from posture.pose.estimation.models import find_model; print(find_model('full').path)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "installed/posture/_models" in done.stdout


def test_one_package_alone_provides_cv2() -> None:
    names = {d.metadata["Name"].lower() for d in distributions() if d.metadata["Name"]}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-contrib-python"}
