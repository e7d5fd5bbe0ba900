"""Exact derivations of nonlinear inductive matrix completion: objectives, Gaussian reductions."""
