"""An analysis in the formats of the field: poses, metrics, strides and events for other programs."""

from posture.exporters.export import Export, Kind, default_target, export
from posture.exporters.tables import What

__all__ = ["Export", "Kind", "What", "default_target", "export"]
