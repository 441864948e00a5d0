"""Strides to drift: trend, size, noise floor, guard, onset."""
