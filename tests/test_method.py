from __future__ import annotations

import re
from pathlib import Path

import posture
from posture.rules import load_causes

PACKAGE = Path(posture.__file__).parent
METHOD = (PACKAGE / "METHOD.md").read_text(encoding="utf-8")
REFERENCE = re.compile(r"\bmethod ((?:\d+(?:\.\d+)*)(?:(?:,| and| to) \d+(?:\.\d+)+)*)", re.IGNORECASE)


def sections() -> set[str]:
    """Numbers of headings, and of the steps below a heading as a further part."""
    found, heading = set(), ""
    for line in METHOD.splitlines():
        if match := re.match(r"#+ (\d+(?:\.\d+)?)\.? ", line):
            heading = match[1]
            found.add(heading)
        elif match := re.match(r"(\d+)\. ", line):
            found.add(f"{heading}.{match[1]}")
    return found


def test_every_reference_to_the_method_leads_somewhere() -> None:
    known = sections()
    assert {"1.2", "2.4", "3.2.9", "5.4", "0.3"} <= known
    lost = {}
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml")]):
        text = " ".join(path.read_text(encoding="utf-8").replace("#", " ").split())
        for match in REFERENCE.finditer(text):
            missing = set(re.findall(r"\d+(?:\.\d+)*", match[1])) - known
            if missing:
                lost[path.name] = missing
    assert lost == {}


def test_every_source_of_the_method_is_listed() -> None:
    text, sources = METHOD.split("## 7. Sources")
    listed = {int(n) for n in re.findall(r"\bF(\d+)\b", sources)} | {1, 2, 3}
    assert {int(n) for n in re.findall(r"\bF(\d+)\b", text)} <= listed
    assert {int(key[1:]) for key in load_causes().sources} <= listed
