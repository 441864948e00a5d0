"""Who may import whom: rooms have an order, and every import points down it, the lazy ones too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import posture

PACKAGE = Path(posture.__file__).parent

#: From the ground up; rooms on one floor know nothing of each other. A module that stands loose is a room.
FLOORS = (
    ("errors", "landmarks", "nearest", "opencv", "toml_lines", "version", "engine", "viewpoints"),
    ("shown",),
    ("about", "console", "reading"),
    ("series", "settings"),
    ("midpoints", "storage"),
    ("video", "importers", "cleaning", "kinematics", "pose.types"),
    ("strides", "pose.camera", "pose.estimation"),
    ("drift", "pose.tracking", "pose.source", "pose.stream", "seen"),
    ("levels",),
    ("rules", "pose.acquire"),
    ("analysis",),
    ("report.text", "exporters"),
    ("report.drawing", "live.coach"),
    ("report.figures", "report.terminal", "report.video", "live.session"),
    ("report.page", "report.sheet", "report.tables", "live.display"),
    ("report.share",),
    ("history", "pipeline"),
    ("batches", "live"),
    ("",),
    ("checkup", "app"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
#: Rooms that hold only other rooms; everyone may pass through them.
HALLS = {"pose", "report"}


def modules(package: Path) -> dict[str, Path]:
    """Name within the package to file; the package itself is the empty name."""
    files = {path.relative_to(package).with_suffix("").parts: path for path in package.rglob("*.py")}
    return {".".join(part for part in parts if part != "__init__"): path for parts, path in files.items()}


def room_of(module: str) -> str:
    """The longest room that the module lies in; its own name if it lies in none."""
    parts = module.split(".")
    return next((name for n in range(len(parts), 0, -1) if (name := ".".join(parts[:n])) in FLOOR), module)


def imports(path: Path, known: dict[str, Path]) -> Iterator[tuple[str, int]]:
    """Every import of the package's own modules, wherever in the file it stands, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports within the package are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name == "posture" or name.startswith("posture."):
                inner = name.removeprefix("posture").removeprefix(".")
                while inner and inner not in known:
                    inner = inner.rpartition(".")[0]
                yield inner, node.lineno


def faults(package: Path) -> list[str]:
    """Arrows that point up, or from a room to another on its floor."""
    known = modules(package)
    found = []
    for module, path in sorted(known.items()):
        here = room_of(module)
        for target, line in imports(path, known):
            there = room_of(target)
            if there != here and there not in HALLS and FLOOR[there] >= FLOOR[here]:
                found.append(f"{path.relative_to(package)}:{line}: {here or 'posture'} imports {there or 'posture'}")
    return found


def test_every_module_has_its_room_and_every_room_is_there() -> None:
    known = modules(PACKAGE)
    assert not [module for module in known if room_of(module) not in FLOOR and module not in HALLS]
    assert not [room for room in FLOOR if room not in known]


def test_tests_stand_in_folders_that_mirror_the_rooms() -> None:
    here = Path(__file__).parent
    folders = {path.parent.relative_to(here).as_posix() for path in here.rglob("test_*.py")}
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders - rooms == {".", "proof", "end_to_end"}


def test_every_import_points_down() -> None:
    assert faults(PACKAGE) == []


@pytest.mark.parametrize(
    "line",
    [
        "from posture.report.text import plain",
        "def late():\n    from posture import pipeline",
        "if TYPE_CHECKING:\n    import posture.cli.batch",
        "from posture import drift",
    ],
)
def test_an_import_that_points_up_or_aside_is_found(tmp_path: Path, line: str) -> None:
    for module in modules(PACKAGE):
        file = tmp_path / Path(*module.split(".")) / "__init__.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "strides" / "grouping" / "__init__.py").write_text(line, encoding="utf-8")
    assert len(faults(tmp_path)) == 1
