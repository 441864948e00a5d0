"""Files of this program on disk: written whole or not at all, and known again when they are read."""
