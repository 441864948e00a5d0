"""The version of this program, which results carry."""

from importlib.metadata import version

__version__ = version("running-posture")
