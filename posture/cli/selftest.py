"""``posture selftest``."""

from __future__ import annotations

import sys

import click

from posture.cli.options import say


@click.command()
def selftest() -> None:
    """Analyse a rendered runner whose every joint is known, and tell how far the result is from the truth.

    Exit code 0 if every error is within its bound, 1 if not. Takes about half a minute.
    """
    from posture.checkup.selftest import run
    from posture.report import terminal

    with terminal.progress(quiet=False) as show:
        results, speed = run(show)
    for result in results:
        numbers = f"{result.error:.2f}, at most {result.bound:.2f} {result.unit}".rstrip()
        say(f"{'ok' if result.ok else 'WRONG':<6} {result.name}: off by {numbers}")
    share = f"{speed.program / speed.plain:.1f} times a plain loop's {speed.plain:.0f}"
    say(f"Speed: {speed.program:.0f} frames/s from clip to poses, {share}", after=True)
    wrong = sum(not result.ok for result in results)
    say(f"{wrong} of {len(results)} out of bounds" if wrong else f"All {len(results)} within bounds")
    sys.exit(1 if wrong else 0)
