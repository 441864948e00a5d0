"""``posture intake``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import say
from posture.cli.types import PATH

if TYPE_CHECKING:
    from posture.rules import Intake


@click.command()
@click.argument("file", type=PATH, default="intake.toml")
@click.option("--for", "analysis", type=PATH, help="Ask what the causes in this analysis still need as well")
@click.option("--all", "everything", is_flag=True, help="Ask everything, needed or not")
def intake(file: Path, analysis: Path | None, everything: bool) -> None:
    """Ask what no camera can see, and keep the answers in FILE  [default: intake.toml].

    First signs that belong to a doctor, and where it hurts; with --for what this run leaves open, as far as the
    answers still matter. Each question can be skipped, and stopping keeps what was answered: the same command goes
    on from there. Give the file to analyze with --intake.
    """
    from posture import rules

    def prompt(text: str) -> str:
        typed: str = click.prompt(text, default="", show_default=False, prompt_suffix=" > ")
        return typed

    if analysis is not None and everything:
        raise click.UsageError("give --for or --all, not both")
    wanted = None if everything else _needed(analysis) if analysis else _nothing
    answers = rules.ask(file, prompt, click.echo, wanted)
    count = len(answers.answers)
    counted = f"{count} answer{'' if count == 1 else 's'}"
    say(f"{counted} in {file}. Next: posture analyze {analysis or 'run.mp4'} --intake {file}", after=True)


def _nothing(_: Intake) -> Collection[str]:
    """Nothing beside safety."""
    return ()


def _needed(analysis: Path) -> Callable[[Intake], Collection[str]]:
    """Ids of the questions that the analysis needs an answer to, by what is answered so far."""
    from posture import pipeline

    loaded = pipeline.load(analysis)
    return lambda intake: {id for finding in pipeline.judged_with(loaded, intake) for id in finding.needs}
