from matplotlib.figure import Figure  # in a notebook: figure, axes = pyplot.subplots(2)

import posture

analysis = posture.load_analysis("run.posture")
figure = Figure(figsize=(7, 5), layout="constrained")
above, below = figure.subplots(2)

posture.plot_run(analysis, "trunk_lean", above)
posture.plot_stride(analysis, "elbow_flex", below).set_title("Near elbow")
figure.savefig("lean.png")
