"""How long a test waits for something that must come: no measure of speed, only an end to waiting for ever."""

HANG_S = 600.0
