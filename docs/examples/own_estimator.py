import numpy as np

import posture
from posture.pose.estimation.engines import open_backend
from posture.pose.types import Pose, Rgb
from posture.settings import PoseSettings


class Network:
    def __init__(self, people: int) -> None:
        self.network = open_backend(PoseSettings(model="lite")).open_finder(people)  # load yours here

    def poses(self, rgb: Rgb) -> list[Pose]:
        metres = np.full((33, 3), np.nan)  # not every network has them
        return [Pose(one.xy, metres, one.visibility, one.presence) for one in self.network(rgb)]

    def forget(self) -> None: ...  # each picture is looked at on its own

    def close(self) -> None:
        self.network.close()


class Everyone(Network):  # a Finder: all people in a picture
    __call__ = Network.poses


class Runner(Network):  # a Follower: the one whose neighbourhood the pictures show
    def __call__(self, rgb: Rgb) -> Pose | None:
        return next(iter(self.poses(rgb)), None)


class Mine:  # a Backend; another version or model makes kept poses stale
    name, version, model = "my network", "1.0", "weights of March"

    def open_finder(self, people: int) -> Everyone:
        return Everyone(people)

    def open_follower(self) -> Runner:
        return Runner(1)


print(len(posture.analyze("run.mp4", out="mine.posture", backend=Mine(), overlay=False).strides), "strides")
