"""The population Hessian at given weights as a matrix of balls, and certified bounds of its least eigenvalue.

The work is done in :mod:`numeric.population_hessian`; these are its names as the claims and the notebooks use them.
"""

from __future__ import annotations

from numeric.population_hessian.certified_hessian import enclose_population_hessian
from numeric.population_hessian.definiteness import is_certainly_positive_definite
from numeric.population_hessian.least_eigenvalue import LeastEigenvalue, certify_least_eigenvalue
from numeric.population_hessian.weights import WeightsError

__all__ = [
    "LeastEigenvalue",
    "WeightsError",
    "certify_least_eigenvalue",
    "enclose_population_hessian",
    "is_certainly_positive_definite",
]
