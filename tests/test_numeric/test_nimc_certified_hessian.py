"""Certified population Hessians: against an independent quadrature, at repeated eigenvalues, at bad weights."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat

from numeric.nimc.activations import activation
from numeric.nimc.certified_hessian import (
    WeightsError,
    certify_least_eigenvalue,
    enclose_population_hessian,
    is_certainly_positive_definite,
)
from numeric.nimc.ill_conditioned import enclose_rho
from numeric.nimc.plane_quadrature import DimensionError, estimate_population_hessian

TERMS = 24


def exact(rows):
    return np.array([[Fraction(v) for v in row] for row in rows], dtype=object)


def middle(H):
    return np.array([[float(H[i, j].mid()) for j in range(H.ncols())] for i in range(H.nrows())])


IDENTITY = exact([[1, 0], [0, 1]])
SKEW = exact([[1, Fraction(3, 5)], [0, Fraction(4, 5)]])


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_agrees_with_a_trapezoidal_rule_in_the_plane(name):
    H = enclose_population_hessian(name, SKEW, IDENTITY, terms=TERMS)
    by_nodes = estimate_population_hessian(activation(name), SKEW.astype(float), IDENTITY.astype(float))
    radius = max(float(H[i, j].rad()) for i in range(8) for j in range(8))
    assert radius < 1e-5  # a tail of 0.6**24 in the radius
    assert np.abs(middle(H) - by_nodes).max() < radius + 1e-9
    least = certify_least_eigenvalue(H, relative_gap=Fraction(1, 100))
    assert least.lower < np.linalg.eigvalsh(by_nodes)[0] < least.upper + 1e-9


def test_the_least_eigenvalue_at_orthonormal_weights_is_repeated_and_is_rho():
    H = enclose_population_hessian("tanh", IDENTITY, IDENTITY, terms=TERMS)
    least = certify_least_eigenvalue(H)
    assert arb(least.lower) < enclose_rho("tanh", "trapezoid") < arb(least.upper) + arb(10) ** -12
    assert is_certainly_positive_definite(H, arb("0.0094"))
    assert not is_certainly_positive_definite(H, arb("0.0095"))


def test_wide_balls_give_wide_bounds_not_wrong_ones():
    wide = arb_mat(2, 2, [arb(1, 5), arb(0), arb(0), arb(1, 5)])
    least = certify_least_eigenvalue(wide)
    assert least.lower < -4
    assert least.upper >= 6


@pytest.mark.parametrize(
    ("U", "V", "message"),
    [
        (exact([[1, 1], [1, 1]]), IDENTITY, "U has rank 1, below k = 2"),
        (exact([[1, 0]]), exact([[1, 0]]), "full column rank needs k ≤ d"),
        (IDENTITY, exact([[1], [0]]), "both must be"),
        (np.array([[np.nan, 0.0], [0.0, 1.0]]), IDENTITY, "must hold Fractions"),
    ],
)
def test_bad_weights_are_named(U, V, message):
    with pytest.raises(WeightsError, match=message):
        enclose_population_hessian("tanh", U, V)


def test_a_product_rule_refuses_many_dimensions():
    with pytest.raises(DimensionError, match="d = 4"):
        estimate_population_hessian(activation("tanh"), np.eye(4), np.eye(4))
