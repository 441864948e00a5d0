"""What somebody chooses before a live session."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from posture.app.tickets import Choices
from posture.settings import Settings
from posture.shown import public_part

#: What stands for a camera that has an address.
NETWORK = "network"
#: Schemes of a camera's address; whatever else a text may mean to the program, files above all, is none.
_SCHEMES = frozenset({"http", "https", "rtsp", "rtsps"})
#: One of an app that makes a camera of a phone.
EXAMPLE = "http://phone:8080/video"


class LiveChoices(Choices):
    """As of a clip, and which camera, how long the baseline is, and whether cues are said aloud."""

    camera: Literal["network"] | Annotated[int, Field(ge=0, le=9999)]
    address: Annotated[str, Field(max_length=500, validate_default=True)] = ""
    baseline: Literal["30", "60", "120", "300"] = "60"
    voice: bool = False

    @field_validator("address")
    @classmethod
    def _leads_to_a_camera(cls, said: str, info: ValidationInfo) -> str:
        if info.data.get("camera") == NETWORK and not _is_address(said):
            raise ValueError(f"write the one of the camera, like {EXAMPLE} or rtsp://192.0.2.5/stream")
        scheme, colon, rest = said.partition(":")
        return f"{scheme.lower()}{colon}{rest}"

    @property
    def source(self) -> str:
        """A number or an address, and never a path."""
        return self.address if self.camera == NETWORK else str(self.camera)

    @property
    def public(self) -> str:
        """The address as others may read it, who come to the same page."""
        return f"{urlsplit(self.address).scheme}://{public_part(self.address)}" if self.camera == NETWORK else ""

    @property
    def about(self) -> Choices:
        """What is kept with the run: no address, which may hold a password."""
        return Choices.model_validate(self.model_dump(include=set(Choices.model_fields)))

    def settings(self) -> Settings:
        """The program's, with these."""
        own = super().settings()
        return own.model_copy(update={"live": own.live.model_copy(update={"baseline_seconds": float(self.baseline)})})


def _is_address(text: str) -> bool:
    if re.search(r"[\x00-\x20\x7f-\xa0\\]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
