"""What people share of a run: one picture."""

from posture.report.share.picture import write_png

__all__ = ["write_png"]
