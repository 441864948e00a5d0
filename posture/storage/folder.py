"""The analysis folder: what lies in it, whose it is, and whether it is finished."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from posture.errors import PostureError
from posture.storage.files import part_of, unwritable
from posture.storage.ledger import Ledger, read_object, refuse_foreign
from posture.storage.modes import make_folder

#: Of a finished analysis, each written anew with it.
RESULTS = ("analysis.json", "report.html", "frames.parquet", "strides.csv", "columns.json", "metrics.png")
#: What is written before that: whose it is, its poses, and what a live session keeps.
BEGUN = frozenset({"input.json", "poses.npz", "stream.json"})
#: What a record of this program holds among others.
_RECORD = {"schema", "posture", "clip", "settings"}
#: Finished pieces of poses and looks at the background.
_CHUNK = re.compile(r"(background-)?\d{6}\.npz")


@dataclass(frozen=True)
class AnalysisFolder:
    """Paths of one analysis on disk.

    ``input.json`` is written first and says whose folder it is and what this program wrote into it;
    ``analysis.json`` is written last and says that the analysis is complete; ``chunks`` holds finished pieces of
    an unfinished one.
    """

    path: Path

    @property
    def input(self) -> Path:
        """Which clip the folder belongs to."""
        return self.path / "input.json"

    @property
    def record(self) -> Path:
        """The machine-readable result."""
        return self.path / "analysis.json"

    @property
    def poses(self) -> Path:
        """The pose series."""
        return self.path / "poses.npz"

    @property
    def chunks(self) -> Path:
        """Finished pieces of the pose series."""
        return self.path / "chunks"

    @property
    def stream(self) -> Path:
        """What is known of a live session besides the pieces of its pose series."""
        return self.path / "stream.json"

    @property
    def failure(self) -> Path:
        """Why the clip could not be analysed, where it would fail again."""
        return self.path / "failed.json"

    def other_views(self) -> list[AnalysisFolder]:
        """Analyses of what other cameras saw of the same run."""
        return [AnalysisFolder(path) for path in sorted((self.path / "views").glob("*")) if path.is_dir()]

    def other_view(self, name: str) -> AnalysisFolder:
        """Where the analysis of another camera's recording of the same run lies."""
        return AnalysisFolder(self.path / "views" / name)

    @property
    def frames(self) -> Path:
        """Every metric, frame by frame."""
        return self.path / "frames.parquet"

    @property
    def strides(self) -> Path:
        """Every metric, stride by stride."""
        return self.path / "strides.csv"

    @property
    def columns(self) -> Path:
        """What the columns of both tables mean."""
        return self.path / "columns.json"

    @property
    def plot(self) -> Path:
        """Every metric of head, trunk and arms against time."""
        return self.path / "metrics.png"

    @property
    def overlay(self) -> Path:
        """The annotated video."""
        return self.path / "overlay.mp4"

    @property
    def page(self) -> Path:
        """The report."""
        return self.path / "report.html"

    @property
    def stills(self) -> Path:
        """Real frames that the report shows."""
        return self.path / "frames"

    def ledger(self) -> Ledger | None:
        """Whose folder it is and what this program wrote here; None if it is no analysis of this program's."""
        ledger = Ledger.read(self.input)
        if ledger is None and read_object(self.record).keys() >= _RECORD:
            # Its own note of what it wrote is lost, or was not kept yet: what bears the names that it gives.
            about = read_object(self.input)
            ledger = Ledger(str(about.get("name", "unknown")), str(about.get("sha256", "")), self._by_name())
        return ledger

    def is_analysis(self) -> bool:
        """Whether an analysis of this program, finished or not, lies here."""
        return self.ledger() is not None

    def claim(self, name: str, sha256: str, *, force: bool) -> None:
        """Make the folder this clip's, unless it is another clip's: then it stays that until the new result stands.

        Parameters
        ----------
        name, sha256 : str
            Of the clip.
        force : bool
            Whether an analysis of another clip may be replaced.

        Raises
        ------
        PostureError
            If the folder holds anything but an analysis, holds another clip's and ``force`` is not given, or
            cannot be written.
        """
        if "\0" in str(self.path):
            raise PostureError(f"{str(self.path)!r}: no folder can have this name; choose another --out.")
        if self.path.exists() and not self.path.is_dir():
            raise PostureError(f"{self.path}: a file stands where the analysis folder should go; choose another --out.")
        owner = self.ledger()
        if owner and owner.sha256 != sha256 and not force:
            raise PostureError(
                f"{self.path}: holds the analysis of another clip ({owner.name}); "
                "choose another --out, or replace it with --force (in a batch --fresh, and --pattern for one clip)."
            )
        if not owner and self.path.is_dir() and any(not self._is_own_part(file) for file in self.path.iterdir()):
            raise PostureError(f"{self.path}: holds other files and no analysis; choose another folder with --out.")
        refuse_foreign(self.path, (*RESULTS, self.overlay.name), owner)
        try:
            make_folder(self.path)
            if owner is None:
                Ledger(name, sha256, BEGUN).write(self.input)
        except OSError as error:
            raise PostureError(unwritable(self.path, error)) from error

    def drop_chunks(self) -> None:
        """Remove the pieces, why an earlier try failed, and what of its own a killed program left half written."""
        for file in [*self.chunks.glob("*"), *self.path.glob(".*")]:
            if _CHUNK.fullmatch(file.name) or self._is_own_part(file):
                file.unlink(missing_ok=True)
        if "posture" in read_object(self.failure):
            self.failure.unlink(missing_ok=True)
        with suppress(OSError):  # other files in it, or none
            self.chunks.rmdir()

    def _is_own_part(self, file: Path) -> bool:
        whole = part_of(file)
        names = {*BEGUN, *RESULTS, self.overlay.name}
        return whole is not None and (whole in names or _CHUNK.fullmatch(whole) is not None)

    def _by_name(self) -> frozenset[str]:
        own = [self.input, self.poses, self.overlay, *(self.path / name for name in RESULTS)]
        stills = [self.stills / "index.json", *self.stills.glob("[0-9]*.[0-9][0-9][0-9].jpg")]
        return frozenset(path.relative_to(self.path).as_posix() for path in [*own, *stills] if path.is_file())
