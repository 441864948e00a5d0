"""The landmark network without the mask that nobody asks for.

Beside the landmarks the network paints a mask of the person, as large as its input, for every picture. TFLite computes
all that a graph lists, asked for or not, and the mask takes half of the small network's time and a third of the full
one's. Here the operators that lead to nothing but the mask are taken off the list. What leads to the landmarks is
untouched: they stay the same to the bit.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

from posture.pose.estimation.models import LANDMARKS

#: Fields of a subgraph in TFLite's schema: places in the table of a FlatBuffer.
_OPERATORS = 10


def without_mask(bundle: bytes) -> bytes:
    """A pose landmarker bundle whose network leaves the mask out.

    Parameters
    ----------
    bundle : bytes
        Of a ``.task`` file.

    Returns
    -------
    bytes
        The bundle itself where it is not built as expected; MediaPipe then says what it thinks of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return bundle
    network = bytearray(files.get(LANDMARKS, b""))
    try:
        cut_off = _cut_off(network)
    except (struct.error, TypeError, ValueError, IndexError, AttributeError):
        # No network, or one that is damaged.
        cut_off = False
    if not cut_off:
        return bundle
    smaller = io.BytesIO()
    # MediaPipe maps the files of a bundle as they lie: they must not be compressed.
    with zipfile.ZipFile(smaller, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (files | {LANDMARKS: bytes(network)}).items():
            archive.writestr(name, content)
    return smaller.getvalue()


def _cut_off(network: bytearray) -> bool:
    """Take the operators of the mask off the list, in place; False where there is no mask to be told from the rest."""
    schema = _schema()
    model = schema.Model.GetRootAsModel(network, 0)
    if model.SubgraphsLength() != 1 or model.SignatureDefsLength():
        return False
    graph = model.Subgraphs(0)
    outputs = graph.OutputsAsNumpy()
    masks = [place for place, tensor in enumerate(outputs) if _like_input(graph, tensor)]
    if len(masks) != 1:
        return False
    operators = [graph.Operators(i) for i in range(graph.OperatorsLength())]
    keep = _leading_to(operators, set(outputs.tolist()) - {int(outputs[masks[0]])})
    # MediaPipe counts the outputs and reads them by place: something that is computed anyway stands in for the mask.
    stand_in = operators[keep[-1]].InputsAsNumpy()[0]
    if stand_in in outputs:
        return False
    outputs[masks[0]] = stand_in
    _shorten(network, graph._tab.Vector(graph._tab.Offset(_OPERATORS)), keep)
    return True


def _schema() -> Any:
    """TFLite's schema, which either engine brings."""
    try:
        from ai_edge_litert import schema_py_generated
    except ImportError:
        from mediapipe.tasks.metadata import schema_py_generated
    return schema_py_generated


def _like_input(graph: Any, tensor: int) -> bool:
    """Whether a tensor is a picture of the network's input size with one channel."""
    height, width = graph.Tensors(graph.Inputs(0)).ShapeAsNumpy()[1:3]
    return bool(graph.Tensors(tensor).ShapeAsNumpy().tolist() == [1, height, width, 1])


def _leading_to(operators: list[Any], wanted: set[int]) -> list[int]:
    """Numbers of the operators, in order, that the wanted tensors depend on."""
    wanted, keep = set(wanted), []
    for number in reversed(range(len(operators))):
        if wanted.intersection(operators[number].OutputsAsNumpy().tolist()):
            keep.append(number)
            wanted.update(operators[number].InputsAsNumpy().tolist())
    return keep[::-1]


def _shorten(buffer: bytearray, start: int, keep: list[int]) -> None:
    """Keep only some entries of a FlatBuffer's vector of tables, whose first entry is at ``start``.

    An entry is the distance from itself to its table; the number of entries stands before the first.
    """
    places = [start + 4 * number for number in keep]
    tables = [place + struct.unpack_from("<I", buffer, place)[0] for place in places]
    for number, table in enumerate(tables):
        place = start + 4 * number
        struct.pack_into("<I", buffer, place, table - place)
    struct.pack_into("<I", buffer, start - 4, len(keep))
