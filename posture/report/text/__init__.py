"""The words of every report that are not a metric's or a cause's own: here alone, so that a language can be added.

``english.toml`` holds what stands still, ``sentences`` and ``verdicts`` what is made from numbers.
"""

from posture.report.text.about import about, answers_kept, day_of, in_centimetres, lengths, written
from posture.report.text.episodes import came_and_went
from posture.report.text.estimators import not_one_estimator
from posture.report.text.legs import legs, legs_found, legs_note, legs_unseen
from posture.report.text.levels import (
    behind,
    carried,
    left_and_right,
    levels_of,
    place,
    place_word,
    posture,
    standing,
    unremarkable,
)
from posture.report.text.live import while_running
from posture.report.text.quantities import DECIMALS, UNIT, clock, counted, number, plain, quantity, shown_change, span
from posture.report.text.sentences import (
    cautions,
    film_next,
    needs_answers,
    quality,
    same_camera,
    seen,
    undecided,
    unseen,
    view,
)
from posture.report.text.verdicts import (
    between,
    brief,
    change,
    changes,
    detail,
    headline_basis,
    since,
    size,
    status_word,
    verdict,
    verdict_sentence,
)
from posture.report.text.ways import way, ways
from posture.report.text.words import WORDS

__all__ = [
    "DECIMALS",
    "UNIT",
    "WORDS",
    "about",
    "answers_kept",
    "behind",
    "between",
    "brief",
    "came_and_went",
    "carried",
    "cautions",
    "change",
    "changes",
    "clock",
    "counted",
    "day_of",
    "detail",
    "film_next",
    "headline_basis",
    "in_centimetres",
    "left_and_right",
    "legs",
    "legs_found",
    "legs_note",
    "legs_unseen",
    "lengths",
    "levels_of",
    "needs_answers",
    "not_one_estimator",
    "number",
    "place",
    "place_word",
    "plain",
    "posture",
    "quality",
    "quantity",
    "same_camera",
    "seen",
    "shown_change",
    "since",
    "size",
    "span",
    "standing",
    "status_word",
    "undecided",
    "unremarkable",
    "unseen",
    "verdict",
    "verdict_sentence",
    "view",
    "way",
    "ways",
    "while_running",
    "written",
]
