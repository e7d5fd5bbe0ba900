"""The landscape of matrix factorization, numerically: the objective by its definition, inertia, flow, classification."""
