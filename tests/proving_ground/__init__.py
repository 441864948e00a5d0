"""Motion capture on an endless treadmill before virtual cameras: the truth that tests measure against.

runner = load_runner(shared / "mocap", "cmu_09_01_run")
clip = record(runner, Camera(azimuth=90), seconds=60, fps=30, flaws=Flaws(swaps=6), variability=1.0)
clip.series (as MediaPipe would give it), clip.clean (without flaws), clip.left / clip.right (true foot contacts, s)
"""

from proving_ground.recording import NONE, Flaws, Take, record
from proving_ground.runner import Runner, load_runner

__all__ = ["NONE", "Flaws", "Runner", "Take", "load_runner", "record"]
