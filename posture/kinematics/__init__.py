"""Clean pose series to metrics: the registry, the view and pure vectorised functions."""
