"""Clips of one run to one analysis."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from posture.analysis.kept import read_record, stored_settings
from posture.batches.jobs import is_done
from posture.batches.joining import Clock, Starts, arrange, join, to_one_height, unmoved
from posture.batches.status import StatusFile
from posture.batches.work import State
from posture.errors import PostureError
from posture.kinematics.types import ViewKind
from posture.report.video.stills import ClipStills, gather_stills
from posture.settings import RunSettings, Settings
from posture.storage.files import replacing
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal


@dataclass(frozen=True)
class Part:
    """One clip of a run.

    Attributes
    ----------
    name : str
    folder : Path
        Of its analysis.
    minute : float or None
        Minute of the run at which it begins, where given.
    speed : float or None
        Of the belt, km/h, where given.
    """

    name: str
    folder: Path
    minute: float | None = None
    speed: float | None = None


@dataclass(frozen=True)
class RunJob:
    """Analysed clips to put together.

    Attributes
    ----------
    name : str
        Of the run.
    parts : tuple of Part
    folder : Path
        Of the analysis of the run.
    settings : Settings
    fresh : bool
    status : Path
    """

    name: str
    parts: tuple[Part, ...]
    folder: Path
    settings: Settings
    fresh: bool
    status: Path

    def do(self, status: StatusFile) -> State:
        """Join what each camera saw; the camera with most strides leads, and the others complete it."""
        from posture import pipeline
        from posture.report import page

        if self.settings.clip.exclude:
            raise PostureError(
                f"{self.name}: 'exclude' counts seconds of one clip; leave it out where clips are joined."
            )
        cameras = _on_one_clock([_camera(name, parts) for name, parts in _by_camera(self.parts)])
        if not cameras:
            raise PostureError(f"{self.name}: no clip of this run could be analysed, so there is nothing to join.")
        folder = AnalysisFolder(self.folder)
        others = cameras[1:]
        joined = [(camera, camera.joined(self.name), self._settings(camera)) for camera in cameras]
        folders = [folder, *(folder.other_view(camera.name) for camera in others)]
        views = sorted(other.path.name for other in folder.other_views())
        done = views == sorted(camera.name for camera in others) and all(
            is_done(place, settings, lambda sha=recording.sha256: sha)  # type: ignore[misc]
            for place, (_, recording, settings) in zip(folders, joined, strict=True)
        )
        if done and not self.fresh:
            return State.KEPT
        with Renewal(folder, fresh=True) as new:
            new.begin(self.name, joined[0][1].sha256, force=True)
            places = [new.staged, *(new.staged.other_view(camera.name) for camera in others)]
            # The others first: the analysis of the leading camera is completed by theirs.
            for place, (camera, recording, settings) in reversed(list(zip(places, joined, strict=True))):
                place.claim(self.name, recording.sha256, force=True)
                recording.save(place.poses)
                analysis = pipeline.analyze(place.path, settings=settings, overlay=False)
                hidden = self.settings.report.face_blur or settings.report.face_blur
                gather_stills(camera.stills(hidden=hidden), place.stills)
                # Not where it is being written, but where it will lie.
                lies = self.folder / place.path.relative_to(new.staged.path)
                page.write_page(replace(analysis, folder=lies), place)
                new.record()
            new.commit()
        return State.DONE

    def _settings(self, camera: _Camera) -> Settings:
        """Of the camera's first clip (its view, its speed). Several clips: their floors, and no warm-up of one.

        Whoever picks clips picks their part of the run, as in a comparison of two.
        """
        own = stored_settings(camera.parts[0].folder)
        drift = self.settings.drift
        if len(camera.parts) > 1:
            factor = 1.0 if camera.same else drift.other_camera_factor
            drift = drift.model_copy(update={"floor_factor": factor, "warmup_share": 0.0})
        return own.model_copy(update={"drift": drift, "run": self._run(own.run, camera)})

    def _run(self, run: RunSettings, camera: _Camera) -> RunSettings:
        """With the speeds of all clips: as a log where they differ (incline and all), and none where one is unknown."""
        speeds = [part.speed for part in camera.parts]
        if all(speed == speeds[0] for speed in speeds):
            return run
        if None in speeds:
            return run.model_copy(update={"speed_kmh": None})
        times: list[float | None] = [
            edge
            for start, r in zip(camera.starts.seconds, camera.recordings, strict=True)
            for edge in (start, start + r.duration)
        ]
        columns = {"time": times, "speed_kmh": [speed for speed in speeds for _ in range(2)]}
        if run.incline is not None:
            columns["incline"] = [run.incline] * len(times)
        text = pd.DataFrame(columns).to_csv(index=False)
        # Named by what it says: other speeds are other settings, and so another analysis.
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        log = self.folder.with_suffix(f".{camera.name}.speed-{digest}.csv")
        with replacing(log) as temporary:
            temporary.write_text(text, encoding="utf-8")
        return run.model_copy(update={"speed_kmh": None, "incline": None, "speed_log": log, "log_start": 0.0})


@dataclass(frozen=True)
class _Camera:
    """What one camera recorded of the run, in order."""

    name: str
    parts: tuple[Part, ...]
    recordings: tuple[Recording, ...]
    starts: Starts
    same: bool

    def joined(self, run: str) -> Recording:
        return join(self.recordings, self.starts, name=run, same_camera=self.same)

    def stills(self, *, hidden: bool) -> list[ClipStills]:
        """The pictures of the clips; where faces have to be hidden, of those that hide them."""
        scales = to_one_height(self.recordings)
        return [
            ClipStills(AnalysisFolder(part.folder).stills, start, scale)
            for part, start, scale in zip(self.parts, self.starts.seconds, scales, strict=True)
            if stored_settings(part.folder).report.face_blur or not hidden
        ]


def _camera(name: str, parts: Sequence[Part]) -> _Camera:
    recordings = [Recording.load(AnalysisFolder(part.folder).poses) for part in parts]
    order, starts = arrange(recordings, [part.minute for part in parts])
    ordered = tuple(recordings[i] for i in order)
    return _Camera(name, tuple(parts[i] for i in order), ordered, starts, unmoved(ordered))


def _on_one_clock(cameras: Sequence[_Camera]) -> list[_Camera]:
    """By the clock of the files, each camera begins so much later than the first one as it did."""
    if not all(camera.starts.clock is Clock.FILES for camera in cameras):
        return list(cameras)
    first = min((camera.starts.origin for camera in cameras), default=0.0)
    return [replace(camera, starts=camera.starts.later(camera.starts.origin - first)) for camera in cameras]


def _by_camera(parts: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """Clips by where the camera stood, that with most strides from the side first; unclear ones are left out."""
    groups: dict[str, list[Part]] = {}
    strides: dict[str, int] = {}
    for part in parts:
        record = read_record(part.folder)
        if record is None or record["view"]["kind"] == ViewKind.UNKNOWN:
            continue
        name = record["view"]["near"] or record["view"]["kind"]
        groups.setdefault(name, []).append(part)
        strides[name] = strides.get(name, 0) + record["strides"]["kept"]
    frontal = (ViewKind.FRONT, ViewKind.REAR)
    return sorted(groups.items(), key=lambda group: (group[0] in frontal, -strides[group[0]]))
