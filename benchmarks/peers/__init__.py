"""Other solvers on the same program, the same machine and the same seconds: `python -m benchmarks.peers`."""
