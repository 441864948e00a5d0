"""Analyses to people: terminal, plots, annotated video, tables."""
