"""The only imports of ortools: arrays in; vector, bound and status out."""
