"""The registry of rules."""
