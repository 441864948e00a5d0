"""What no text of the program may say: it tells what is consistent with what, and never diagnoses."""

from __future__ import annotations

import re

#: Claims that no camera and no questionnaire supports, in small letters.
FORBIDDEN = (
    r"\byou (?:have|suffer from|are suffering)\b",
    r"\bdiagnos\w*",
    r"\bcaused by\b",
    r"\bis the cause of your\b",
    r"\b(?:causes|is causing|will cause) (?:your|the) (?:pain|injur\w*)",
    r"\b(?:will|can|does) (?:cure|heal|fix|prevent)\b",
    r"\b(?:cures|heals) ",
    r"\bguarantee\w*",
    r"\bproves? that\b",
    r"\b\d+(?:\.\d+)?\s?(?:lbs?|pounds|kg|kilograms?)\b",
    r"\btext neck\b",
    r"\byour (?:spine|posture|technique) is (?:bad|wrong|damaged)\b",
    r"\byou (?:must|should) not worry\b",
    r"\bno need to see a doctor\b",
    r"\blactic acid (?:causes|makes) (?:your )?(?:muscles )?sore\w*",
)
_PATTERN = re.compile("|".join(FORBIDDEN), re.IGNORECASE)


def forbidden(text: str) -> list[str]:
    """Every forbidden claim in a text, as it stands there.

    Parameters
    ----------
    text : str
        Prose, without markup.
    """
    return [match.group() for match in _PATTERN.finditer(" ".join(text.split()))]
