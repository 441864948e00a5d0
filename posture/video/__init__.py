"""Frames in and out: probing, decoding with true times, rotation, encoding."""
