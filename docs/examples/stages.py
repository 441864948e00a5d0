from posture import cleaning, drift, kinematics, strides
from posture.checkup.truth import shipped_runner
from posture.settings import Settings

settings = Settings()
series = shipped_runner()  # or Recording.load("run.posture/poses.npz").series, or importers.load("poses.csv")

cleaned, report = cleaning.clean(series, settings.cleaning)  # PoseSeries
view = kinematics.find_view(cleaned)  # View
measured = kinematics.compute(cleaned, view)  # Metrics, one value a frame
bounds = strides.find_strides(cleaned, view, settings.strides)
events = strides.find_events(cleaned, view)
segmented = strides.stride_table(cleaned, view, measured, bounds, events)  # Strides, one value a stride
drifts = drift.assess(segmented, view, measured, camera=None, settings=settings.drift)  # DriftResult by metric

print(f"{view.kind}, {segmented.gait}, {len(segmented.kept)} strides")
print(f"{drifts['trunk_lean'].status}: {drifts['trunk_lean'].change:+.1f}°")
