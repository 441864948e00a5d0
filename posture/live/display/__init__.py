"""How a live session is seen and heard."""
