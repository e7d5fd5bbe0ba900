"""Subdifferentials of piecewise-linear functions and their composites, exactly: intervals and polytopes over ℚ."""

from symbolic.clarke.kinks import PiecewiseLinear as PiecewiseLinear
from symbolic.clarke.polytope import Polytope as Polytope
