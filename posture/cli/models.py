"""``posture models``."""

from __future__ import annotations

import click

from posture.cli.options import say
from posture.cli.types import Choice


@click.group(no_args_is_help=False)
def models() -> None:
    """Pose models: which there are, and where."""


@models.command("list")
def list_models() -> None:
    """List the pose models and where each one lies."""
    from posture.pose.estimation.models import list_models as known_models

    for known, path in known_models():
        say(f"{known.name:<6} {path or 'not here; posture models fetch ' + known.name}")


@models.command()
@click.argument("name", type=Choice(["lite", "full", "heavy"]))
def fetch(name: str) -> None:
    """Download a pose model from its maker (the only command that uses the network)."""
    from posture.console import progress
    from posture.pose.estimation.models import fetch as fetch_model

    with progress(quiet=False) as show:
        model = fetch_model(name, progress=lambda done, total: show(f"Fetching {name}", done, total))
    say(f"{name}: {model.path}")
