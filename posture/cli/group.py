"""The program itself: what is common to all commands, and how they end."""

from __future__ import annotations

import sys
from typing import Any

import click

from posture.errors import PostureError
from posture.nearest import nearest
from posture.version import __version__


class _Group(click.Group):
    """Turns what a user can act on into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            raise _with_owner(error, self) from error
        except PostureError as error:
            click.echo(f"posture: {error}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            sys.exit(0)
        except OSError as error:
            # A path that the system itself refuses: too long a name, a folder that may not be entered, a lost drive.
            if error.filename is None:
                raise
            click.echo(f"posture: {error.filename}: {error.strerror}; check this path.", err=True)
            sys.exit(2)


def _with_owner(error: click.NoSuchOption, program: click.Group) -> click.UsageError:
    """The same error with the command that has this option, or else with the nearest option of its own command."""
    context, name = error.ctx, error.option_name
    if context is None or not name.startswith("--"):
        return error
    said = f"No such option '{name}' of '{context.command_path}'."
    if owners := [owner for owner, command in program.commands.items() if name in _names(command)]:
        where = " and ".join(f"'{context.find_root().info_name} {owner}'" for owner in owners)
        return click.UsageError(f"{said} It belongs to {where}.", context)
    if near := nearest(name, _names(context.command)):
        return click.UsageError(f"{said} Did you mean '{near}'?", context)
    return click.UsageError(f"{said} '{context.command_path} --help' lists all.", context)


def _names(command: click.Command) -> list[str]:
    return [name for parameter in command.params for name in parameter.opts if name.startswith("--")]


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="posture")
def main() -> None:
    """See how a runner's head, shoulders and arms change as the runner tires.

    Everything runs on this machine; no video, number or name leaves it.
    """
