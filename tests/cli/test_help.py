"""What teaches the command line: examples at the end of every help, settings with their meaning, completion."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from posture import reading
from posture.analysis import kept
from posture.cli import main, settings_file
from posture.cli.examples import EXAMPLES, leaves
from posture.cli.options import chosen_settings
from posture.settings import Settings, load_settings
from posture.storage.folder import AnalysisFolder

COMMANDS = dict(leaves(main))


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="posture", env=environment)


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder, and a configuration folder of its own."""
    monkeypatch.setattr(settings_file.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_every_command_ends_its_help_with_two_examples_that_would_run() -> None:
    for name in COMMANDS:
        lines = EXAMPLES[name]
        shown = run(*name.split(), "--help").output
        assert sum(line.startswith(f"posture {name}") for line, _ in lines) >= min(2, len(lines) - 1)
        assert len(lines) >= 2
        for line, what in lines:
            assert f"    {line}\n" in shown
            assert f"        {what}\n" in shown
            _parse(line)


def _parse(line: str) -> None:
    """As the program would, without doing it; another program may come behind."""
    for part in line.replace(" > ", " && ").replace(" | ", " && ").split(" && "):
        first, *words = shlex.split(part)
        if first == "posture":
            command: click.Command = main
            while isinstance(command, click.Group):
                command = command.commands[words.pop(0)]
            command.make_context(first, words)


def test_settings_show_tells_every_setting_with_value_source_and_meaning(at_home: Path) -> None:
    Path("mine.toml").write_text("[cleaning]\ncutoff = 7.5\n")
    shown = run("settings", "show", "--settings", "mine.toml", COLUMNS="300").output
    for section, key, field in settings_file.rows():
        (line,) = (line for line in shown.splitlines() if line.startswith(f"{section}.{key} "))
        assert ("mine.toml" if key == "cutoff" else "default") in line
        assert field.description
        assert field.description[:20] in line
    assert "7.5" in shown


def test_a_dash_reads_the_standard_input_once_for_all_who_ask(at_home: Path) -> None:
    reading._standard_input.cache_clear()
    done = CliRunner().invoke(main, ["settings", "show", "--settings", "-"], input="[drift]\nfdr = 0.03\n")
    assert "0.03" in done.output
    with click.Context(main).scope() as context:
        context.meta["posture.settings"] = Path("-")
        assert chosen_settings().drift.fdr == chosen_settings().drift.fdr == 0.03
    reading._standard_input.cache_clear()
    wrong = CliRunner().invoke(main, ["batch", ".", "--manifest", "-"], input="clip\na.mp4\n")
    assert wrong.exit_code == 2
    reading._standard_input.cache_clear()


def test_settings_init_writes_a_file_that_changes_nothing_and_takes_back_its_lines(at_home: Path) -> None:
    assert run("settings", "init").output.strip() == "posture.toml"
    assert load_settings(Path("posture.toml"), {}) == Settings()
    assert run("settings", "init").exit_code == 2
    text = Path("posture.toml").read_text()
    given = "\n".join(line[1:] if line[:1] == "#" and line[1:2].isalpha() else line for line in text.splitlines())
    known = [line for line in given.splitlines() if not line.endswith("=")]
    said = tomllib.loads("\n".join(known))
    assert {f"{section}.{key}" for section, keys in said.items() for key in keys} >= {"drift.fdr", "live.gap_seconds"}
    Path("all.toml").write_text("\n".join(known))
    assert load_settings(Path("all.toml"), {}) == Settings()
    assert run("settings", "init", "-").output == text


def test_a_settings_file_is_found_here_first_then_in_the_configuration_folder_and_is_named(at_home: Path) -> None:
    assert "Settings file: none; looked for posture.toml" in run("settings", "show").output
    (at_home / "config").mkdir()
    (at_home / "config" / "settings.toml").write_text("[drift]\nfdr = 0.01\n")
    assert "0.01" in run("settings", "show").output
    Path("posture.toml").write_text("[drift]\nfdr = 0.02\n")
    result = run("settings", "show")
    assert "Settings: posture.toml" in result.stderr
    assert "0.02" in result.output
    assert "0.01" not in result.output


def test_a_file_that_nobody_named_leaves_an_analysis_as_it_was_made(
    at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("posture.toml").write_text("[drift]\nfdr = 0.02\n")
    monkeypatch.setattr(AnalysisFolder, "is_analysis", lambda folder: folder.path.name == "a.posture")
    monkeypatch.setattr(kept, "stored_settings", lambda _: Settings())
    with click.Context(main).scope():
        assert chosen_settings(Path("b.mp4")).drift.fdr == 0.02
        assert chosen_settings(Path("a.posture")).drift.fdr == 0.05


@pytest.mark.parametrize(
    ("words", "found"),
    [("posture ana", "analyze"), ("posture analyze --slow", "--slow-motion"), ("posture settings i", "init")],
)
def test_the_shell_completes_commands_and_options(words: str, found: str) -> None:
    count = str(len(words.split()) - 1)
    done = run(_POSTURE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
    assert f"plain,{found}" in done.output.splitlines()
    assert "_posture_completion" in run(_POSTURE_COMPLETE="zsh_source").output
