"""The sheet for a clinic: one run on one or two printed pages."""

from posture.report.sheet.pdf import write_pdf

__all__ = ["write_pdf"]
