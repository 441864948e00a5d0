import posture
from posture.kinematics import Body, L
from posture.kinematics.geometry import inclination
from posture.series import Floats


@posture.metric(
    "shin_lean",
    label="Shin lean",
    unit="deg",
    positive="the knee is further ahead of the ankle",
    landmarks=(L.LEFT_KNEE, L.LEFT_ANKLE),  # left stands for the side that faces the camera
    floor=3.0,  # smallest change that counts as real, from your own repeated measurements
    plain="How far your near shin leans forward, on average over a stride.",
)
def shin_lean(body: Body) -> Floats:
    return inclination(body.near(L.LEFT_ANKLE), body.near(L.LEFT_KNEE))  # degrees, one a frame


analysis = posture.load_analysis("run.posture")
result = analysis.drift["shin_lean"]
print(f"{analysis.strides['shin_lean'].median():.1f}°, {result.status}, change {result.change:+.1f}°")
