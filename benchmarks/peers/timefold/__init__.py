"""Timefold Solver Community Edition, in plain Java: arrays for it, its jars, its settings."""
