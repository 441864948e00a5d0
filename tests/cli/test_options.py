"""The same options on every command, and an answer to those that are wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from posture.batches.work import Job, Outcome, State
from posture.cli import main
from posture.cli.options import Setting, camera_options, chosen_settings, clip_options, person_options
from posture.cli.types import Person
from posture.errors import PostureError
from posture.settings import Settings, load_settings

EVERY = {"analyze", "batch", "compare", "live"}
RECORDED = EVERY - {"live"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="posture")


def said(result: Result) -> str:
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    return result.output.strip().splitlines()[-1]


def names(decorator) -> set[str]:
    command = decorator(click.command()(lambda: None))
    return {name for option in command.params for name in option.opts}


def test_what_means_the_same_for_every_clip_is_an_option_of_every_command_that_reads_clips() -> None:
    given = {name: {o for p in command.params for o in p.opts} for name, command in main.commands.items()}
    for command in EVERY:
        assert names(camera_options) | names(person_options) <= given[command], command
    for command in RECORDED:
        assert names(clip_options) <= given[command], command
    assert {"--model", "--view", "--rules", "--settings"} <= names(camera_options)
    assert {"--start", "--end", "--exclude", "--slow-motion"} <= names(clip_options)
    assert {"--intake", "--upright", "--height"} <= names(person_options)


def test_every_such_option_names_a_setting_that_there_is_and_says_the_same_everywhere() -> None:
    helps: dict[str, set[str | None]] = {}
    for command in main.commands.values():
        for option in command.params:
            if isinstance(option, Setting):
                section, key = option.setting.split(".")
                assert key in type(getattr(Settings(), section)).model_fields, option.setting
                helps.setdefault(option.setting, set()).add(option.help)
    assert len(helps) > 15
    assert not [key for key, texts in helps.items() if len(texts) > 1]


def choices() -> Iterator[tuple[Setting, str]]:
    """Every word that an option of any command takes for a setting."""
    options = {o.setting: o for c in main.commands.values() for o in c.params if isinstance(o, Setting)}
    for option in options.values():
        if isinstance(option.type, click.Choice):
            yield from ((option, word) for word in option.type.choices)
        elif isinstance(option.type, Person):
            yield option, "auto"


@pytest.mark.parametrize(
    ("option", "word"), [pytest.param(*each, id=f"{each[0].name}-{each[1]}") for each in choices()]
)
def test_every_word_that_an_option_offers_is_taken_over_what_a_file_says(
    option: Setting, word: str, tmp_path: Path
) -> None:
    section, key = option.setting.split(".")
    others = [f"'{choice}'" for choice in getattr(option.type, "choices", ()) if choice not in ("auto", word)]
    default = "2" if isinstance(option.type, Person) else "'auto'"
    file = tmp_path / "my.toml"
    file.write_text(f"[{section}]\n{key} = {(others or [default])[0]}\n")
    taken: list[Settings] = []

    @click.command()
    @clip_options
    def command() -> None:
        taken.append(chosen_settings())

    done = CliRunner().invoke(command, ["--settings", str(file), option.opts[0], word])
    assert done.exit_code == 0, (done.output, done.exception)
    value = getattr(getattr(taken[0], section), key)
    program = getattr(getattr(Settings(), section), key)
    assert value == (program if word == "auto" else word)


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("batch", ".", "--modle", "lite"), "'--model'"),
        (("compare", "a", "b", "--speed-log", "x"), "'posture analyze'"),
        (("analyze", "a", "--zzz"), "'posture analyze --help'"),
        (("analyze", "a", "--view", "lft"), "did you mean 'left'?"),
        (("models", "fetch", "haevy"), "did you mean 'heavy'?"),
        (("analyse", "a"), "'analyze'"),
    ],
)
def test_a_wrong_option_choice_or_command_is_answered_with_the_nearest(arguments: tuple[str, ...], answer: str) -> None:
    assert answer in said(run(*arguments))


def test_a_wrong_model_is_answered_with_the_nearest(videos: Path, tmp_path: Path) -> None:
    wrong = run("analyze", videos / "fresh.mp4", "--model", "hevy", "--out", tmp_path / "out")
    assert "did you mean 'heavy'?" in said(wrong)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "[drift]\nfdr = 0.05\nfloor = 2\n",
            "line 3: setting 'drift.floor' is not known; did you mean 'drift.floors'?",
        ),
        ("cutoff = 3\n", "line 1: setting 'cutoff' is not known; did you mean 'cleaning.cutoff'?"),
        ("[clip]\ncutof = 3\n", "line 2: setting 'clip.cutof' is not known; did you mean 'cleaning.cutoff'?"),
        ("[drft]\nfdr = 0.1\n", "line 1: setting 'drft' is not known; did you mean 'drift'?"),
        ("[drift]\n\nqqqqqq = 1\n", "line 3: setting 'drift.qqqqqq' is not known; this section takes fdr, "),
        ("[drift]\nfdr = 0.5\n", "line 2: setting 'drift.fdr': "),
    ],
)
def test_a_wrong_setting_is_answered_with_its_line_and_the_nearest(tmp_path: Path, text: str, answer: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(PostureError) as caught:
        load_settings(file, {})
    assert f"{file}, {answer}" in str(caught.value)


def test_a_wrong_option_does_not_blame_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[clip]\nstart = 3.0\n")
    with pytest.raises(PostureError) as caught:
        load_settings(file, {"clip": {"slow_motion": 0.5}})
    assert str(caught.value).startswith("setting 'clip.slow_motion': ")


def test_a_floor_for_a_metric_that_is_none_is_answered_with_the_nearest(videos: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[drift]\nfloors = { trunk_leen = 3.0 }\n")
    wrong = run("analyze", videos / "fresh.mp4", "--settings", file, "--out", tmp_path / "out")
    assert "'drift.floors.trunk_leen'" in said(wrong)
    assert "did you mean 'trunk_lean'?" in said(wrong)


@pytest.fixture
def folder(videos: Path, tmp_path: Path) -> Path:
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in ("fresh", "tired"):
        shutil.copy(videos / f"{name}.mp4", clips)
    (tmp_path / "anna.toml").write_text("[intake]\n")
    return clips


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What a batch would do, which it does not."""
    found: list[Job] = []

    def noted(given: list[Job], *_: object) -> Iterator[tuple[int, Outcome]]:
        found.extend(given)
        return iter([(i, Outcome(State.FAILED, "not done")) for i in range(len(given))])

    monkeypatch.setattr("posture.batches.stage.run_jobs", noted)
    return found


def test_options_of_a_batch_hold_for_every_clip_and_the_manifest_for_its_own(folder: Path, jobs: list[Job]) -> None:
    manifest = folder.parent / "m.csv"
    manifest.write_text("file,runner,intake,upright,height\nfresh.mp4,Anna,anna.toml,,171\ntired.mp4,Bea,,clips,\n")
    done = run(
        "batch", folder, "--out", folder.parent / "out", "--manifest", manifest, "--model", "lite", "--view", "left",
        "--end", "0:30", "--slow-motion", "2", "--no-video",
    )  # fmt: skip
    assert done.exit_code == 1, done.output
    anna, bea = (job.settings for job in sorted(jobs, key=lambda job: job.name))  # type: ignore[attr-defined]
    for settings in (anna, bea):
        assert (settings.pose.model, settings.clip.view) == ("lite", "left")
        assert (settings.clip.end, settings.clip.slow_motion) == (30.0, 2.0)
    assert (anna.run.intake, anna.clip.height_cm) == (folder.parent / "anna.toml", 171.0)
    assert (bea.run.intake, bea.run.upright, bea.clip.height_cm) == (None, folder, None)
    assert (anna.run.runner, bea.run.runner) == ("Anna", "Bea")


def test_date_and_note_of_a_manifest_win_over_those_of_the_batch(folder: Path, jobs: list[Job]) -> None:
    manifest = folder.parent / "m.csv"
    manifest.write_text("file,date,note\nfresh.mp4,2026-03-14,new shoes\ntired.mp4,,\n")
    done = run(
        "batch", folder, "--out", folder.parent / "out", "--manifest", manifest, "--date", "2026-03-10", "--runner",
        "Anna", "--note", "camp", "--db", folder.parent / "h.sqlite",
    )  # fmt: skip
    assert done.exit_code == 1, done.output
    fresh, tired = (job.settings.run for job in sorted(jobs, key=lambda job: job.name))  # type: ignore[attr-defined]
    assert (fresh.runner, str(fresh.date), fresh.note) == ("Anna", "2026-03-14", "new shoes")
    assert (tired.runner, str(tired.date), tired.note) == ("Anna", "2026-03-10", "camp")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("--height", "1.80"), "--height: '1.80' is not a height in centimetres; write it like 180."),
        (("--height", "six feet"), "--height: 'six feet' is not a height in centimetres; write it like 180."),
        (("--date", "14.3.2026"), "--date: '14.3.2026' is not a date; write it like 2026-03-14."),
        (("--date", "2999-01-01"), "--date: 2999-01-01 lies ahead; give the day on which the clip was recorded."),
        (("--start", "9", "--end", "3"), "--start, --end: the end must come after the start."),
        (("--incline", "90"), "--incline: input should be less than 50."),
    ],
)
def test_a_wrong_value_is_answered_in_the_name_of_its_option(
    arguments: tuple[str, ...], answer: str, videos: Path, tmp_path: Path
) -> None:
    assert said(run("analyze", videos / "fresh.mp4", "--out", tmp_path / "out", *arguments)) == f"posture: {answer}"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--intake", "--upright", "--height"])
def test_what_belongs_to_one_runner_is_no_option_for_several(folder: Path, jobs: list[Job], option: str) -> None:
    manifest = folder.parent / "m.csv"
    manifest.write_text("file,runner\nfresh.mp4,Anna\ntired.mp4,Bea\n")
    value = 171 if option == "--height" else folder.parent / "anna.toml"
    arguments = ("batch", folder, "--out", folder.parent / "out", "--no-video", option, value)
    refused = said(run(*arguments, "--manifest", manifest))
    assert option in refused
    assert "2 (Anna, Bea)" in refused
    assert f"column '{option.removeprefix('--')}'" in refused
    assert not jobs
    assert run(*arguments, "--runner", "Anna").exit_code == 1
    assert len(jobs) == 2


def test_a_manifest_that_names_a_file_which_is_not_there_is_refused_with_its_place(folder: Path) -> None:
    manifest = folder.parent / "m.csv"
    manifest.write_text("file,intake\nfresh.mp4,\ntired.mp4,bea.toml\n")
    refused = said(run("batch", folder, "--out", folder.parent / "out", "--manifest", manifest))
    assert "m.csv, line 3, column 'intake', 'bea.toml'" in refused


def test_a_manifest_with_an_unknown_column_is_answered_with_the_nearest(folder: Path) -> None:
    manifest = folder.parent / "m.csv"
    manifest.write_text("file,runer\nfresh.mp4,Anna\n")
    refused = said(run("batch", folder, "--out", folder.parent / "out", "--manifest", manifest))
    assert "did you mean 'runner'?" in refused


@pytest.mark.parametrize(
    "arguments", [("analyze", ""), ("analyze", "x", "--out", ""), ("batch", ""), ("history", "--db", "")]
)
def test_a_name_from_a_variable_that_is_not_set_is_not_the_folder_one_is_in(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = run(*arguments)
    assert wrong.exit_code == 2
    assert "is empty; name a file or a folder" in wrong.output
    assert not list(tmp_path.iterdir())
