"""The limit that speed is measured against: the landmark network without its mask, on all cores, and nothing else.

``python -m benchmarks.network_alone MODEL FRAMES``
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from posture.pose.estimation.models import find_model
from posture.pose.estimation.unmasked import without_mask


def main(model: str, frames: int) -> None:
    bundle, workers = without_mask(find_model(model).path.read_bytes()), os.cpu_count() or 1
    network = zipfile.ZipFile(io.BytesIO(bundle)).read("pose_landmarks_detector.tflite")

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
