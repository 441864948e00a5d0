"""Which recordings of the shared motion capture run, by set."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.proving_ground.runner import Runner, load_runner

_PATTERNS = ("cmu_*_run.bvh", "bandainamco_dataset-?_run_*.bvh", "deepmimic_humanoid3d_run.txt",
             "deepmimic_humanoid3d_jog.txt", "hamner_subject02_running.trc")  # fmt: skip

#: Metres by which end and start of a loop may miss each other before blending.
_SEAM = 0.08


@cache
def runners(mocap: Path) -> tuple[Runner, ...]:
    """Every run that can be looped cleanly and whose feet take turns; 32 of CMU, Bandai-Namco, DeepMimic and Hamner."""
    found = [load_runner(mocap, p.stem) for pattern in _PATTERNS for p in sorted(mocap.glob(pattern))]
    return tuple(r for r in found if r.seam < _SEAM and r.takes_turns)


def family(runner: Runner) -> str:
    """The set that a runner comes from."""
    head, _, rest = runner.name.partition("_")
    return f"{head} {rest[:9]}" if head == "bandainamco" else head


def one_of_each(mocap: Path) -> tuple[Runner, ...]:
    """Ten runners of all sets, for proofs that need not see everyone."""
    chosen = {"cmu_02_03_run", "cmu_09_01_run", "cmu_09_04_run", "bandainamco_dataset-1_run_not-confident_001",
              "bandainamco_dataset-1_run_old_001", "bandainamco_dataset-2_run_exhausted_004",
              "bandainamco_dataset-2_run_normal_023", "deepmimic_humanoid3d_run", "deepmimic_humanoid3d_jog",
              "hamner_subject02_running"}  # fmt: skip
    return tuple(r for r in runners(mocap) if r.name in chosen)
