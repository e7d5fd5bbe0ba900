"""Exact derivations: activation moments, matrix calculus, index-pattern forms. Imports SymPy and exact flint types only."""
