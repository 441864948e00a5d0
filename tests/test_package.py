"""What is shipped: archive and wheel hold the program with its models, and it runs from any folder."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
import pytest

from tests.analytic_runner import as_csv, side_runner
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source archive, which so is shown to hold everything that it needs."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], cwd=ROOT, check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=source, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_models_rules_and_type_marker(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    assert {
        "posture/_models/pose_landmarker_full.task",
        "posture/_models/pose_landmarker_lite.task",
        "posture/checkup/tiring.mp4",
        "posture/checkup/tiring.npz",
        "posture/py.typed",
        "posture/METHOD.md",
        "posture/rules/causes.toml",
        "posture/rules/questions.toml",
    } <= names
    assert not {name.split("/")[0] for name in names} & {"tests", "videos", "benchmarks"}


def test_it_runs_elsewhere_from_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """With the libraries of this one, and nothing of the checkout."""
    venv.create(tmp_path / "env", symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
    )
    (own,) = (tmp_path / "env" / "lib").glob("python*/site-packages")
    (own / "libraries.pth").write_text(str(Path(np.__file__).parents[1]))
    poses = as_csv(side_runner(np.arange(0.0, 6.0, 1 / 30)), tmp_path / "run.csv")
    script = (
        "import sys, posture; from posture.cli import main; from posture.checkup import selftest\n"
        "from posture.pose.estimation.models import find_model\n"
        "print(posture.__file__, find_model('full').path, selftest.clips())\n"
        "main(sys.argv[1:], prog_name='posture')"
    )
    done = subprocess.run(
        [python, "-I", "-c", script, "analyze", poses, "--out", "out"], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout
    for place in ("posture/__init__.py", "posture/_models/pose_landmarker_full.task", "posture/checkup/tiring.mp4"):
        assert str(own / place) in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_one_package_alone_provides_cv2() -> None:
    names = {d.metadata["Name"].lower() for d in distributions() if d.metadata["Name"]}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-contrib-python"}


def _plain(name: str) -> str:
    """A package's name as all spellings of it are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_is_asked_for_has_a_version_and_its_licence_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {
        kind: {_plain(re.split(r"[<>=\[ ]", line)[0]) for line in lines}
        for kind, lines in {
            "users": [
                *project["dependencies"],
                *(line for name in set(extras) - {"dev", "docs"} for line in extras[name]),
            ],
            "developers": [*extras["dev"][1:], *extras["docs"]],
        }.items()
    }
    pinned = {_plain(line.split("==")[0]) for line in (ROOT / ".ci" / "constraints.txt").read_text().splitlines()[1:]}
    assert wanted["users"] | wanted["developers"] <= pinned
    told = dict(re.findall(r"^\| ([\w.-]+) \| [\w.]+ \| (.+?) \|$", (ROOT / "LICENCES.md").read_text(), re.MULTILINE))
    assert wanted["users"] <= {_plain(name) for name in told}
    assert "UNKNOWN" not in told.values()
