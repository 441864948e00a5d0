"""What the terminal shows of a recording, and of two compared."""

from posture.report.terminal.between import print_comparison
from posture.report.terminal.parts import WIDE
from posture.report.terminal.run import print_summary

__all__ = ["WIDE", "print_comparison", "print_summary"]
