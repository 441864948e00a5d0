"""The program itself: what is common to all commands, and how they end."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from posture.cli import streams
from posture.errors import PostureError
from posture.shown import printable
from posture.version import __version__


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
            raise click.UsageError(printable(error.format_message()), error.ctx) from error
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


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="posture")
def main() -> None:
    """See how a runner's head, shoulders and arms change as the runner tires.

    Everything runs on this machine; no video, number or name leaves it.
    """


def run() -> None:
    """The program, as a process of its own."""
    try:
        streams.prepare()
        try:
            main(prog_name="posture")
        except OSError as error:  # as of --help, which no command prints
            _refuse_system(error)
        finally:
            _finish()
    except SystemExit as end:
        if end.code == streams.INTERRUPTED:
            streams.hush()
        raise
    except KeyboardInterrupt:
        sys.exit(streams.INTERRUPTED)
