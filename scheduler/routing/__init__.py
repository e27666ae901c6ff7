"""Routing of errand runs: who fetches what, where, in which order, within everybody's time windows.

Shown on the pick-up-and-delivery problems of Li and Lim; `docs/routing.md` tells the format and the search.
`read` and `evaluate` know no solver; `solver` is for worker and command line only.
"""
