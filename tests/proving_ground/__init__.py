"""Motion capture on an endless treadmill before virtual cameras: the truth that tests measure against.

runner = load_runner(shared / "mocap", "cmu_09_01_run")
take = record(runner, Camera(azimuth=90), seconds=60, fps=30, flaws=Flaws(swaps=6), variability=1.0)
take.series (as MediaPipe would give it), take.clean (without flaws), take.left / take.right (true foot contacts, s)
analyse(take.series).kept (the stride table)
"""

from tests.proving_ground.analysis import Analysed, analyse
from tests.proving_ground.recording import NONE, Flaws, Take, record
from tests.proving_ground.runner import Runner, load_runner

__all__ = ["NONE", "Analysed", "Flaws", "Runner", "Take", "analyse", "load_runner", "record"]
