"""Who is in a clip, who of them is the runner, and where the runner is at every moment."""
