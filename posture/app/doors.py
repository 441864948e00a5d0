"""Ways in and out: the address with its token, a phone's code, a password."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from posture.app import forms, pages
from posture.app.sessions import Sessions


class Doors:
    """Addresses of whoever is not inside yet, and of whoever leaves.

    Parameters
    ----------
    sessions : Sessions
    cookie : str
        Name of the session's cookie.
    secure : bool
        Whether browsers reach the app by https only.
    lan : str
        Address at which other devices of the network reach it, without a path; empty where none may.
    """

    def __init__(self, sessions: Sessions, cookie: str, *, secure: bool = False, lan: str = "") -> None:
        self.sessions, self.cookie = sessions, cookie
        self._secure, self.lan = secure, lan

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            Route("/enter", self.enter),
            Route("/pair", self.pair),
            Route("/login", self.login),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
            Route("/phone", self.phone),
        ]

    async def enter(self, request: Request) -> Response:
        """Through the address that is opened on this machine."""
        session = self.sessions.enter(request.query_params.get("token", ""))
        return self._inside(session, "This address is not the one that 'posture app' printed; open that one.")

    async def pair(self, request: Request) -> Response:
        """By the code of the QR code."""
        session = self.sessions.pair(request.query_params.get("code", ""))
        return self._inside(session, "This code was used already, or is too old; show a new one on the computer.")

    async def login(self, _: Request) -> Response:
        """Ask for the password."""
        return pages.page("login.html", wrong=False)

    async def log_in(self, request: Request) -> Response:
        """By the password."""
        session = self.sessions.log_in((await forms.fields(request)).get("password", ""))
        return pages.page("login.html", 403, wrong=True) if session is None else self._inside(session, "")

    def stay(self, request: Request) -> None:
        """Lengthen the session of a request that goes on for long."""
        self.sessions.knows(request.cookies.get(self.cookie, ""))

    async def leave(self, request: Request) -> Response:
        """End the session."""
        self.sessions.end(request.cookies.get(self.cookie, ""))
        answer = RedirectResponse("/login" if self.sessions.password else "/", 303)
        answer.delete_cookie(self.cookie)
        return answer

    async def phone(self, _: Request) -> Response:
        """A new code for a phone, as a QR code."""
        if not self.lan:
            return pages.problem("Phones may come in when the app is started with 'posture app --lan'.", 404)
        import segno

        code = self.sessions.new_code()
        address = f"{self.lan}/pair?code={code}"
        return pages.page(
            "phone.html", code=code, lan=self.lan, picture=segno.make(address).svg_data_uri(scale=6, light="#fff")
        )

    def _inside(self, session: str | None, otherwise: str) -> Response:
        if session is None:
            return pages.problem(otherwise, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, session, httponly=True, samesite="strict", secure=self._secure)
        return answer
