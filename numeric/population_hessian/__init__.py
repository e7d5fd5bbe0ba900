"""The population Hessian at given weights: certified by two methods, its least eigenvalue, and a fast estimate."""
