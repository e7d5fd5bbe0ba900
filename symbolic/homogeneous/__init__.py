"""Positively homogeneous factorizations, exactly: degrees, slices scaled by weights, and arguments by multipliers."""
