"""Who is inside, and the keys that let somebody in: a token, a code that works once, or a password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field

#: A paired phone, or somebody who knew the password, is let out after this long without use, s.
AWAY = 1800.0
#: A code, or an address that was opened, that nobody used ends, s.
_CODE_LASTS = 600.0
#: Wrong codes or passwords until the code ends, or nobody may try for a while.
_TRIES = 5
_PAUSE = 60.0
_DIGITS = 8


@dataclass
class Sessions:
    """Sessions end with the app; those that did not begin on this machine also when nobody uses them.

    Attributes
    ----------
    token : str
        Of the address that is opened on this machine; empty where nobody may come in by one.
    password : str
        Empty where nobody may come in by one.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    password: str = ""
    _open: dict[str, tuple[float, float]] = field(default_factory=dict)
    _opener: str = ""
    _opener_ends: float = 0.0
    _code: str = ""
    _code_ends: float = 0.0
    _wrong: int = 0
    _shut_until: float = 0.0

    def enter(self, token: str) -> str | None:
        """A new session for whoever knows the token, or is the first to come with that which was opened."""
        if _same(token, self._opener) and time.monotonic() < self._opener_ends:
            self._opener = ""
            return self.begin()
        return self.begin() if _same(token, self.token) else None

    def new_opener(self) -> str:
        """A token that works once and not for long, for where others can read it."""
        self._opener, self._opener_ends = secrets.token_urlsafe(32), time.monotonic() + _CODE_LASTS
        return self._opener

    def new_code(self) -> str:
        """A code that lets one in, once; an earlier one ends."""
        self._code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        self._code_ends, self._wrong = time.monotonic() + _CODE_LASTS, 0
        return self._code

    def pair(self, code: str) -> str | None:
        """A new session for whoever knows the code; it ends with that, with its time, and with too many wrong ones."""
        right = _same(code, self._code) and time.monotonic() < self._code_ends
        self._wrong += not right
        if right or self._wrong >= _TRIES:
            self._code = ""
        return self.begin(AWAY) if right else None

    def log_in(self, password: str) -> str | None:
        """A new session for whoever knows the password; after wrong ones nobody may try for a minute."""
        now = time.monotonic()
        if now < self._shut_until or not _same(password, self.password):
            self._wrong += now >= self._shut_until
            if self._wrong >= _TRIES:
                self._shut_until, self._wrong = now + _PAUSE, 0
            return None
        self._wrong = 0
        return self.begin(AWAY)

    def begin(self, lasts: float = float("inf")) -> str:
        """A new session that ends when it is not used for so many seconds."""
        now = time.monotonic()
        self._open = {session: ends for session, ends in self._open.items() if ends[0] > now}
        session = secrets.token_urlsafe(32)
        self._open[session] = (now + lasts, lasts)
        return session

    def knows(self, session: str) -> bool:
        """Whether a session is going on; that lengthens it."""
        now = time.monotonic()
        ends, lasts = self._open.get(session, (0.0, 0.0))
        if ends <= now:
            return False
        self._open[session] = (now + lasts, lasts)
        return True

    def end(self, session: str) -> None:
        """End a session."""
        self._open.pop(session, None)


def _same(said: str, key: str) -> bool:
    """Whether a key is the right one, in the same time whatever is wrong with it; an empty key opens nothing."""
    digests = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (said, key))
    return hmac.compare_digest(*digests) and bool(key)
