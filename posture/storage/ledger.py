"""Which files of a folder this program wrote: recorded, so that no other file is ever overwritten or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from posture.errors import PostureError
from posture.reading import regular
from posture.storage.files import replacing
from posture.version import __version__

#: Marks a ledger as this program's; other programs have an ``input.json`` too.
_MARK = "posture"


@dataclass(frozen=True)
class Ledger:
    """What was written into a folder, and what for.

    Attributes
    ----------
    name, sha256 : str
        Of the clip, run or session; empty where a folder is nobody's own.
    files : frozenset of str
        Paths from the folder, with ``/``.
    """

    name: str
    sha256: str
    files: frozenset[str]

    def write(self, path: Path) -> None:
        """Keep it in a file, in one step."""
        content = {
            _MARK: __version__, "name": self.name, "sha256": self.sha256, "files": sorted(self.files)
        }  # fmt: skip
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Ledger | None:
        """What :meth:`write` kept; None for whatever another program wrote."""
        content = read_object(path)
        files = content.get("files")
        if _MARK not in content or not isinstance(files, list):
            return None
        own = frozenset(name for name in files if isinstance(name, str) and _is_inside(name))
        return cls(str(content.get("name", "")), str(content.get("sha256", "")), own)


def refuse_foreign(folder: Path, names: Iterable[str], ledger: Ledger | None) -> None:
    """Refuse to write where something stands that this program did not write.

    Raises
    ------
    PostureError
    """
    own = ledger.files if ledger else frozenset()
    for name in names:
        path = folder / name
        if name not in own and path.exists():
            raise PostureError(
                f"{path}: was not written by this program and would be overwritten; move it away, "
                "or choose another --out."
            )


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object from a file; empty if there is none."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(regular(path).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def _is_inside(name: str) -> bool:
    """Whether a name leads into the folder: a ledger that was tampered with must not lead out of it."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
