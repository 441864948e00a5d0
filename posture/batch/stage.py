"""A folder of clips to analyses and one summary."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from posture.batch.crew import Crew, dask, processes
from posture.batch.find import Clip, find_clips
from posture.batch.jobs import Job, Outcome, State, read_record
from posture.batch.manifest import Entry, check_files, read_manifest
from posture.batch.run import run_jobs
from posture.batch.status import Status, read_status
from posture.errors import PostureError
from posture.files import unwritable
from posture.settings import Settings


@dataclass(frozen=True)
class Item:
    """A clip and what became of it.

    Attributes
    ----------
    name : str
        Path from the folder of the clips.
    entry : Entry
        What the manifest says about it.
    folder : Path or None
        Of its analysis; None if there is none.
    outcome : Outcome
    """

    name: str
    entry: Entry
    folder: Path | None
    outcome: Outcome

    @property
    def record(self) -> dict[str, Any] | None:
        """The machine-readable result."""
        return read_record(self.folder) if self.folder else None


@dataclass(frozen=True)
class Options:
    """How a batch is done.

    Attributes
    ----------
    out : Path
        Folder of all results.
    workers : int
        Threads in all; for a cluster its own number counts.
    recursive : bool
    pattern : str or None
    manifest : Path or None
    fresh : bool
        Whether to start anew, whatever is kept.
    overlay : bool
        Whether to draw the annotated videos.
    dask : str or None
        Address of a Dask scheduler.
    """

    out: Path
    workers: int
    recursive: bool = False
    pattern: str | None = None
    manifest: Path | None = None
    fresh: bool = False
    overlay: bool = True
    dask: str | None = None


class Show(Protocol):
    """Told what happens, as it happens."""

    def begin(self, clips: Sequence[Clip]) -> None:
        """The clips that were found, in the order of their work."""

    def working(self, statuses: dict[int, Status | None]) -> None:
        """What the clips in work are at, by number."""

    def ended(self, number: int, outcome: Outcome) -> None:
        """What became of a clip."""


def run_batch(folder: Path, options: Options, settings: Settings, show: Show) -> list[Item]:
    """Analyse every clip of a folder.

    Parameters
    ----------
    folder : Path
    options : Options
    settings : Settings
        Of every clip; the manifest's speed and side override them.
    show : Show

    Returns
    -------
    list of Item
        In order of name, files that should be clips and are none among them.

    Raises
    ------
    PostureError
        If the folder holds no clip at all, or if the manifest is faulty.
    """
    entries = read_manifest(options.manifest) if options.manifest else {}
    clips, faults = find_clips(folder, recursive=options.recursive, pattern=options.pattern)
    if not clips and not faults:
        raise PostureError(
            f"{folder}: no clip is here; name a folder of videos, or look in its folders with --recursive."
        )
    if options.manifest:
        names = [clip.name for clip in clips] + [fault.name for fault in faults]
        check_files(list(entries), names, options.manifest)
    # The longest first, so that no worker is left alone with a long clip at the end.
    clips.sort(key=lambda clip: -clip.seconds)
    show.begin(clips)
    outcomes = _analysed(clips, entries, options, settings, show)
    items = [
        Item(clip.name, _entry(entries, clip.name), folder_of(options.out, clip.name), outcome)
        for clip, outcome in zip(clips, outcomes, strict=True)
    ]
    items += [Item(f.name, _entry(entries, f.name), None, Outcome(State.FAILED, f.reason)) for f in faults]
    return sorted(items, key=lambda item: item.name)


def folder_of(out: Path, name: str) -> Path:
    """Of a clip's analysis. With the whole file name: what is analysed stays, whatever clips come to it."""
    return out / f"{name}.posture"


def _analysed(
    clips: Sequence[Clip], entries: dict[str, Entry], options: Options, settings: Settings, show: Show
) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    if not clips:
        return []
    statuses = _make(options.out / ".status")
    with _crew(options, len(clips)) as crew:
        threads = 1 if options.dask else max(options.workers // crew.places, 1)
        jobs = [_job(i, clip, _entry(entries, clip.name), options, settings, threads) for i, clip in enumerate(clips)]
        looked = lambda numbers: show.working({i: read_status(jobs[i].status) for i in numbers})  # noqa: E731
        for number, outcome in run_jobs(jobs, crew, looked):
            outcomes[number] = outcome
            show.ended(number, outcome)
    shutil.rmtree(statuses, ignore_errors=True)
    return [outcomes[i] for i in range(len(clips))]


def _make(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PostureError(unwritable(folder, error)) from error
    return folder


def _crew(options: Options, clips: int) -> AbstractContextManager[Crew]:
    return dask(options.dask) if options.dask else processes(min(options.workers, clips))


def _job(number: int, clip: Clip, entry: Entry, options: Options, settings: Settings, threads: int) -> Job:
    return Job(
        source=clip.path,
        folder=folder_of(options.out, clip.name),
        settings=_settings(settings, entry),
        threads=threads,
        overlay=options.overlay,
        fresh=options.fresh,
        status=options.out / ".status" / f"{number:06d}.json",
    )


def _settings(settings: Settings, entry: Entry) -> Settings:
    clip, run = settings.clip, settings.run
    if entry.side not in (None, "side"):
        clip = clip.model_copy(update={"view": entry.side})
    if entry.speed is not None:
        run = run.model_copy(update={"speed_kmh": entry.speed, "speed_log": None})
    return settings.model_copy(update={"clip": clip, "run": run})


def _entry(entries: dict[str, Entry], name: str) -> Entry:
    return entries.get(name) or Entry(file=name)
