"""Options that mean the same on every command, each with the setting that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture.cli.types import PATH, Choice, Person, Sample, Seconds, Size, Span
from posture.engine import ENGINES, RATES
from posture.shown import printable
from posture.viewpoints import VIEW_NAMES

if TYPE_CHECKING:
    from posture.settings import Settings

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

#: Where a command keeps, until it asks for its settings, what its options say about them, and what they are called.
_GIVEN, _FILE, _NAMES = "posture.given", "posture.settings", "posture.names"
#: Whether a settings file that nobody named was told.
_SAID = "posture.said"
#: Two ways of telling the speed: what is said now takes the place of what a folder kept the other way.
_SPEEDS = (("run.speed_log",), ("run.speed_kmh", "run.incline"))


class Setting(click.Option):
    """An option whose value is kept for the command's settings, and by default not handed to the command."""

    def __init__(self, *names: Any, setting: str, **attributes: Any) -> None:
        super().__init__(*names, callback=self._keep, **{"expose_value": False, **attributes})
        self.setting = setting

    def _keep(self, context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        if value not in (None, ()):
            context.meta.setdefault(_GIVEN, {})[self.setting] = value
            context.meta.setdefault(_NAMES, {})[self.setting] = self.opts[0]
        return value


def setting(key: str, *names: str, **attributes: Any) -> Decorator:
    """An option that stands for one of the settings; the command does not see it, :func:`chosen_settings` does.

    Parameters
    ----------
    key : str
        ``section.key`` of the setting.
    *names, **attributes
        As for ``click.option``. The value ``auto`` stands for none where the setting's default is none.
    """
    return click.option(*names, cls=Setting, setting=key, **attributes)


def together(*decorators: Decorator) -> Decorator:
    """One decorator that gives a command several options, which its help lists in this order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def _keep_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    context.meta[_FILE] = value


workers_option = click.option("--workers", type=click.IntRange(1, 64), help="Threads  [default: one for each core]")
settings_option = click.option(
    "--settings",
    type=PATH,
    callback=_keep_file,
    expose_value=False,
    help="TOML file with other settings  [default: posture.toml here, else the one in your configuration folder]",
)
db_option = click.option("--db", type=PATH, help="History file  [default: in your data folder]")
history_options = together(
    setting(
        "run.runner", "--runner", metavar="NAME", expose_value=True, help="Who runs; kept in this runner's history"
    ),
    db_option,
)
#: What stands with the result of a recording.
about_options = together(
    setting("run.date", "--date", metavar="YYYY-MM-DD", help="Day of the recording  [default: what the file says]"),
    setting("run.note", "--note", metavar="TEXT", help="A line that stands with the result"),
)

#: Whatever the pictures come from.
camera_options = together(
    setting("pose.model", "--model", metavar="lite|full|heavy|PATH", help="Pose model  [default: full]"),
    setting(
        "pose.engine",
        "--engine",
        type=Choice(ENGINES),
        help="What drives the pose model: its networks alone, or MediaPipe's graph  [default: auto, the first that is "
        "installed]",
    ),
    setting(
        "clip.view",
        "--view",
        type=Choice(["auto", *VIEW_NAMES]),
        help="Where the camera stands: at the runner's left or right side, in front or behind  [default: auto]",
    ),
    setting(
        "run.camera_roll",
        "--camera-roll",
        type=float,
        metavar="DEG",
        help="The picture is turned clockwise by this much",
    ),
    setting("run.rules", "--rules", type=PATH, help="TOML file with causes that change the program's"),
    settings_option,
)
#: Whatever was recorded before.
clip_options = together(
    setting("clip.person", "--person", type=Person(), help="Which of the people found is the runner  [default: auto]"),
    setting(
        "pose.rate",
        "--rate",
        type=Choice(RATES),
        help="Look at about 30 frames a second of real life, or at all of them  [default: auto]",
    ),
    setting("clip.start", "--start", type=Seconds(), help="Analyse from here (seconds or m:ss)"),
    setting("clip.end", "--end", type=Seconds(), help="Analyse up to here"),
    setting(
        "clip.exclude",
        "--exclude",
        type=Span(),
        multiple=True,
        help="Leave a stretch out, like 12.5-20; may be repeated",
    ),
    setting("clip.sample", "--sample", type=Sample(), help="Long runs: windows only, like 20s/2min"),
    setting(
        "clip.slow_motion",
        "--slow-motion",
        type=float,
        metavar="F",
        help="The clip plays F times slower than life",
    ),
    setting("clip.fps", "--fps", type=float, metavar="F", help="Frames per second of poses that hold no times"),
    setting(
        "clip.size", "--size", type=Size(), help="Size of the picture, like 1920x1080, of poses that are shares of it"
    ),
    camera_options,
    setting(
        "report.face_blur",
        "--face-blur",
        is_flag=True,
        default=None,
        help="Blur face and surroundings in every picture",
    ),
)
height_option = setting(
    "clip.height_cm", "--height", metavar="CM", help="The runner's height, for lengths in cm and m, like 180"
)
#: What belongs to the runner.
person_options = together(
    setting("run.intake", "--intake", type=PATH, help="Your answers, from posture intake"),
    setting("run.upright", "--upright", type=PATH, help="Clip or analysis of you standing tall or walking"),
    setting(
        "run.reference",
        "--reference",
        type=PATH,
        help="Reference runners, from posture reference build  [default: the program's]",
    ),
    height_option,
)
#: How the belt ran.
belt_options = together(
    setting("run.speed_kmh", "--speed", type=float, metavar="KMH", help="The belt ran at this speed throughout"),
    setting("run.incline", "--incline", type=float, metavar="PERCENT", help="The belt had this incline throughout"),
)


def say(line: object, *, after: bool = False) -> None:
    """Print a line that may hold names from outside; ``after`` leaves an empty one before it."""
    click.echo("\n" * after + printable(str(line)))


def chosen_settings(source: Path | None = None) -> Settings:
    """The settings of the command that runs: a file's and its options' on top of the program's.

    Parameters
    ----------
    source : Path, optional
        If it is an analysis folder, its settings take the place of the program's.

    Raises
    ------
    PostureError
        If a setting is unknown or out of range.
    """
    from posture.settings import load_settings

    base = None
    if source is not None:
        from posture.storage.folder import AnalysisFolder

        if AnalysisFolder(source).is_analysis():
            from posture.analysis.kept import stored_settings

            base = stored_settings(source)
    meta = click.get_current_context().meta
    # A folder keeps what it was made with: a file that nobody named does not change it.
    file = settings_file() if base is None else meta.get(_FILE)
    return load_settings(file, overrides(meta.get(_GIVEN, {})), base, meta.get(_NAMES, {}))


def settings_file() -> Path | None:
    """The settings file of the command that runs: the one that was named, else the user's own, which is said."""
    from posture.cli.settings_file import find_settings_file

    meta = click.get_current_context().meta
    named: Path | None = meta.get(_FILE)
    if named is None and (named := find_settings_file()) is not None:
        if not meta.get(_SAID):
            click.echo(f"Settings: {printable(str(named))}", err=True)
        meta[_SAID] = True
    return named


def given(setting: str) -> bool:
    """Whether an option of the command that runs says something about a setting."""
    return setting in click.get_current_context().meta.get(_GIVEN, {})


def overrides(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by ``section.key`` as values by section and key; ``auto`` as none where that is the setting's default."""
    from posture.settings import Settings

    for said, other in (_SPEEDS, _SPEEDS[::-1]):
        if any(key in given for key in said) and not any(key in given for key in other):
            given = {**given, **dict.fromkeys(other)}
    sections: dict[str, dict[str, Any]] = {}
    program = Settings()
    for name, value in given.items():
        section, key = name.split(".")
        unset = value == "auto" and getattr(getattr(program, section), key) is None
        sections.setdefault(section, {})[key] = None if unset else value
    return sections
