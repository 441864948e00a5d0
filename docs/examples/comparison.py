import posture

comparison = posture.compare("monday.posture", "friday.posture")  # videos, too

for metric, result in comparison.drift.items():
    label, unit = posture.METRICS[metric].label, posture.METRICS[metric].unit
    print(f"{label}: {result.change:+.2f} {unit}, counts from {result.floor:.2f} on: {result.status}")
