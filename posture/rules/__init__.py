"""Drift, levels and intake to findings: causes as data and the engine that evaluates them."""
