"""Instances in the formats of research."""
