"""What reads a C3D file, as a program of its own: its library ends in a segmentation fault on some damaged files."""

import sys
from contextlib import suppress

import ezc3d
import numpy as np

#: Addresses that a file may ask for, bytes: an hour of a whole body's markers takes a tenth.
_MOST = 4 * 1024**3


def main(source: str, target: str) -> None:
    """Write names, places (3, N, T), rate, scale and unit of the markers into an ``.npz`` file."""
    with suppress(ImportError, OSError, ValueError):  # no such limits on this system, or none that it keeps
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST, resource.getrlimit(resource.RLIMIT_AS)[1]))
    content = ezc3d.c3d(source)
    point = content["parameters"]["POINT"]
    np.savez(
        target,
        names=np.array([str(name).split(":")[-1] for name in point["LABELS"]["value"]], dtype=str),
        values=np.asarray(content["data"]["points"][:3], dtype=float),
        rate=float(point["RATE"]["value"][0]),
        # Above zero where points are whole numbers of 16 bits.
        scale=float((point["SCALE"]["value"] or [-1.0])[0]),
        # The format's usual unit, where a file names none.
        unit=str((point["UNITS"]["value"] or ["mm"])[0]),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
