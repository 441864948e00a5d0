"""The command line: parses, calls, prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

import posture
from posture.batch.command import batch
from posture.cli_history import check_history, history, history_options, keep_in_history
from posture.cli_reference import reference
from posture.cli_types import Duration, Person, Sample, Seconds, Span
from posture.errors import PostureError


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
@click.version_option(posture.__version__, prog_name="posture")
def main() -> None:
    """See how a runner's head, shoulders and arms change as the runner tires.

    Everything runs on this machine; no video, number or name leaves it.
    """


@main.command()
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Analysis folder  [default: CLIP's name + .posture, here]")
@click.option("--model", metavar="lite|full|heavy|PATH", help="Pose model  [default: full]")
@click.option("--person", type=Person(), help="Which of the people found is the runner  [default: auto]")
@click.option(
    "--view",
    type=click.Choice(["auto", "left", "right", "front", "rear"]),
    help="Where the camera stands: at the runner's left or right side, in front or behind  [default: auto]",
)
@click.option("--start", type=Seconds(), help="Analyse from here (seconds or m:ss)")
@click.option("--end", type=Seconds(), help="Analyse up to here")
@click.option("--exclude", type=Span(), multiple=True, help="Leave a stretch out, like 12.5-20; may be repeated")
@click.option("--slow-motion", type=float, metavar="F", help="The clip plays F times slower than life")
@click.option("--fps", type=float, metavar="F", help="Frames per second of poses that hold no times")
@click.option("--height", "height_cm", type=float, metavar="CM", help="The runner's height, for lengths in cm")
@click.option("--sample", type=Sample(), help="Long runs: windows only, like 20s/2min")
@click.option("--camera-roll", type=float, metavar="DEG", help="The picture is turned clockwise by this much")
@click.option("--baseline", type=Span(), help="The fresh part of the run  [default: its first fifth]")
@click.option("--upright", type=click.Path(path_type=Path), help="Clip or analysis of you standing tall or walking")
@click.option("--speed", "speed_kmh", type=float, metavar="KMH", help="The belt ran at this speed throughout")
@click.option("--incline", type=float, metavar="PERCENT", help="The belt had this incline throughout")
@click.option("--speed-log", type=click.Path(path_type=Path), help="CSV or FIT log of the treadmill or watch")
@click.option("--intake", type=click.Path(path_type=Path), help="Your answers, from posture intake")
@click.option("--rules", type=click.Path(path_type=Path), help="TOML file with causes that change the program's")
@click.option("--log-start", type=float, metavar="S", help="Second of the clip at which the log starts")
@click.option("--workers", type=click.IntRange(1, 64), help="Threads  [default: one for each core]")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="TOML file with other settings")
@click.option("--face-blur", is_flag=True, default=None, help="Blur face and surroundings in every picture")
@click.option("--no-video", is_flag=True, help="Do not write overlay.mp4")
@history_options
@click.option("--force", is_flag=True, help="Replace the analysis of another input in the same folder")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
@click.option("-v", "--verbose", is_flag=True, help="Print how the time was spent as well")
@click.option("--json", "as_json", is_flag=True, help="Print analysis.json instead of the summary")
def analyze(
    clip: Path,
    out: Path | None,
    settings_file: Path | None,
    workers: int | None,
    no_video: bool,
    runner: str | None,
    db: Path | None,
    force: bool,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Analyse a CLIP of a runner, or repeat what follows the poses on an analysis folder.

    Best: a fixed camera at hip height, 3 to 5 m away, square to the runner's side, whole body in the
    picture, at least 60 s for drift.
    """
    from posture import pipeline
    from posture.folder import AnalysisFolder
    from posture.report import terminal
    from posture.settings import load_settings

    check_history(runner, db)
    base = pipeline.stored_settings(clip) if AnalysisFolder(clip).is_analysis() else None
    settings = load_settings(settings_file, _overrides(options), base)
    with terminal.progress(quiet=quiet) as show:
        analysis = pipeline.analyze(
            clip,
            out=out,
            settings=settings,
            workers=workers,
            overlay=not no_video,
            force=force,
            progress=show,
        )
    keep_in_history(analysis, runner, db)
    if as_json:
        assert analysis.folder is not None
        click.echo(AnalysisFolder(analysis.folder).record.read_text(encoding="utf-8"))
    elif not quiet:
        terminal.print_summary(analysis, verbose=verbose)


def _overrides(options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The options that were given, each in the section of the settings that has its name."""
    from posture.settings import Settings

    given = {key: value for key, value in options.items() if value not in (None, ())}
    given |= {key: None for key in ("view", "person") if given.get(key) == "auto"}
    # What is said about speed now takes the place of what a folder kept, whichever way it was said.
    log, belt = ("speed_log",), ("speed_kmh", "incline")
    for said, other in ((log, belt), (belt, log)):
        if any(key in given for key in said) and not any(key in given for key in other):
            given |= dict.fromkeys(other)
    sections = {name: field.annotation.model_fields for name, field in Settings.model_fields.items()}  # type: ignore[union-attr]
    return {name: {key: given[key] for key in fields if key in given} for name, fields in sections.items()}


@main.command()
@click.argument("fresh", type=click.Path(path_type=Path))
@click.argument("tired", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(1, 64), help="Threads  [default: one for each core]")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="TOML file with other settings")
def compare(fresh: Path, tired: Path, workers: int | None, settings_file: Path | None) -> None:
    """Compare two clips of one runner, a FRESH one and a TIRED one, with the same statistics.

    Best with the same camera in the same place; at least 50 strides in each clip for a verdict.
    """
    from posture import pipeline
    from posture.report import terminal
    from posture.settings import load_settings

    settings = load_settings(settings_file, {})
    with terminal.progress(quiet=False) as show:
        comparison = pipeline.compare(fresh, tired, settings=settings, workers=workers, progress=show)
    terminal.print_comparison(comparison)


main.add_command(batch)
main.add_command(history)
main.add_command(reference)


@main.command()
@click.argument("analysis", type=click.Path(path_type=Path))
def report(analysis: Path) -> None:
    """Write report.html of an ANALYSIS folder again, without the video."""
    from posture import pipeline
    from posture.folder import AnalysisFolder
    from posture.report import page

    folder = AnalysisFolder(analysis)
    page.write_page(pipeline.load(analysis), folder)
    click.echo(folder.page)


@main.command()
@click.argument("analysis", type=click.Path(path_type=Path))
@click.option(
    "--metric", "metrics", multiple=True, required=True, metavar="ID", help="As in strides.csv; may be repeated"
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="PNG or SVG file  [default: the metrics' names + .svg, here]"
)
def plot(analysis: Path, metrics: tuple[str, ...], out: Path | None) -> None:
    """Plot metrics of an ANALYSIS folder over time, for a paper."""
    from posture import pipeline
    from posture.report import paper

    target = out or Path(f"{'-'.join(metrics)}.svg")
    paper.plot(pipeline.load(analysis), metrics, target)
    click.echo(target)


@main.group()
def models() -> None:
    """Pose models: which there are, and where."""


@models.command("list")
def list_models() -> None:
    """List the pose models and where each one lies."""
    from posture.pose.models import list_models as known_models

    for known, path in known_models():
        click.echo(f"{known.name:<6} {path or 'not here; posture models fetch ' + known.name}")


@models.command()
@click.argument("name", type=click.Choice(["lite", "full", "heavy"]))
def fetch(name: str) -> None:
    """Download a pose model from its maker (the only command that uses the network)."""
    from posture.pose.models import fetch as fetch_model
    from posture.report import terminal

    with terminal.progress(quiet=False) as show:
        model = fetch_model(name, progress=lambda done, total: show(f"Fetching {name}", done, total))
    click.echo(f"{name}: {model.path}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path), default="intake.toml")
def intake(file: Path) -> None:
    """Ask what no camera can see, and keep the answers in FILE  [default: intake.toml].

    Sixteen questions on pain, desk and training. Each can be skipped, and stopping keeps what was answered:
    the same command goes on from there. Give the file to analyze with --intake.
    """
    from posture import rules

    def prompt(text: str) -> str:
        typed: str = click.prompt(text, default="", show_default=False, prompt_suffix=" > ")
        return typed

    answers = rules.ask(file, prompt, click.echo)
    count = len(answers.answers)
    click.echo(f"\n{count} answer{'' if count == 1 else 's'} in {file}. Next: posture analyze run.mp4 --intake {file}")


@main.command()
@click.option("--camera", metavar="N|NAME", help="Number or name of a camera of this machine  [default: 0]")
@click.option("--source", metavar="URL|FILE", help="A network camera (RTSP, HTTP), or a video played at its own pace")
@click.option("--list", "list_only", is_flag=True, help="List the cameras of this machine and end")
@click.option("--baseline", "baseline_seconds", type=Duration(), help="Time that makes your baseline  [default: 60s]")
@click.option("--model", metavar="lite|full|heavy|PATH", help="Pose model  [default: full]")
@click.option(
    "--view", type=click.Choice(["auto", "left", "right", "front", "rear"]), help="As for analyze  [default: auto]"
)
@click.option("--window/--no-window", default=True, help="Show the coach's window, which takes keys  [default: window]")
@click.option("--mirror", is_flag=True, help="Show the picture like a mirror")
@click.option("--sound/--no-sound", default=False, help="Play a tone when a cue begins  [default: no sound]")
@click.option("--record", type=click.Path(path_type=Path), metavar="DIR", help="Keep the video too, in this folder")
@click.option("--intake", type=click.Path(path_type=Path), help="TOML file with your answers")
@click.option("--rules", type=click.Path(path_type=Path), help="TOML file with causes on top of the program's")
@click.option("--json", "as_json", is_flag=True, help="Write events as lines of JSON, for other programs")
@click.option("--out", type=click.Path(path_type=Path), help="Analysis folder  [default: live and the time, here]")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="TOML file with other settings")
@history_options
def live(
    camera: str | None,
    source: str | None,
    list_only: bool,
    window: bool,
    mirror: bool,
    sound: bool,
    record: Path | None,
    as_json: bool,
    out: Path | None,
    settings_file: Path | None,
    runner: str | None,
    db: Path | None,
    **options: Any,
) -> None:
    """Coach a runner in front of a camera: set-up check, personal baseline, then values and cues while running."""
    from posture.live import coach_runner, list_cameras
    from posture.report import terminal
    from posture.settings import load_settings

    if list_only:
        found = [f"{number}  {name}" for number, name in list_cameras()]
        click.echo("\n".join(found) or "No camera was found on this machine.")
        return
    if camera and source:
        raise click.UsageError("give --camera or --source, not both")
    check_history(runner, db)
    analysis, pace = coach_runner(
        source or camera or "0",
        settings=load_settings(settings_file, _overrides(options)),
        out=out,
        window=window,
        mirror=mirror,
        sound=sound,
        as_json=as_json,
        record=record,
    )
    keep_in_history(analysis, runner, db)
    if not as_json:
        terminal.print_summary(analysis)
        click.echo(pace)
