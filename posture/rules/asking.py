"""The intake as a conversation: one item after the other, kept after each answer, resumed where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from posture.rules.intake import Intake, Value, find_referral, load_intake, save_intake
from posture.rules.questions import NONE, Item, Question, load_questions

#: What ends the conversation; what was answered stays.
STOP = "q"
HOW = f"Nothing here is required: press Enter to skip a question, {STOP} to stop; the same command goes on from there."
_YES, _NO = ("y", "yes"), ("n", "no")


def ask(path: Path, prompt: Callable[[str], str], say: Callable[[str], None]) -> Intake:
    """Ask what is not answered yet, and keep the answers in ``path`` after each one.

    Parameters
    ----------
    path : Path
        A file of answers; made if it is not there.
    prompt : callable
        Gets a line to show, gives back what was typed.
    say : callable
        Shows a text.

    Returns
    -------
    Intake
        What is answered now.

    Raises
    ------
    PostureError
        If ``path`` holds something else, or cannot be written.

    Notes
    -----
    Questions that were skipped come again only when nothing else is left. A sign that belongs to a doctor is
    answered with the referral at once.
    """
    intake = load_intake(path) if path.exists() else Intake()
    save_intake(path, intake)
    if not list(_open(intake)) and intake.skipped:
        intake = replace(intake, skipped=())
    say(HOW)
    heading = 0
    while (pair := next(_open(intake), None)) is not None:
        question, item = pair
        if question.number != heading:
            say(f"\n{question.number} of {len(load_questions().question)}: {question.title}")
            heading = question.number
        typed = prompt(_wording(item)).strip()
        if typed.lower() == STOP:
            break
        before = find_referral(intake)
        if not typed:
            intake = replace(intake, skipped=(*intake.skipped, item.id))
        else:
            try:
                intake = replace(intake, answers={**intake.answers, item.id: parse(item, typed)})
            except ValueError as error:
                say(f"  {error}")
                continue
        save_intake(path, intake)
        after = find_referral(intake)
        if after is not None and (before is None or after.urgency is not before.urgency):
            say(f"\n{after.title}\n{after.text}")
    return intake


def parse(item: Item, typed: str) -> Value:
    """What was typed, as an answer.

    Raises
    ------
    ValueError
        With a sentence that says what is expected.
    """
    if item.kind == "yes_no":
        return _yes_no(typed)
    if item.kind == "number":
        return _number(item, typed)
    chosen = tuple(dict.fromkeys(_choice(item, part) for part in typed.replace(",", " ").split()))
    if item.kind == "choice":
        if len(chosen) != 1:
            raise ValueError("Type one number.")
        return chosen[0]
    if NONE in chosen and len(chosen) > 1:
        raise ValueError("The first choice excludes the others.")
    if not chosen:
        raise ValueError("Type the numbers that apply, like 2 4.")
    return chosen


def _open(intake: Intake) -> Iterator[tuple[Question, Item]]:
    for question, item in load_questions().asked():
        passed = question.with_pain and intake.painless
        if not passed and item.id not in intake.answers and item.id not in intake.skipped:
            yield question, item


def _wording(item: Item) -> str:
    if item.kind == "yes_no":
        return f"{item.text} (y/n)"
    if item.kind == "number":
        return f"{item.text}{f' ({item.unit})' if item.unit else ''}"
    choices = "".join(f"\n  {number} {option.text}" for number, option in enumerate(item.options, 1))
    return f"{item.text}{choices}\n{'Number' if item.kind == 'choice' else 'Numbers, as many as apply'}"


def _yes_no(typed: str) -> bool:
    if typed.lower() in _YES + _NO:
        return typed.lower() in _YES
    raise ValueError("Type y for yes or n for no.")


def _number(item: Item, typed: str) -> float:
    wanted = f"Type a number from {item.low:g} to {item.high:g}."
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        raise ValueError(wanted) from None
    if not item.low <= value <= item.high:
        raise ValueError(wanted)
    return value


def _choice(item: Item, typed: str) -> str:
    if not typed.isdecimal() or not 1 <= int(typed) <= len(item.options):
        raise ValueError(f"Type numbers from 1 to {len(item.options)}.")
    return item.options[int(typed) - 1].id
