"""How fast and how good, measured: `python -m benchmarks`; docs/benchmarks.md says how."""
