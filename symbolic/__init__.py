"""Exact derivations: activation moments, matrix calculus, index sums. Imports SymPy and exact flint types only."""
