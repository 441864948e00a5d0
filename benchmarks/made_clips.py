"""Clips that are made to be timed."""

from __future__ import annotations

from pathlib import Path

import av

from posture.video import FrameReader, VideoWriter, probe


def repeated(source: Path, target: Path, times: int) -> Path:
    """The same packets again and again; what carries another name is another clip."""
    with av.open(str(source)) as given:
        stamps = [packet.pts for packet in given.demux(video=0) if packet.pts is not None]
    step = round((max(stamps) - min(stamps)) * len(stamps) / (len(stamps) - 1))
    with av.open(str(target), "w") as made:
        for turn in range(times):
            with av.open(str(source)) as given:
                if turn == 0:
                    stream = made.add_stream_from_template(given.streams.video[0])
                made.metadata["comment"] = target.stem
                for packet in given.demux(video=0):
                    if packet.pts is not None:
                        packet.pts, packet.dts = packet.pts + turn * step, packet.dts + turn * step
                        packet.stream = stream
                        made.mux(packet)
    return target


def faster(source: Path, target: Path, times: int) -> Path:
    """Each picture several times, at so many times the rate."""
    info = probe(source)
    with VideoWriter(target, info.size, times * info.rate) as writer:
        for frame in FrameReader(source):
            for part in range(times):
                writer.write(frame.rgb, frame.time + part / (times * info.rate))
    return target
