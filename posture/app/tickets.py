"""What the app keeps of each run beside its analysis: whose it is, what was chosen, and how far it came."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from posture.about import Day, Height, Name, Note
from posture.errors import PostureError
from posture.settings import Settings, load_settings

#: In a run's folder: its analysis, and what it says in short.
ANALYSIS, VALUES = "run.posture", "values.json"
#: Longest name of a file that is kept.
_LONGEST_NAME = 80
#: Names that Windows keeps for devices, whatever their ending.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class State(StrEnum):
    """How far a run came."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    LIVE = "live"


def _empty_is_none(value: object) -> object:
    """A field of a form that was left empty says nothing."""
    return None if isinstance(value, str) and not value.strip() else value


_Unless = BeforeValidator(_empty_is_none)


#: Choices that are settled with a live session: there is no clip to be looked at once more.
SETTLED_LIVE = ("view", "model", "blur")


class Choices(BaseModel):
    """What whoever brings a clip may say about it: the settings that matter to a runner."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    runner: Annotated[Name | None, _Unless] = None
    date: Annotated[Day | None, _Unless] = None
    note: Annotated[Note, Field(max_length=300)] = ""
    height: Annotated[Height | None, _Unless] = None
    view: Literal["auto", "left", "right", "front", "rear"] = "auto"
    model: Literal["full", "lite"] = "full"
    blur: bool = False

    def settings(self) -> Settings:
        """The program's, with these."""
        view = None if self.view == "auto" else self.view
        return load_settings(
            None,
            {
                "run": {"runner": self.runner, "date": self.date, "note": self.note},
                "clip": {"view": view, "height_cm": self.height},
                "pose": {"model": self.model},
                "report": {"face_blur": self.blur},
            },
        )


_Form = TypeVar("_Form", bound=BaseModel)


def read_form(model: type[_Form], form: dict[str, str]) -> _Form:
    """What a form says.

    Raises
    ------
    PostureError
        If a field is unknown or holds what cannot be meant; the sentence names it.
    """
    try:
        return model.model_validate(form)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "form"
        raise PostureError(f"{field}: {first['msg'].removeprefix('Value error, ')}.") from error


class Ticket(BaseModel):
    """One run of the library.

    Attributes
    ----------
    id : str
        Made by the app, never by a request.
    name : str
        Of the clip's file, or of what was joined.
    made : str
        When it came, ISO 8601.
    order : int
        Place among all that ever came.
    state : State
    reason : str
        One sentence if it failed.
    choices : Choices
    parts : tuple of str
        Ids of the runs that are joined in this one; empty for a clip.
    live : bool
        Whether a camera was looked through: there is no clip.
    again : bool
        Whether it is tried once more although it failed for a reason of its own.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: str
    made: str
    order: int
    state: State = State.WAITING
    reason: str = ""
    choices: Choices = Choices()
    parts: tuple[str, ...] = ()
    live: bool = False
    again: bool = False

    @property
    def open(self) -> bool:
        """Whether there is work left that nobody stopped."""
        return self.state in (State.WAITING, State.WORKING, State.LIVE)


def file_name(said: str) -> str:
    r"""A plain name for a file, from what a browser says it is called there.

    Only the last part counts, only letters, digits and ``-_.`` stay, and nothing that hides a file or names a device.

    Examples
    --------
    >>> file_name("../../etc/pass wd.mp4"), file_name("C:\\x\\nul.mp4"), file_name("...")
    ('pass_wd.mp4', '_nul.mp4', 'clip')
    """
    last = PureWindowsPath(PurePosixPath(said).name).name
    plain = re.sub(r"[^\w.-]+", "_", last).strip(".")
    stem, dot, suffix = plain.rpartition(".")
    name = f"{stem[: _LONGEST_NAME - 10]}.{suffix[:8]}" if dot else plain[:_LONGEST_NAME]
    name = name.lstrip(".-") or "clip"
    return f"_{name}" if _DEVICE.match(name) else name
