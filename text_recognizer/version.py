"""Version of the installed package, in a module of its own that imports nothing else."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("text-recognizer")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0.0.0"
