"""Pages about many analyses: a batch, and a runner's history. Each is one file that needs no other and no network."""
