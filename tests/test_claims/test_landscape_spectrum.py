"""The closed-form spectra against exact characteristic polynomials of Hessians built from the objective alone."""

import itertools
import random

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly

from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_by_differences, hessian_entries
from symbolic.landscape.canonical_points import balanced_point, canonical_point
from symbolic.landscape.critical import (
    CriticalPoint,
    NotCriticalError,
    canonical_charpoly,
    critical_charpoly,
    escape_block,
    is_global_minimum,
    negative_eigenvalue_count,
    positive_roots,
)
from symbolic.landscape.hessian_spectrum import (
    balanced_lambda_min,
    balanced_spectrum,
    orbit_dimension,
    sharp_uniform_gamma,
    uniform_gamma_as_printed,
)
from symbolic.landscape.rational_svd import rational_svd

# None, distinct, repeated, all equal; all squares of rationals, so that balanced points are rational.
SINGULAR_VALUES = [(), (4,), (4, 1), (4, 4), (1, 1, 1), (4, 4, 1), (9, 1, 1), (fmpq(9, 4), 1, fmpq(1, 4))]


def problems(largest, size):
    """Yield (svd, k) for all shapes up to ``largest`` with k(m + n) ≤ ``size``."""
    for m, n in itertools.product(range(1, largest + 1), repeat=2):
        for sigma in SINGULAR_VALUES:
            if len(sigma) <= min(m, n):
                svd = rational_svd(m, n, sigma)
                yield from ((svd, k) for k in range(1, largest + 2) if k * (m + n) <= size)


def selections(count, k):
    """Yield every selection of at most k of ``count`` indices."""
    for q in range(min(k, count) + 1):
        yield from itertools.combinations(range(count), q)


def invertible(rng, k):
    """Return a small random invertible matrix over ℚ."""
    while True:
        A = fmpq_mat(k, k, [rng.randint(-2, 2) for _ in range(k * k)])
        if A.det() != 0:
            return A


def check_balanced(largest, size):
    """Check every balanced point of the sweep; return how many there were."""
    count = 0
    for svd, k in problems(largest, size):
        for selection in selections(svd.rank, k):
            point = balanced_point(svd, selection, k)
            assert point.W.transpose() * point.W == point.S * point.S.transpose()
            H = hessian_entries(point.W, point.S, svd.X)
            spectrum = balanced_spectrum(svd.sigma, svd.m, svd.n, k, selection)
            assert spectrum.size == k * (svd.m + svd.n)
            assert spectrum.charpoly() == H.charpoly()
            exact = inertia(H)
            assert (exact.negative, exact.zero) == (spectrum.negative, spectrum.nullity)
            assert spectrum.nullity >= orbit_dimension(k, point.q)
            critical = CriticalPoint(point.W, point.S, svd.X)
            assert is_global_minimum(critical) == (exact.negative == 0)
            assert is_global_minimum(critical) == (point.is_maximal and point.q == min(k, svd.rank))
            if exact.negative:
                assert spectrum.lambda_min == balanced_lambda_min(svd.sigma, k, selection)
            count += 1
    return count


def check_critical(largest, size, seed):
    """Check canonical points with and without C₀, on and off their canonical place; return how many."""
    rng, count = random.Random(seed), 0  # noqa: S311 - instances, not secrets
    for svd, k in problems(largest, size):
        for selection in selections(svd.m, k):
            free = (svd.n - svd.rank, k - len(selection))
            C_0 = fmpq_mat(*free, [rng.randint(-1, 1) for _ in range(free[0] * free[1])])
            for point in (canonical_point(svd, selection, k), canonical_point(svd, selection, k, C_0=C_0)):
                for moved in (point, point.transported(invertible(rng, k))):
                    critical = CriticalPoint(moved.W, moved.S, svd.X)
                    H = hessian_entries(moved.W, moved.S, svd.X)
                    assert critical_charpoly(critical) == H.charpoly()
                    assert negative_eigenvalue_count(critical) == inertia(H).negative
                    count += 1
    return count


def test_balanced_spectrum_is_the_characteristic_polynomial():
    assert check_balanced(3, 12) > 180


def test_critical_spectrum_is_the_characteristic_polynomial():
    assert check_critical(2, 8, seed=0) > 240


@pytest.mark.slow
def test_balanced_spectrum_on_the_full_sweep():
    assert check_balanced(4, 24) > 500


@pytest.mark.slow
def test_critical_spectrum_on_the_full_sweep():
    assert check_critical(4, 18, seed=1) > 3000


def test_entries_of_the_hessian_are_the_differences():
    for svd, k in problems(3, 10):
        point = canonical_point(svd, range(min(k, svd.m)), k)
        W = point.W + fmpq_mat(svd.m, k, range(svd.m * k))
        assert hessian_entries(W, point.S, svd.X) == hessian_by_differences(W, point.S, svd.X)


@pytest.mark.parametrize(("m", "n"), [(2, 3), (3, 3), (3, 2), (1, 4), (4, 1)])
def test_canonical_factors_are_the_characteristic_polynomial(m, n):
    for sigma in [s for s in SINGULAR_VALUES if len(s) <= min(m, n)]:
        svd = rational_svd(m, n, sigma)
        for k in (1, 2, 3):
            for selection in selections(m, k):
                free = min(n - svd.rank, k - len(selection))
                C_0 = fmpq_mat(n - svd.rank, k - len(selection))
                for i in range(free):
                    C_0[i, i] = fmpq(i + 2, 3)
                squares = [C_0[i, i] ** 2 for i in range(free)]
                point = canonical_point(svd, selection, k, C_0=C_0)
                product = fmpq_poly([1])
                for factor, multiplicity in canonical_charpoly(svd, selection, k, squares):
                    assert factor.degree() <= 2
                    product *= factor**multiplicity
                assert product == hessian_entries(point.W, point.S, svd.X).charpoly()


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_sharp_gamma_is_the_least_over_all_balanced_strict_saddles(k):
    for length in range(6):
        for sigma in itertools.combinations_with_replacement((6, 4, 3, 1), length):
            found = []
            for selection in selections(length, k):
                spectrum = balanced_spectrum(sigma, length + 1, length + 2, k, selection)
                if spectrum.negative:
                    found.append(-spectrum.lambda_min)
            assert sharp_uniform_gamma(sigma, k) == (min(found) if found else None)
            if found:
                assert uniform_gamma_as_printed(sigma) <= min(found)


def test_tie_at_the_cut_uses_the_next_distinct_values():
    assert sharp_uniform_gamma([9, 5, 5, 2], k=2) == 3
    assert sharp_uniform_gamma([6, 5, 5, 2], k=2) == 1
    assert sharp_uniform_gamma([5, 5, 5], k=2) == 5
    assert sharp_uniform_gamma([0, 0], k=2) is None


def test_least_eigenvalue_of_an_unbalanced_saddle_is_that_of_the_small_block():
    svd = rational_svd(3, 3, [5, 2, 1])
    for A in (fmpq_mat(2, 2, [1, 2, 0, 1]), fmpq_mat(2, 2, [3, 0, 0, 1]), fmpq_mat(2, 2, [1, -1, 4, 2])):
        point = canonical_point(svd, [1, 2], 2).transported(A)
        block = escape_block(CriticalPoint(point.W, point.S, svd.X), fmpq(5)).charpoly()
        H = hessian_entries(point.W, point.S, svd.X).charpoly()
        rest = H / block
        assert rest * block == H
        assert positive_roots(rest(fmpq_poly([0, -1]))) == 0
        assert positive_roots(block(fmpq_poly([0, -1]))) == 2


def test_the_classification_refuses_points_that_are_not_critical():
    one = fmpq_mat(1, 1, [1])
    with pytest.raises(NotCriticalError, match="gradient block"):
        CriticalPoint(one, one, one * 3)
