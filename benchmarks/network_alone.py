"""The limit that speed is measured against: the landmark network without its mask, on all cores, and nothing else.

``python -m benchmarks.network_alone MODEL FRAMES``
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from posture.pose.estimation.direct.networks import network_files
from posture.pose.estimation.models import LANDMARKS, find_model


def main(model: str, frames: int) -> None:
    network, workers = network_files(find_model(model))[LANDMARKS], os.cpu_count() or 1

    def work(_: int) -> None:
        interpreter = Interpreter(model_content=network, num_threads=1)
        interpreter.allocate_tensors()
        entry = interpreter.get_input_details()[0]
        interpreter.set_tensor(entry["index"], np.full(entry["shape"], 0.5, np.float32))
        for _ in range(frames // workers):
            interpreter.invoke()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
