"""``posture selftest``."""

from __future__ import annotations

import sys

import click

from posture.cli.options import say


@click.command()
def selftest() -> None:
    """Analyse rendered runners whose every joint is known, and tell how far the results are from the truth.

    Exit code 0 if every error is within its bound, 1 if not. Takes half a minute for each runner: the one that comes
    with the program, or in a checkout those in its folder videos.
    """
    from posture.checkup.selftest import Result, clips, run
    from posture.console import progress

    results: list[Result] = []
    for clip in clips():
        with progress(quiet=False) as show:
            found, speed = run(show, clip)
        say(clip.stem, after=bool(results))
        for result in found:
            numbers = f"{result.error:.2f}, at most {result.bound:.2f} {result.unit}".rstrip()
            say(f"{'ok' if result.ok else 'WRONG':<6} {result.name}: off by {numbers}")
        share = f"{speed.program / speed.plain:.1f} times a plain loop's {speed.plain:.0f}"
        say(f"Speed: {speed.program:.0f} frames/s from clip to poses, {share}", after=True)
        results += found
    wrong = sum(not result.ok for result in results)
    say(f"{wrong} of {len(results)} out of bounds" if wrong else f"All {len(results)} within bounds")
    sys.exit(1 if wrong else 0)
