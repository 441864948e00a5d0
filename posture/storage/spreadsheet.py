"""Tables that people open in a spreadsheet: a name must not become a formula there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

#: What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The table with a ``'`` before every text that a spreadsheet would take for a formula; numbers stay numbers."""
    return pd.DataFrame([{key: _cell(value) for key, value in row.items()} for row in rows])


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # Bytes of file names that are no text fit in no table either.
    text = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
