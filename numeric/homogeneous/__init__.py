"""Positively homogeneous factorization in numbers: exact points, polars with certified bounds, the meta-algorithm."""
