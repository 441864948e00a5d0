from posture import METRICS
from posture.kinematics import ViewKind

for id, metric in METRICS.items():
    if ViewKind.SIDE in metric.views:
        print(f"{id}: {metric.label}, {metric.unit}, + {metric.positive}; floor {metric.floor:g}")
