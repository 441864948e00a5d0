"""The intake as a conversation: one item after the other, kept after each answer, resumed where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from posture.rules.intake import Intake, Value, find_referral, load_intake, past_day, save_intake
from posture.rules.questions import NONE, Item, Question, load_questions
from posture.rules.wording import given

#: What ends the conversation; what was answered stays.
STOP = "q"
HOW = f"Nothing here is required: press Enter to skip a question, {STOP} to stop; the same command goes on from there."
_YES, _NO = ("y", "yes"), ("n", "no")


def ask(
    path: Path,
    prompt: Callable[[str], str],
    say: Callable[[str], None],
    wanted: Callable[[Intake], Collection[str]] | None = None,
) -> Intake:
    """Ask what is not answered yet, and keep the answers in ``path`` after each one.

    Parameters
    ----------
    path : Path
        A file of answers; made if it is not there.
    prompt : callable
        Gets a line to show, gives back what was typed.
    say : callable
        Shows a text.
    wanted : callable, optional
        Gets what is answered so far, gives ids of the questions to ask beside those of safety; all by default.

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
    Warning signs and where it hurts are asked first, in every conversation. Questions that were skipped come again
    only when nothing else is left. A sign that belongs to a doctor is answered with the referral at once.
    """
    intake = load_intake(path) if path.exists() else Intake()
    save_intake(path, intake)
    always = [item.id for question, item in load_questions().asked() if question.always]
    if not any(item.id not in always for _, item in _open(intake, (), wanted)):
        intake = replace(intake, skipped=())
    say(HOW)
    heading, told = 0, find_referral(intake)
    while (pair := next(_open(intake, always, wanted), None)) is not None:
        question, item = pair
        if question.number != heading:
            say(f"\n{question.title}")
            heading = question.number
        typed = prompt(_wording(item, intake.get(item.id))).strip()
        if typed.lower() == STOP:
            break
        try:
            intake = _answered(intake, item, typed)
        except ValueError as error:
            say(f"  {error}")
            continue
        always = [id for id in always if id != item.id]
        save_intake(path, intake)
        now = find_referral(intake)
        if now is not None and (told is None or now.urgency is not told.urgency):
            say(f"\n{now.title}\n{now.text}")
        told = now
    return intake


def _answered(intake: Intake, item: Item, typed: str) -> Intake:
    """With what was typed; nothing typed keeps an answer that is there, or skips the question."""
    if typed:
        return replace(intake, answers={**intake.answers, item.id: parse(item, typed)})
    if item.id in intake.answers or item.id in intake.skipped:
        return intake
    return replace(intake, skipped=(*intake.skipped, item.id))


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
    if item.kind == "date":
        return _day(typed)
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


def _open(
    intake: Intake, always: Collection[str], wanted: Callable[[Intake], Collection[str]] | None
) -> Iterator[tuple[Question, Item]]:
    """What is to be asked next, in order: what is asked in any case, and what is neither answered nor skipped."""
    only = wanted(intake) if wanted is not None else None
    for question, item in load_questions().asked():
        needless = bool(item.only_if) and intake.get(item.only_if) in (None, False, NONE)
        passed = needless or (question.with_pain and intake.painless)
        known = question.always or item.id in intake.answers or item.id in intake.skipped
        needed = only is None or question.safety or item.id in only
        if item.id in always or (needed and not (passed or known)):
            yield question, item


def _wording(item: Item, kept: Value | None) -> str:
    text = f"{item.text} (Enter keeps: {given(kept, item)})" if kept is not None else item.text
    if item.kind == "yes_no":
        return f"{text} (y/n)"
    if item.kind == "date":
        return f"{text} (year-month-day)"
    if item.kind == "number":
        return f"{text}{f' ({item.unit})' if item.unit else ''}"
    choices = "".join(f"\n  {number} {option.text}" for number, option in enumerate(item.options, 1))
    return f"{text}{choices}\n{'Number' if item.kind == 'choice' else 'Numbers, as many as apply'}"


def _day(typed: str) -> str:
    try:
        return past_day(typed)
    except ValueError as error:
        raise ValueError(f"Type a day like 2026-03-31: {error}.") from None


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
