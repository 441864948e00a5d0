import posture
from posture.settings import PoseSettings


class StoppedError(Exception):
    pass


def show(label: str, done: float, total: float) -> None:
    print(f"{label}: {done:.0f} of {total:.0f}")
    if label == "Following the runner":  # or: if somebody pressed a button
        raise StoppedError


settings = posture.Settings(pose=PoseSettings(model="lite"))
try:
    posture.analyze("run.mp4", out="lite.posture", settings=settings, progress=show)
except StoppedError:
    print("stopped; the same call goes on where it stopped")
