"""Certificates of missed targets, exact ranks and floating-point preimages, on both sides of their thresholds."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import least_squares

from numeric.local_surjection.exact_values import (
    exact,
    factorization_jacobian,
    factorization_value,
    rank,
    solve_left,
    tensor_value,
)
from numeric.local_surjection.floating_preimages import estimate_factorization_preimage, estimate_machine_preimage
from numeric.local_surjection.missed_targets import (
    distance_to_lower_rank_exceeds,
    is_positive_definite,
    missed_share_of_ball,
    positive_pattern_is_missed,
    weighted_ray_is_missed,
)
from numeric.local_surjection.nearby_ranks import has_regular_neighbour
from numeric.local_surjection.root_two_values import is_at_most, product_sum


def unit_rows(pairs, n2, n3):
    Y = [[Fraction(int(a == i)) for i in range(n2)] for a, _ in pairs]
    Z = [[Fraction(int(b == j)) for j in range(n3)] for _, b in pairs]
    return Y, Z


PAIRS = [(a, b) for a in range(2) for b in range(5)]


def test_missing_pair_is_missed_and_present_pair_is_not():
    Y, Z = unit_rows(PAIRS[:9], 2, 5)
    last, first = [Fraction(int(k == 9)) for k in range(10)], [Fraction(int(k == 0)) for k in range(10)]
    assert weighted_ray_is_missed(Y, Z, last, Fraction(1, 100))
    assert not weighted_ray_is_missed(Y, Z, first, Fraction(1, 100))
    assert not weighted_ray_is_missed(Y, Z, last, Fraction(1, 2))  # too large a ball for the certificate
    assert not weighted_ray_is_missed(Y, Z, [Fraction(0)] * 10, Fraction(1, 100))


def test_dependent_rows_give_no_certificate():
    Y, Z = unit_rows([PAIRS[0]] * 9, 2, 5)
    assert not weighted_ray_is_missed(Y, Z, [Fraction(int(k == 9)) for k in range(10)], Fraction(1, 100))


def test_missed_ray_cannot_be_approached_by_optimization():
    """Least squares from many starts inside the ball stays far from the target: what the certificate says."""
    Y, Z = (np.array([[float(v) for v in row] for row in part]) for part in unit_rows(PAIRS[:9], 2, 5))
    target, t = np.zeros((2, 5)), 1e-2
    target[1, 4] = 1e-6

    def residual(v):
        xi, eta, zeta = v[:9], v[9:27].reshape(9, 2), v[27:].reshape(9, 5)
        return ((Y + eta).T @ np.diag(xi) @ (Z + zeta) - target).ravel()

    rng = np.random.default_rng(0)
    best = min(
        np.linalg.norm(least_squares(residual, rng.uniform(-t / 9, t / 9, 72), bounds=(-t / 9, t / 9)).fun)
        for _ in range(3)
    )
    assert best > 0.5e-6


def test_positive_pattern_needs_sum_zero():
    basis_y = [[Fraction(1), Fraction(-1)]] * 2 + [[Fraction(1), Fraction(0)]]
    basis_z = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)], [Fraction(1), Fraction(-1)]]
    assert positive_pattern_is_missed(basis_y, basis_z, Fraction(1, 1000))
    assert not positive_pattern_is_missed(basis_y, [[Fraction(1), Fraction(0)]] * 3, Fraction(1, 1000))
    assert not positive_pattern_is_missed(basis_y, basis_z, Fraction(1))


def test_distance_to_lower_rank():
    Z = [[Fraction(3), Fraction(0)], [Fraction(0), Fraction(1)]]
    assert distance_to_lower_rank_exceeds(Z, Fraction(99, 100))
    assert not distance_to_lower_rank_exceeds(Z, Fraction(1))
    assert not is_positive_definite([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(1)]])


def test_share_of_an_orthant():
    assert missed_share_of_ball([1, 1, 1, -1]) == Fraction(1, 16)
    rng = np.random.default_rng(0)
    points = rng.standard_normal((40000, 4))
    assert abs(np.mean(np.all(points * [1, 1, 1, -1] > 0, axis=1)) - 1 / 16) < 0.01


def test_rank_and_left_inverse():
    A = exact([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)], [Fraction(0), Fraction(1)]])
    assert rank(A) == 2
    B = solve_left(A)
    assert [[sum(B[i][k] * A[k][j] for k in range(3)) for j in range(2)] for i in range(2)] == [[1, 0], [0, 1]]
    with pytest.raises(ZeroDivisionError, match="dependent"):
        solve_left([[Fraction(1), Fraction(1)]])


def test_values_entry_by_entry():
    X, Y = exact([[Fraction(2)]]), exact([[Fraction(3), Fraction(5)]])
    assert factorization_value(X, Y, 1, 2) == [6, 10]
    assert factorization_jacobian(X, Y, 1, 2) == [[3, 2, 0], [5, 0, 2]]
    assert tensor_value(X, Y, X, (1, 2, 1)) == [12, 20]


def test_regular_neighbours_at_one_by_one():
    one, zero = [[Fraction(1)]], [[Fraction(0)]]
    rng = np.random.default_rng(0)
    assert has_regular_neighbour(one, zero, 1, 1, rng)
    assert has_regular_neighbour(zero, zero, 1, 1, rng)
    assert not has_regular_neighbour([[Fraction(0)] * 2], [[Fraction(0)] * 2], 2, 2, rng)


@pytest.mark.parametrize(("d", "d0", "r"), [(1, 2, 0), (2, 3, 1), (2, 3, 2), (5, 3, 3), (4, 5, 2), (5, 6, 5)])
@pytest.mark.parametrize("size", [1e-1, 1e-6])
def test_machine_preimage_in_floating_point(d, d0, r, size):
    rng = np.random.default_rng(d + d0 + r)
    P = rng.standard_normal((d, r)) @ rng.standard_normal((r, d0)) if r else np.zeros((d, d0))
    S = np.triu(rng.standard_normal((d0, d0)), 1) * size
    found = estimate_machine_preimage(P, P.T @ P + S + S.T)
    assert found.residual < 1e-11
    assert found.distance <= np.sqrt(2 * d0 * np.linalg.norm(S + S.T, 2))


def test_machine_preimage_below_the_threshold_is_refused():
    with pytest.raises(ValueError, match="below d0 - 1"):
        estimate_machine_preimage(np.zeros((1, 3)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match="expected shape"):
        estimate_machine_preimage(np.zeros((2, 3)), np.zeros((2, 2)))


def test_factorization_preimage_in_floating_point():
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((6, 3)), np.zeros((6, 2))
    target = 1e-3 * rng.standard_normal((3, 2))
    found = estimate_factorization_preimage(X, Y, target)
    assert found.residual < 1e-12
    assert found.distance**2 <= 2 * np.sqrt(2) * np.linalg.norm(target) * (1 + 1e-9)
    with pytest.raises(ValueError, match="are needed"):
        estimate_factorization_preimage(X[:4], Y[:4], target)
    with pytest.raises(ValueError, match="expected"):
        estimate_factorization_preimage(X, Y, target.T)


def test_pairs_with_root_two():
    root, one = (Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))
    assert product_sum([root, one], [root, one]) == (3, 0)
    assert product_sum([root, one], [root, one], 1) == (2, 0)
    assert is_at_most((Fraction(-1), Fraction(1)), Fraction(1, 5))  # (√2 − 1)² = 0.1716
    assert not is_at_most((Fraction(-1), Fraction(1)), Fraction(17, 100))
