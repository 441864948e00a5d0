"""The plain loop that speed is measured against: read with OpenCV, ``detect_for_video``, one thread, nothing else.

``python benchmarks/plain_loop.py CLIP MODEL.task``
"""

from __future__ import annotations

import sys

import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision


def main(clip: str, model: str) -> None:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=model), running_mode=vision.RunningMode.VIDEO
    )
    capture = cv2.VideoCapture(clip)
    found = frames = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            ok, bgr = capture.read()
            if not ok:
                break
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            found += bool(landmarker.detect_for_video(image, frames * 33 + 1).pose_landmarks)
            frames += 1
    print(f"{found} of {frames} frames with a person")


if __name__ == "__main__":
    main(*sys.argv[1:])
