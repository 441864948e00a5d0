"""The program itself: what is common to all commands, and how they end."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from posture.cli import streams
from posture.errors import PostureError
from posture.nearest import nearest
from posture.pose.estimation.memory import LIBRARIES, check_addresses
from posture.shown import printable
from posture.version import __version__

#: What is said to somebody who only typed the program's name.
_BEGIN = """\
posture sees how a runner's head, shoulders and arms change as the runner tires. Three ways to begin:

  posture app                  a page in your browser: drop a clip there, read the result
  posture analyze run.mp4      the same in the terminal; --open shows the report
  posture live                 a coach beside the treadmill, one cue at a time

All of it runs on this machine. 'posture --help' lists everything else."""


class _Group(click.Group):
    """Turns what a user can act on into one sentence and exit code 2, and Ctrl-C into 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
        except SystemExit:
            _finish()
            raise
        except PostureError as error:
            _refuse(str(error))
        except (KeyboardInterrupt, click.Abort):
            click.echo("posture: stopped; the same command goes on where it stopped.", err=True)
            sys.exit(streams.INTERRUPTED)
        except click.UsageError as error:
            named = _with_owner(error, self) if isinstance(error, click.NoSuchOption) else error
            raise click.UsageError(printable(named.format_message()), named.ctx) from error
        except OSError as error:
            _refuse_system(error)
        else:
            _finish()
            return result


def _finish() -> None:
    """Nothing is done before what was printed is where it should go."""
    error = streams.finish(sys.stdout)
    if error is not None and not streams.is_broken_pipe(error):
        _refuse(f"what was to be printed cannot be written ({error.strerror}); what is kept in files is whole.")


def _refuse(sentence: str) -> NoReturn:
    streams.finish(sys.stdout)
    with suppress(OSError):  # nobody to tell
        click.echo(f"posture: {printable(sentence)}", err=True)
    streams.finish(sys.stderr)
    sys.exit(2)


def _refuse_system(error: OSError) -> NoReturn:
    """A path that the system itself refuses (too long, a lost drive), or a stream, or memory, or a place for halves."""
    if error.filename is not None:
        _refuse(f"{error.filename}: {error.strerror}; check this path.")
    if streams.is_broken_pipe(error):
        streams.give_up(sys.stdout)
        sys.exit(0)
    streams.give_up(sys.stdout)
    _refuse(
        f"the system refuses to go on ({error.strerror or error}): make room on the disk, in memory (/dev/shm) or "
        "where the output goes, and try again; what is kept in files is whole."
    )


def _with_owner(error: click.NoSuchOption, program: click.Group) -> click.UsageError:
    """The same error with the command that has this option, or else with the nearest option of its own command."""
    context, name = error.ctx, error.option_name
    if context is None or not name.startswith("--"):
        return error
    said = f"No such option '{name}' of '{context.command_path}'."
    if owners := [owner for owner, command in program.commands.items() if name in _names(command)]:
        where = ", ".join(f"'{context.find_root().info_name} {owner}'" for owner in owners)
        return click.UsageError(f"{said} It belongs to {where}.", context)
    if near := nearest(name, _names(context.command)):
        return click.UsageError(f"{said} Did you mean '{near}'?", context)
    return click.UsageError(f"{said} '{context.command_path} --help' lists all.", context)


def _names(command: click.Command) -> list[str]:
    return [name for parameter in command.params for name in parameter.opts if name.startswith("--")]


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="posture")
@click.pass_context
def main(context: click.Context) -> None:
    """See how a runner's head, shoulders and arms change as the runner tires.

    Everything runs on this machine; no video, number or name leaves it.
    """
    if context.invoked_subcommand is None:
        click.echo(_BEGIN)


def run() -> None:
    """The program, as a process of its own."""
    try:
        streams.prepare()
        try:
            check_addresses(LIBRARIES)
            main(prog_name="posture")
        except PostureError as error:
            _refuse(str(error))
        except OSError as error:  # as of --help, which no command prints
            _refuse_system(error)
        finally:
            _finish()
            # What is left goes with the process: to look through all of it for cycles first takes a third of a second.
            gc.freeze()
    except SystemExit as end:
        if end.code == streams.INTERRUPTED:
            streams.hush()
        raise
    except KeyboardInterrupt:
        sys.exit(streams.INTERRUPTED)
