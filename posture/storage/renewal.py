"""A new state of an analysis folder, made beside the old one and put in its place as a whole.

Everything new is written into a hidden folder within the folder. When it is complete, a list of what is to be moved
and what to be removed is written; from then on the change is finished, by this program or by the next one that looks:
the old record goes first, the new one comes last. So a record never stands beside a part of another analysis, and
whatever fails before leaves the old analysis as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from posture.errors import PostureError
from posture.storage.files import part_of, replacing, unwritable
from posture.storage.folder import BEGUN, AnalysisFolder
from posture.storage.ledger import Ledger, read_object, refuse_foreign
from posture.storage.lock import Hold, alone
from posture.storage.modes import keep_mode, make_folder, put, real

#: Folders of new states begin like this.
_STAGED = ".next-"
_JOURNAL = ".commit.json"
#: Held in such a folder by the program that writes into it.
_ALIVE = ".alive"


class Renewal:
    """Use it in a ``with`` block; what is not committed leaves no trace but poses to go on from.

    Parameters
    ----------
    folder : AnalysisFolder
        It may be missing.
    fresh : bool
        Whether nothing of an unfinished try is taken up.

    Attributes
    ----------
    folder : AnalysisFolder
    staged : AnalysisFolder
        Where the new state is written, from :meth:`begin` on.
    """

    def __init__(self, folder: AnalysisFolder, *, fresh: bool = False) -> None:
        self.folder = folder
        self.fresh = fresh
        self._staged: AnalysisFolder | None = None
        self._hold: Hold | None = None
        self._owner = ("", "")

    @property
    def staged(self) -> AnalysisFolder:
        """Where the new state is written."""
        assert self._staged is not None, "nothing was begun"
        return self._staged

    def __enter__(self) -> Renewal:
        settle(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._staged is not None and not self._staged.poses.is_file():
            shutil.rmtree(self._staged.path, ignore_errors=True)
        if self._hold is not None:
            self._hold.release()

    def begin(self, name: str, sha256: str, *, force: bool = False) -> None:
        """Claim the folder for a clip, and begin its new state; poses of a try that was killed are taken up.

        Raises
        ------
        PostureError
            If the folder is not this clip's, or cannot be written.
        """
        self.folder.claim(name, sha256, force=force)
        if self.fresh:
            self.folder.drop_chunks()
        self._owner = (name, sha256)
        try:
            with alone(self.folder.path):
                self._staged = self._taken_up() or self._new()
        except OSError as error:
            raise PostureError(unwritable(self.folder.path, error)) from error

    def carry(self, names: Iterable[str]) -> None:
        """Let files of the old state be part of the new one, where this program wrote them and they are there."""
        ledger = self.folder.ledger()
        for name in sorted(set(names) & (ledger.files if ledger else frozenset())):
            old, new = self.folder.path / name, self.staged.path / name
            if old.is_file() and not new.exists():
                try:
                    make_folder(new.parent)
                    _link(real(old), new)
                except OSError as error:
                    raise PostureError(unwritable(new, error)) from error

    def record(self) -> None:
        """Take down what was written so far, where the new state is itself a folder of analyses."""
        Ledger(*self._owner, BEGUN | frozenset(_files(self.staged.path))).write(self.staged.input)

    def commit(self) -> None:
        """Put the new state in the place of the old one.

        Raises
        ------
        PostureError
            If something in the folder that this program did not write is in the way, or the disk fails.
        """
        staged, ledger = self.staged, self.folder.ledger()
        files = frozenset(_files(staged.path)) | {staged.input.name}
        Ledger(*self._owner, files).write(staged.input)
        refuse_foreign(self.folder.path, files, ledger)
        old = ledger.files if ledger else frozenset()
        with replacing(staged.path / _JOURNAL) as temporary:
            temporary.write_text(json.dumps({"remove": sorted(old - files), "move": sorted(files)}), encoding="utf-8")
        settle(self.folder)

    def _taken_up(self) -> AnalysisFolder | None:
        """The new state that a killed program began for the same clip, with nothing but its poses; others go."""
        found = None
        for path in sorted(self.folder.path.glob(_STAGED + "*")):
            hold = Hold(path / _ALIVE, wait=False)
            if not hold.taken:
                continue
            staged, about = AnalysisFolder(path), read_object(path / "input.json")
            if found is None and not self.fresh and about.get("sha256") == self._owner[1] and staged.poses.is_file():
                _clear(path, but=(_ALIVE, staged.input.name, staged.poses.name, "upright"))
                found, self._hold = staged, hold
            else:
                shutil.rmtree(path, ignore_errors=True)
                hold.release()
        return found

    def _new(self) -> AnalysisFolder:
        staged = AnalysisFolder(Path(tempfile.mkdtemp(prefix=_STAGED, dir=self.folder.path)))
        self._hold = Hold(staged.path / _ALIVE, wait=False)
        Ledger(*self._owner, BEGUN).write(staged.input)
        return staged


def drop_unfinished(folder: AnalysisFolder) -> None:
    """Remove new states that nobody works on any more."""
    for path in folder.path.glob(_STAGED + "*"):
        hold = Hold(path / _ALIVE, wait=False)
        if hold.taken:
            shutil.rmtree(path, ignore_errors=True)
        hold.release()


def settle(folder: AnalysisFolder) -> None:
    """Finish what a program that was killed had begun to put in place.

    Raises
    ------
    PostureError
        If the disk fails.
    """
    if not any(folder.path.glob(f"{_STAGED}*/{_JOURNAL}")):
        return
    try:
        with alone(folder.path):
            for journal in sorted(folder.path.glob(f"{_STAGED}*/{_JOURNAL}")):
                _finish(folder, journal)
    except OSError as error:
        raise PostureError(unwritable(folder.path, error)) from error


def _finish(folder: AnalysisFolder, journal: Path) -> None:
    """Every step may have been done before."""
    staged, steps = AnalysisFolder(journal.parent), read_object(journal)
    last = staged.record.name
    if staged.record.is_file() and folder.record.is_file():
        keep_mode(staged.record, folder.record)
        _remove(folder.path, last)
    for name in sorted(steps["remove"], key=lambda name: name != last):
        _remove(folder.path, name)
    # What is moved is this program's before it is there, and the record comes when all is there.
    for name in sorted(steps["move"], key=lambda name: (name == last, name != staged.input.name)):
        if (staged.path / name).is_file():
            put(staged.path / name, folder.path / name)
    _gone(staged.path)


def _gone(staged: Path) -> None:
    # The list first: without it the rest is only an unfinished try.
    (staged / _JOURNAL).unlink()
    shutil.rmtree(staged, ignore_errors=True)


def _remove(top: Path, name: str) -> None:
    """Remove a file; of a link what it points at, so that what comes after it lies there too."""
    path = top / name
    real(path).unlink(missing_ok=True)
    _prune(top, path.parent)


def _prune(top: Path, folder: Path) -> None:
    """Remove folders that were left empty."""
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _files(top: Path) -> list[str]:
    """Finished files below a folder; what a killed program left in it half done is none."""
    names = [path.relative_to(top) for path in sorted(top.rglob("*")) if path.is_file() and part_of(path) is None]
    return [name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)]


def _clear(folder: Path, but: Iterable[str]) -> None:
    for path in folder.iterdir():
        if path.name not in but:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _link(old: Path, new: Path) -> None:
    """The same file under another name where the disk can do that; else a copy."""
    with suppress(OSError, NotImplementedError):
        os.link(old, new)
        return
    shutil.copy2(old, new)
