"""The report as one page that needs no other file and no network."""

from posture.report.page.build import render, write_page

__all__ = ["render", "write_page"]
