"""Numerics of nonlinear inductive matrix completion: exact polynomial instances, kernels, certified enclosures."""
