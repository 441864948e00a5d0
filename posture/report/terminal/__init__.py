"""What the terminal shows of a recording, and of two compared."""

from posture.report.terminal.run import WIDE, print_comparison, print_summary, progress

__all__ = ["WIDE", "print_comparison", "print_summary", "progress"]
