"""The off-balance inequality and the flat saddles, exactly, on Hessians built from the objective."""

import itertools

import pytest
from flint import fmpq, fmpq_mat
from sympy import Rational

from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_entries
from symbolic.landscape.canonical_points import canonical_point
from symbolic.landscape.critical import CriticalPoint, is_global_minimum, kronecker
from symbolic.landscape.flattening import BoundedSaddlesError, flat_saddle, has_flat_saddles
from symbolic.landscape.hessian_spectrum import sharp_uniform_gamma
from symbolic.landscape.off_balance import off_balance_bound, uniform_off_balance_bound, worst_pairs
from symbolic.landscape.rational_svd import identity, rational_svd


def below(value, digits=12):
    """Return a rational a little below a SymPy number."""
    scaled = int((value * 10**digits).evalf(digits + 20)) - 2
    return fmpq(scaled, 10**digits)


def norm_from_above(B):
    """Return a multiple of 1/64 that is at least the spectral norm of a symmetric matrix, by less than 1/64."""
    low, high = -1, 1
    while not norm_at_most(B, fmpq(high, 64)):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if norm_at_most(B, fmpq(middle, 64)) else (middle, high)
    return fmpq(max(high, 0), 64)


def norm_at_most(B, beta):
    """Return whether a symmetric matrix has spectral norm at most beta, exactly."""
    return beta >= 0 and inertia(identity(B.nrows()) * (beta * beta) - B * B).negative == 0


TRANSPORTS = [[1, 0, 0, 1], [1, 2, 0, 1], [3, 0, 0, 1], [2, 1, 1, 1], [1, -3, 2, 1], [1, 5, 5, 26]]


@pytest.mark.parametrize("entries", TRANSPORTS)
@pytest.mark.parametrize("selection", [(), (0,), (1,), (2,), (0, 2), (1, 2), (1, 3)])
def test_both_sides_of_the_inequality_at_transported_saddles(entries, selection):
    svd = rational_svd(4, 4, [3, 2, 1])
    A = fmpq_mat(2, 2, entries)
    free = fmpq_mat(1, 2 - len(selection), [fmpq(1, 2)] * (2 - len(selection)))
    point = canonical_point(svd, selection, 2, C_0=free).transported(A)
    assert not is_global_minimum(CriticalPoint(point.W, point.S, svd.X))
    values = sorted((svd.value(a) for a in selection if svd.value(a)), reverse=True)
    tau = values[1] if len(values) == 2 else fmpq(0)
    epsilon = max(svd.value(a) for a in range(3) if a not in selection)
    B = point.W.transpose() * point.W - point.S * point.S.transpose()
    beta = norm_from_above(B)
    gamma = -off_balance_bound(*(Rational(int(x.p), int(x.q)) for x in (epsilon, tau, beta)))
    H = hessian_entries(point.W, point.S, svd.X)
    size = identity(H.nrows())
    assert inertia(H + size * below(gamma)).negative >= 1
    assert inertia(H + size * (epsilon - tau)).negative == 0


def test_the_bound_is_attained_for_k_1_at_every_imbalance():
    for t in (1, 2, 7):
        svd = rational_svd(2, 2, [3, 2], twist=0)
        point = canonical_point(svd, [1], 1).transported(fmpq_mat(1, 1, [t]))
        beta = Rational(t * t) - Rational(4, t * t)
        gamma = -off_balance_bound(3, 2, abs(beta))
        H = hessian_entries(point.W, point.S, svd.X)
        assert inertia(H + identity(4) * below(gamma)).negative == 1
        assert inertia(H + identity(4) * (below(gamma) + fmpq(1, 10**9))).negative == 0


def test_uniform_bound_starts_at_the_sharp_gamma_and_falls():
    for sigma in ([5, 3, 1], [5, 5, 1], [2, 2], [4, 3, 3, 2]):
        for k in (1, 2, 3):
            assert uniform_off_balance_bound(sigma, k, 0) == int(sharp_uniform_gamma(sigma, k).p)
            values = [uniform_off_balance_bound(sigma, k, Rational(b, 2)).evalf(30) for b in range(6)]
            assert values == sorted(values, reverse=True)
            assert values[-1] > 0
    assert worst_pairs([0, 0], 1) == ()
    with pytest.raises(ValueError, match="no strict saddle"):
        uniform_off_balance_bound([0], 1, 0)


def some_orbit_is_flat(sigma, m, n, k):
    """Return whether a kind of strict saddle has rank(W) + rank(S) ≥ k, by trying all kinds."""
    r = len(sigma)
    for both in range(min(k, r - 1) + 1):
        if both == k and len(set(sigma)) == 1:
            continue
        for left in range(min(m - r, k - both) + 1):
            if any(2 * both + left + right >= k for right in range(min(n - r, k - both - left) + 1)):
                return True
    return False


@pytest.mark.parametrize("sigma", [(1,), (2, 1), (1, 1), (2, 2, 1), (1, 1, 1)])
def test_flat_saddles_exist_exactly_when_said(sigma):
    for m, n, k in itertools.product(range(1, 5), range(1, 5), range(1, 8)):
        if len(sigma) <= min(m, n):
            assert has_flat_saddles(sigma, m, n, k) == some_orbit_is_flat(sigma, m, n, k)


@pytest.mark.parametrize(("m", "n", "k"), [(1, 2, 1), (2, 2, 1), (2, 2, 2), (2, 3, 3), (3, 3, 4), (3, 2, 2), (3, 4, 3)])
def test_flat_saddles_flatten(m, n, k):
    svd = rational_svd(m, n, [2, 1][: min(m, n)])
    for T in (10, 1000):
        point = flat_saddle(svd, k, T)
        H = hessian_entries(point.W, point.S, svd.X)
        assert inertia(H).negative > 0
        assert inertia(H + identity(H.nrows()) * fmpq(5, T)).negative == 0


def test_flat_saddles_are_refused_where_there_are_none():
    with pytest.raises(BoundedSaddlesError, match="stay away from zero"):
        flat_saddle(rational_svd(1, 2, [1]), 2, 10)
    # There every strict saddle is W = 0, S = c v₀ᵀ, and has λ_min = −1 whatever c is.
    svd = rational_svd(1, 2, [1], twist=0)
    for c in (0, 1, 10**6):
        point = canonical_point(svd, [], 2, C_0=fmpq_mat(1, 2, [c, 2 * c]))
        H = hessian_entries(point.W, point.S, svd.X)
        exact = inertia(H + identity(6))
        assert (exact.negative, exact.zero > 0) == (0, True)


def test_kronecker_mixes_products():
    A, B = fmpq_mat(2, 2, [1, 2, 3, 4]), fmpq_mat(2, 2, [0, 1, 1, 1])
    assert kronecker(A, B) * kronecker(B, A) == kronecker(A * B, B * A)
