"""The science of rostering: usable alone, without web or database."""

__version__ = "0.1.0"
