import posture

analysis = posture.load_analysis("run.posture")  # posture.analyze("run.mp4") makes one

print(analysis.strides[["start", "trunk_lean", "elbow_flex"]].describe())  # one row a stride
print(analysis.metrics["trunk_lean"].max())  # one row a frame
print(analysis.poses[["time", "nose_x", "nose_y"]].head())  # one row a frame, pixels

lean = analysis.drift["trunk_lean"]
print(f"trunk lean: {lean.baseline:.1f}° to {lean.end:.1f}°, {lean.status}")
if lean.onset:
    print(f"since {lean.onset.time:.0f} s")

level = analysis.levels.levels["trunk_lean"]
print(f"at the start {level.value:.1f}°, among reference runners: {level.place}")

for finding in analysis.findings:
    if finding.verdict == "supported":
        print(finding.title, "|", finding.text)
