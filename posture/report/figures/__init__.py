"""Curves as files."""
