"""See how a runner's head, shoulders and arms change in ordinary video as the runner tires."""
