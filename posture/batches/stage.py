"""A folder of clips to analyses and one summary."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from posture.batches.find import Clip, find_clips
from posture.batches.jobs import ClipJob
from posture.batches.manifest import Entry, check_files, read_manifest, unlisted
from posture.batches.results import claim, drop_statuses
from posture.batches.run import run_jobs
from posture.batches.runs import Part, RunJob
from posture.batches.status import Status, read_status
from posture.batches.work import Job, Outcome, State
from posture.batches.workers import WorkerPool, dask, processes
from posture.errors import PostureError
from posture.history.schema import key_of
from posture.settings import RunSettings, Settings

#: Characters that a folder's name had better not have; a dot at its beginning would hide it.
_UNSAFE = re.compile(r"[^\w.,+]+|^\.")


@dataclass(frozen=True)
class Item:
    """A clip, or a run of several clips, and what became of it.

    Attributes
    ----------
    name : str
        Path from the folder of the clips, or name of the run.
    entry : Entry
        What the manifest says about it.
    folder : Path or None
        Of its analysis; None if there is none.
    outcome : Outcome
    clips : tuple of str
        Names of the clips of a run; empty for a clip.
    """

    name: str
    entry: Entry
    folder: Path | None
    outcome: Outcome
    clips: tuple[str, ...] = ()


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
    as_one_run : bool
        Whether the clips of each folder are one run where the manifest does not say.
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
    as_one_run: bool = False
    fresh: bool = False
    overlay: bool = True
    dask: str | None = None


class Show(Protocol):
    """Told what happens, as it happens."""

    def begin(self, names: Sequence[str], seconds: Sequence[float]) -> None:
        """What is to do next, in the order of its work, with the length of each."""

    def working(self, statuses: dict[int, Status | None]) -> None:
        """What is in work, by number, and how far it is."""

    def ended(self, number: int, outcome: Outcome) -> None:
        """What became of it."""


def run_batch(folder: Path, options: Options, settings: Settings, show: Show) -> list[Item]:
    """Analyse every clip of a folder.

    Parameters
    ----------
    folder : Path
    options : Options
    settings : Settings
        Of every clip; what the manifest says of a clip overrides them.
    show : Show

    Returns
    -------
    list of Item
        In order of name, files that should be clips and are none among them.

    Raises
    ------
    PostureError
        If the folder holds no clip at all, if the manifest is faulty, or if the settings hold what belongs to one
        runner and there are several.
    """
    entries = read_manifest(options.manifest) if options.manifest else {}
    clips, faults = find_clips(folder, recursive=options.recursive, pattern=options.pattern)
    if not clips and not faults:
        like = f" named like '{options.pattern}'" if options.pattern else ""
        raise PostureError(
            f"{folder}: no clip{like} is here; name a folder of videos, or look in its folders with --recursive."
        )
    names = [item.name for item in clips] + [fault.name for fault in faults]
    if options.manifest:
        check_files(list(entries), names, options.manifest)
    entries = {name: _entry(entries.get(name) or unlisted(Entry, file=name), settings.run) for name in names}
    _refuse_what_is_one_runners(settings, list(entries.values()))
    # The longest first, so that no worker is left alone with a long clip at the end.
    clips.sort(key=lambda clip: -clip.seconds)
    items = [Item(fault.name, entries[fault.name], None, Outcome(State.FAILED, fault.reason)) for fault in faults]
    if clips:
        statuses = claim(options.out)
        with _pool(options, len(clips)) as pool:
            items += _clips(clips, entries, options, settings, pool, show)
            items += _runs(items, options, settings, pool, show)
        drop_statuses(statuses)
    return sorted(items, key=lambda item: (not item.clips, item.name))


def folder_of(out: Path, name: str) -> Path:
    """Of a clip's analysis. With the whole file name: what is analysed stays, whatever clips come to it."""
    return out / f"{name}.posture"


def _clips(
    clips: Sequence[Clip], entries: dict[str, Entry], options: Options, settings: Settings, pool: WorkerPool, show: Show
) -> list[Item]:
    # On a cluster every thread of a worker takes a clip of its own.
    threads = 1 if options.dask else max(options.workers // pool.places, 1)
    jobs = [
        ClipJob(
            source=clip.path,
            folder=folder_of(options.out, clip.name),
            settings=_settings(settings, entries[clip.name]),
            threads=threads,
            overlay=options.overlay,
            fresh=options.fresh,
            status=_status(options, number),
        )
        for number, clip in enumerate(clips)
    ]
    show.begin([clip.name for clip in clips], [clip.seconds for clip in clips])
    outcomes = _done(jobs, pool, show)
    return [
        Item(clip.name, entries[clip.name], job.folder, outcome)
        for clip, job, outcome in zip(clips, jobs, outcomes, strict=True)
    ]


def _runs(clips: Sequence[Item], options: Options, settings: Settings, pool: WorkerPool, show: Show) -> list[Item]:
    groups = [items for items in _by_run(clips, options).values() if len(items) > 1]
    taken = {item.folder for item in clips}
    jobs = [
        RunJob(
            name=" ".join(part for part in _run_of(items[0], options) if part),
            parts=tuple(Part(i.name, i.folder, i.entry.minute, i.entry.speed) for i in items if i.folder),
            folder=_run_folder(run_name(*_run_of(items[0], options)), options.out, taken),
            settings=settings,
            fresh=options.fresh,
            status=_status(options, number),
        )
        for number, items in enumerate(groups)
    ]
    if not jobs:
        return []
    show.begin([job.name for job in jobs], [1.0] * len(jobs))
    return [
        Item(job.name, _run_entry(items), job.folder, outcome, tuple(item.name for item in items))
        for job, items, outcome in zip(jobs, groups, _done(jobs, pool, show), strict=True)
    ]


def _by_run(clips: Sequence[Item], options: Options) -> dict[tuple[str, str], list[Item]]:
    """Clips that are one run: by the manifest's runner and run, or by folder; spellings of a name are one."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in sorted(clips, key=lambda item: item.name):
        runner, run = _run_of(item, options)
        if run:
            groups.setdefault((key_of(runner), key_of(run)), []).append(item)
    return groups


def _run_of(item: Item, options: Options) -> tuple[str, str]:
    """Runner and run."""
    return item.entry.runner, item.entry.run or (_home(item.name, options) if options.as_one_run else "")


def _run_folder(name: str, out: Path, taken: Container[Path | None]) -> Path:
    """Of a run's analysis; a clip in a folder ``runs`` may have the name already."""
    folder = out / "runs" / f"{name}.posture"
    return out / "runs" / f"{name}%.posture" if folder in taken else folder


def run_name(runner: str, run: str) -> str:
    """A name for the folder of a run, another one for each pair of runner and run.

    What a folder's name had better not have is written as ``%`` and its bytes, and so is ``-``, which stands between
    the two.
    """
    return "-".join(_UNSAFE.sub(_written, name) for name in (runner, run) if name)


def _written(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogateescape"))


def _home(name: str, options: Options) -> str:
    parent = Path(name).parent.as_posix()
    return parent if parent != "." else options.out.name.removesuffix(".batch")


def _run_entry(items: Sequence[Item]) -> Entry:
    return items[0].entry.model_copy(update={"minute": None, "speed": None, "side": None})


def _done(jobs: Sequence[Job], pool: WorkerPool, show: Show) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    looked = lambda numbers: show.working({i: read_status(jobs[i].status) for i in numbers})  # noqa: E731
    for number, outcome in run_jobs(jobs, pool, looked):
        outcomes[number] = outcome
        show.ended(number, outcome)
    return [outcomes[i] for i in range(len(jobs))]


def _pool(options: Options, clips: int) -> AbstractContextManager[WorkerPool]:
    return dask(options.dask) if options.dask else processes(min(options.workers, clips))


def _status(options: Options, number: int) -> Path:
    return options.out / ".status" / f"{number:06d}.json"


def _refuse_what_is_one_runners(settings: Settings, entries: Sequence[Entry]) -> None:
    """What was said for all clips but can be true of one runner only."""
    runners = sorted({entry.runner for entry in entries})
    run, clip = settings.run, settings.clip
    said = {"intake": run.intake, "upright": run.upright, "height": clip.height_cm}
    if len(runners) > 1 and (given := [name for name, value in said.items() if value is not None]):
        who = ", ".join(runner or "somebody without a name" for runner in runners[:3])
        more = ", ..." if len(runners) > 3 else ""
        raise PostureError(
            f"--{given[0]} belongs to one runner, and this batch has {len(runners)} ({who}{more}); "
            f"give each runner's in the manifest, in a column '{given[0]}'."
        )


def _settings(settings: Settings, entry: Entry) -> Settings:
    clip, run = settings.clip, settings.run
    if entry.side not in (None, "side"):
        clip = clip.model_copy(update={"view": entry.side})
    if entry.speed is not None:
        run = run.model_copy(update={"speed_kmh": entry.speed, "speed_log": None})
    if entry.height is not None:
        clip = clip.model_copy(update={"height_cm": entry.height})
    own = {"intake": entry.intake, "upright": entry.upright, "runner": entry.runner, "date": entry.date}
    given = {name: value for name, value in {**own, "note": entry.note}.items() if value}
    run = run.model_copy(update=given)
    return settings.model_copy(update={"clip": clip, "run": run})


def _entry(entry: Entry, said: RunSettings) -> Entry:
    """With what was said for all clips, where the manifest does not say it."""
    known = {"runner": said.runner or "", "date": said.date, "note": said.note}
    return entry.model_copy(update={key: value for key, value in known.items() if not getattr(entry, key)})
