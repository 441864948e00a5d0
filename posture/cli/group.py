"""The program itself: what is common to all commands, and how they end."""

from __future__ import annotations

import sys
from typing import Any

import click

from posture.errors import PostureError
from posture.version import __version__


class _Group(click.Group):
    """Turns what a user can act on into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
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


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="posture")
def main() -> None:
    """See how a runner's head, shoulders and arms change as the runner tires.

    Everything runs on this machine; no video, number or name leaves it.
    """
