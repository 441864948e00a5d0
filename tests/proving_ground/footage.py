"""Real runners, bent by known amounts: what the pose model makes of each frame at each amount.

Poses depend on the pixels alone, so every frame of a clip is estimated once for each kind and amount of bend, the
frames of one amount in their own order, as a video of a runner who is bent so throughout. Runs of any length and
course are then composed of these poses (``composed``). That differs from a video made of the same frames in two
things: after a jump back in the clip the tracker's crop is that of the frame before in its own clip, and between two
amounts that were estimated poses are taken to lie on the line between theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture.landmarks import L
from posture.opencv import cv2
from posture.pose.estimation.mediapipe_backend import MediaPipeFollower
from posture.pose.estimation.models import find_model
from posture.series import Floats, PoseSeries
from posture.video.decode import FrameReader
from tests.proving_ground.warp import BENDS, Body, bent_picture, body_of, moved

#: The shorter side of pictures that go to the model: its own input has 256 pixels, about a body.
_SIDE = 540
#: Part of the names of kept poses: a change of what this package does to pictures makes them stale.
_VERSION = 1


@dataclass(frozen=True)
class Clip:
    """A stretch of a clip that shows one person who runs.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    start, stop : float
        Seconds.
    slow : float
        How many times slower than life it plays; frames are left out so that about 30 a second of life remain.
    """

    name: str
    start: float = 0.0
    stop: float = 8.0
    slow: float = 1.0


#: Runners seen from the side, whole and alone in the picture: treadmills, roads, men, women, small and large. Of the
#: other clips of runners these show too little: five strides and fewer (two in slow motion, four that cross a still
#: camera, one on a track); limbs that are all black (a silhouette); a skeleton painted over; a start, or a race, that
#: the camera pans with; a camera far off the side, or cuts every few strides. Three show a runner who is here already.
SIDE = (
    Clip("treadmill_side_home_male_12s"),
    Clip("treadmill_side_male_hoodie_16s"),
    Clip("treadmill_side_female_glasses_31s"),
    Clip("treadmill_side_female_pink_6s"),
    Clip("treadmill_side_male_longhair_8s"),
    Clip("treadmill_side_male_home_nocap_6s"),
    Clip("treadmill_side_male_redsinglet_real_6s", start=0.6),
    Clip("overground_side_female_tiktok_7s"),
    Clip("treadmill_side_male_posture_demo_22s", start=12.3, stop=20.3),
    Clip("overground_side_road_tracked_21s", stop=15.0, slow=2.0),
    Clip("overground_side_female_beach_bw_30s", stop=22.0, slow=2.9),
    Clip("overground_side_female_park_b_7s", stop=7.0, slow=2.0),
    Clip("overground_side_male_redjacket_4s", stop=4.0),
    Clip("overground_side_pace_ladder_22s", stop=4.3),
)
#: The same from the front.
FRONT = (Clip("front_inplace_jog_indoor_6s"), Clip("front_boy_road_14s"), Clip("overground_front_pace_ladder_13s"))

#: Amounts by kind, about 1 to 3 noise floors of what they change (arms: 1 and 2).
AMOUNTS = {
    "lean": (2.0, 4.0, 6.0),
    "head": (5.0, 10.0, 15.0),
    "slump": (6.0, 8.0, 12.0),
    "rounded": (0.06,),
    "shrug": (0.06,),
    "forearm": (7.0, 14.0),
    "shank": (4.0, 8.0),
    "swing": (0.2, 0.4),
    "elbow": (0.4,),
    "bounce": (0.2, 0.4),
    "tilt": (1.5, 3.0, 4.5),
    "tired": (1.0,),
}


@dataclass(frozen=True, eq=False)
class Footage:
    """A clip's poses, unbent and bent.

    Attributes
    ----------
    clip : Clip
    plain : PoseSeries
        Of the frames as they are, on life's clock.
    bent : dict of (str, float) to PoseSeries
        As estimated, by kind and amount.
    body : Body
    """

    clip: Clip
    plain: PoseSeries
    bent: dict[tuple[str, float], PoseSeries]
    body: Body

    def amounts(self, kind: str) -> list[float]:
        """The amounts that there are poses for, with 0 first."""
        return sorted({0.0, *(amount for name, amount in self.bent if name == kind)})

    def seen(self, kind: str, amount: float) -> PoseSeries:
        """As estimated."""
        return self.bent[kind, amount] if amount else self.plain

    def true(self, kind: str, amount: float) -> PoseSeries:
        """The landmarks of the unbent frames, sent through the bend."""
        xy = moved(kind, self.body, amount, self.plain.xy) if amount else self.plain.xy
        return self.plain.with_xy(xy)


def footage(
    clip: Clip, folder: Path, cache: Path, kinds: Iterable[str], model: str = "full", *, estimate: bool = True
) -> Footage:
    """Poses of a clip under bends, estimated where they are not kept.

    Parameters
    ----------
    clip : Clip
    folder : Path
        Of the clips.
    cache : Path
        Where poses are kept.
    kinds : iterable of str
    model : str
    estimate : bool
        Whether what is not kept is estimated, or left out; the poses of unbent frames always are.
    """
    studio = _Studio(clip, folder, cache, model)
    plain = studio.poses("none", 0.0)
    facing = _facing(plain.xy)
    body = body_of(plain.xy, plain.rate, facing)
    bent = {
        (kind, amount): studio.poses(kind, amount, body)
        for kind in kinds
        for amount in AMOUNTS[kind]
        if estimate or studio.kept(kind, amount).exists()
    }
    return Footage(clip, plain, bent, body)


class _Studio:
    """Bends the frames of one clip and has them looked at by one model."""

    def __init__(self, clip: Clip, folder: Path, cache: Path, model: str) -> None:
        self._clip, self._cache, self._model = clip, cache, model
        self._path = folder / f"{clip.name}.mp4"
        self._frames: list[np.ndarray] = []
        self._rate = 0.0

    def kept(self, kind: str, amount: float) -> Path:
        return self._cache / f"{self._clip.name}-{Path(self._model).stem}-{kind}-{amount:g}-{_VERSION}.npz"

    def poses(self, kind: str, amount: float, body: Body | None = None) -> PoseSeries:
        file = self.kept(kind, amount)
        if file.exists():
            with np.load(file) as kept:
                return PoseSeries(**{name: kept[name] for name in kept if name != "size"}, size=tuple(kept["size"]))
        series = self._estimated(kind, amount, body)
        self._cache.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez_compressed(part, **vars_of(series), size=series.size)
        part.replace(file)
        return series

    def _estimated(self, kind: str, amount: float, body: Body | None) -> PoseSeries:
        self._read()
        follower = MediaPipeFollower(find_model(self._model))
        try:
            rows = [follower(picture) for picture in self._pictures(kind, amount, body)]
        finally:
            follower.close()
        lost = {"xy": (33, 2), "world": (33, 3), "visibility": (33,), "presence": (33,)}
        columns = {
            name: np.stack([np.full(shape, np.nan) if row is None else getattr(row, name) for row in rows])
            for name, shape in lost.items()
        }
        height, width = self._frames[0].shape[:2]
        time = np.arange(len(rows)) / self._rate
        return PoseSeries(time, **columns, segment=np.zeros(len(rows), dtype=int), size=(width, height))

    def _pictures(self, kind: str, amount: float, body: Body | None) -> Iterator[np.ndarray]:
        for frame, picture in enumerate(self._frames):
            yield picture if body is None else bent_picture(picture, BENDS[kind](body, frame, amount))

    def _read(self) -> None:
        """Every n-th frame, made smaller."""
        if self._frames:
            return
        clip = self._clip
        times = []
        with FrameReader(self._path, clip.start, clip.stop) as reader:
            for frame in reader:
                times.append(frame.time)
                height, width = frame.rgb.shape[:2]
                scale = min(1.0, _SIDE / min(height, width))
                size = (int(width * scale), int(height * scale))
                self._frames.append(cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA))
        life = clip.slow * (len(times) - 1) / (times[-1] - times[0])
        every = max(round(life / 30.0), 1)
        self._frames, self._rate = self._frames[::every], life / every


def vars_of(series: PoseSeries) -> dict[str, Floats]:
    """The arrays of a series by name."""
    names = ("time", "xy", "world", "visibility", "presence", "segment")
    return {name: getattr(series, name) for name in names}


def _facing(xy: Floats) -> int:
    ears = (xy[:, L.LEFT_EAR, 0] + xy[:, L.RIGHT_EAR, 0]) / 2
    return 1 if np.nanmedian(xy[:, L.NOSE, 0] - ears) > 0 else -1
