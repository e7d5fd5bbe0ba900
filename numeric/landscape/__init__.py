"""The landscape of matrix factorization, numerically: objective, inertia, flow, classification."""
