"""What is said of recordings that are compared and whose poses do not come from one estimator."""

from __future__ import annotations

from collections.abc import Sequence

from posture.levels.reference import named_apart, read_alike
from posture.report.text.words import WORDS


def not_one_estimator(stamps: Sequence[tuple[str, str]]) -> str:
    """A caution where recordings come from different models, or from engines that are not known to read alike.

    Parameters
    ----------
    stamps : sequence of (model, estimator)
        As ``Recording`` keeps them, in the order of the recordings; those without a model are not known.

    Returns
    -------
    str
        Empty where there is nothing to say; the last recording is named against the first that differs from it.
    """
    known = [stamp for stamp in stamps if stamp[0]]
    for which, differs in (("model", _other_model), ("engine", _other_engine)):
        for one in known:
            if differs(one, known[-1]):
                first, last = named_apart(one, known[-1])
                return str(WORDS["estimators"][which].format(first=first, last=last))
    return ""


def _other_model(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] != other[0]


def _other_engine(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return not read_alike(one[1], other[1])
