"""``python -m posture``."""

from posture.cli import main

main(prog_name="posture")
