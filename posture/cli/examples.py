"""Two lines or more for every command that teach it better than its options; the end of each ``--help``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

#: By what is typed behind ``posture``: lines with what they do.
EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "analyze": (
        ("posture analyze run.mp4", "the summary here, everything in run.posture"),
        ("posture analyze run.mp4 --runner Anna --height 172", "keep it in Anna's history, lengths in cm"),
        ("posture analyze long.mp4 --sample 20s/2min", "windows of a long run"),
        ("posture analyze run.posture --view left", "once more from the kept poses, without the video"),
    ),
    "compare": (
        ("posture compare monday.mp4 friday.mp4", "what differs, and whether it counts"),
        ("posture compare fresh.posture tired.posture --page both.html", "a page with both runners side by side"),
    ),
    "batch": (
        ("posture batch training/", "every clip of a folder, with one summary"),
        ("posture batch long-run/ --as-one-run --runner Anna", "clips of one run, from the first to the last"),
        ("posture batch training/ --manifest who.csv --no-video", "who runs, from where; no annotated videos"),
    ),
    "history": (
        ("posture history", "who is known"),
        ("posture history Anna --page anna.html", "what became of her posture, as a page"),
        ("posture history Anna --export anna.csv", "everything that is kept of her"),
    ),
    "report": (
        ("posture report run.posture", "write report.html again"),
        ("posture report run.posture --pdf", "a sheet for a clinic, one or two pages"),
        ("posture report run.posture --png --face-blur", "one picture to share, without the face"),
    ),
    "plot": (
        ("posture plot run.posture --metric trunk_lean", "writes trunk_lean.svg"),
        ("posture plot run.posture --metric ear_hip --metric wrist_h --out curves.png", "two curves, one picture"),
        ("posture plot run.posture --metric trunk_lean --out - > lean.svg", "on the standard output"),
    ),
    "export": (
        ("posture export run.posture --to trc --height 172", "poses for OpenSim, in metres"),
        ("posture export run.posture --to csv --what strides", "a long table, one row a stride and metric"),
        ("posture export run.posture --to csv --what events --out - | less", "on the standard output"),
    ),
    "models list": (
        ("posture models list", "which pose models there are, and where"),
        ("posture analyze run.mp4 --model lite", "take one of them"),
    ),
    "models fetch": (
        ("posture models fetch heavy", "download the heavy model from its maker"),
        ("posture analyze run.mp4 --model heavy", "take it"),
    ),
    "intake": (
        ("posture intake me.toml", "answer, and keep the answers in a file"),
        ("posture intake me.toml --for run.posture", "only what this run needs"),
        ("posture analyze run.mp4 --intake me.toml", "and what they add"),
    ),
    "reference build": (
        ("posture reference build clips/ --out club.toml", "your own reference runners"),
        ("posture analyze run.mp4 --reference club.toml", "hold a run against them"),
    ),
    "live": (
        ("posture live", "the first camera; posture live --list names them all"),
        ("posture live --source http://phone:8080/video --record runs/", "a phone's camera, and keep what it shows"),
        ("posture live --voice", "say the cues aloud"),
    ),
    "app": (
        ("posture app", "a page in your browser on which you drop clips"),
        ("posture app --port 8000 --no-open", "always at the same address"),
        ("posture app --lan", "a phone in the same network, with a QR code that works once"),
    ),
    "forget": (
        ("posture forget run.posture", "remove an analysis, on disk and in the history"),
        ("posture forget Anna", "remove everything that is kept of a runner"),
    ),
    "settings show": (
        ("posture settings show", "every setting: its value, where it comes from, what it means"),
        ("posture settings show --settings club.toml", "as a file would have them"),
    ),
    "settings init": (
        ("posture settings init", "write posture.toml, to be changed"),
        ("posture settings init - | less", "only read it"),
    ),
    "doctor": (
        ("posture doctor", "has this machine what the program needs?"),
        ("posture doctor --json", "the same for other programs"),
    ),
    "selftest": (
        ("posture selftest", "how far off, how fast, on this machine"),
        ("posture doctor && posture selftest", "first whether everything is there"),
    ),
}


def add_examples(program: click.Group) -> None:
    """Let the help of every command end with its examples."""
    for name, command in leaves(program):
        if name in EXAMPLES:
            told = (f"  {line}\n      {what}" for line, what in EXAMPLES[name])
            command.epilog = "\b\nExamples:\n" + "\n".join(told)


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by what is typed for it."""
    for name, command in group.commands.items():
        path = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from leaves(command, path)
        else:
            yield path, command
