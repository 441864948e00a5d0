"""``posture intake``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="intake.toml")
@click.option(
    "--for", "analysis", type=click.Path(path_type=Path), help="Ask only what the causes in this analysis still need"
)
def intake(file: Path, analysis: Path | None) -> None:
    """Ask what no camera can see, and keep the answers in FILE  [default: intake.toml].

    Sixteen questions on pain, desk and training. Each can be skipped, and stopping keeps what was answered:
    the same command goes on from there. Give the file to analyze with --intake.
    """
    from posture import rules

    def prompt(text: str) -> str:
        typed: str = click.prompt(text, default="", show_default=False, prompt_suffix=" > ")
        return typed

    only = _needed(analysis) if analysis else None
    answers = rules.ask(file, prompt, click.echo, only)
    count = len(answers.answers)
    counted = f"{count} answer{'' if count == 1 else 's'}"
    say(f"{counted} in {file}. Next: posture analyze {analysis or 'run.mp4'} --intake {file}", after=True)


def _needed(analysis: Path) -> set[str]:
    """Ids of the questions that the analysis needs an answer to."""
    from posture import pipeline

    return {id for finding in pipeline.load(analysis).findings for id in finding.needs}
