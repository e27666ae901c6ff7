"""Rostering instances in the file formats of research: readers, writers, their own costs, and the way to our problem.

`inrc2` is the Second International Nurse Rostering Competition, `curtois` the shift scheduling of Curtois and Qu.
Each has an evaluator that knows the published rules and nothing of ours, so that a cost that we report is checked by
somebody who never saw our limits.
"""
