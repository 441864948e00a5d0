"""Frames in and out: probing, decoding with true times, rotation, encoding."""

from posture.opencv import cv2  # noqa: F401 - before PyAV: a window of OpenCV hangs if PyAV has brought its own X libraries first

# isort: split
from posture.video.cuts import find_cuts, signature
from posture.video.decode import Frame, FrameReader, frames_at
from posture.video.encode import VideoWriter
from posture.video.probe import VideoInfo, probe

__all__ = ["Frame", "FrameReader", "VideoInfo", "VideoWriter", "find_cuts", "frames_at", "probe", "signature"]
