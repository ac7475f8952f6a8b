"""The version of the package: what results, journals and kept stages are marked with."""

__version__ = "0.1.0"
