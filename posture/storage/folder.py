"""The analysis folder: what lies in it, whose it is, and whether it is finished."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from posture.errors import PostureError
from posture.storage.files import is_part, replacing, unwritable


@dataclass(frozen=True)
class AnalysisFolder:
    """Paths of one analysis on disk.

    ``input.json`` is written first and says whose folder it is; ``analysis.json`` is written last and says
    that the analysis is complete; ``chunks`` holds finished pieces of an unfinished one.
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
    def plot(self) -> Path:
        """Every metric against time."""
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

    def is_analysis(self) -> bool:
        """Whether an analysis, finished or not, lies here."""
        return self.input.is_file()

    def claim(self, name: str, sha256: str, *, force: bool) -> None:
        """Make the folder this clip's.

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
        if self.path.exists() and not self.path.is_dir():
            raise PostureError(f"{self.path}: a file stands where the analysis folder should go; choose another --out.")
        if self.is_analysis():
            owner = self._owner()
            if owner.get("sha256") == sha256:
                return
            if not force:
                raise PostureError(
                    f"{self.path}: holds the analysis of another clip ({owner.get('name', 'unknown')}); "
                    "choose another --out, or replace it with --force (in a batch --fresh, and --pattern for one clip)."
                )
            self.clear()
        elif self.path.is_dir() and any(not is_part(file) for file in self.path.iterdir()):
            raise PostureError(f"{self.path}: holds other files and no analysis; choose another folder with --out.")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with replacing(self.input) as temporary:
                temporary.write_text(json.dumps({"name": name, "sha256": sha256}, indent=1), encoding="utf-8")
        except OSError as error:
            raise PostureError(unwritable(self.path, error)) from error

    def drop_chunks(self) -> None:
        """Remove the pieces, what was kept with them and what a killed program left half written."""
        shutil.rmtree(self.chunks, ignore_errors=True)
        self.stream.unlink(missing_ok=True)
        for file in filter(is_part, self.path.iterdir()):
            file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove the analysis, and nothing else; whose the folder is stays written until another claims it."""
        if not self.is_analysis():
            return
        for file in (self.record, self.poses, self.frames, self.strides, self.plot, self.overlay, self.page):
            file.unlink(missing_ok=True)
        for folder in (self.stills, self.path / "views", self.path / "upright"):
            shutil.rmtree(folder, ignore_errors=True)
        self.drop_chunks()

    def _owner(self) -> dict[str, str]:
        try:
            owner = json.loads(self.input.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return owner if isinstance(owner, dict) else {}
