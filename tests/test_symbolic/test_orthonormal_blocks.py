"""The spectrum at orthonormal weights, d = k and d > k, against Hessians assembled entry by entry over ℚ."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpq_poly
from sympy import Integer, Rational, S, Symbol, exp, pi, sqrt

from numeric.population.polynomial_activation import PolynomialActivation
from numeric.population.population_hessian import characteristic_polynomial, population_hessian
from symbolic.moments.expectation import Expectation, phi
from symbolic.population.exact_eigenvalues import characteristic_roots, null_vector
from symbolic.population.moment_ring import alpha, beta, moment_ring, moment_symbol, substitute
from symbolic.population.orthonormal_blocks import (
    _MEMBERS,
    SizeError,
    limits,
    orthonormal_blocks,
    outside_coefficients,
    outside_form,
    outside_meets_nothing,
    total_size,
    uniform_bound,
)
from symbolic.population.population_form import single_sum_form

ACTIVATIONS = {
    name: PolynomialActivation(tuple(map(Fraction, c)))
    for name, c in {
        "z": (0, 1),
        "z^2": (0, 0, 1),
        "1+z": (1, 1),
        "z+z^2": (0, 1, 1),
        "cubic": (Fraction(-1, 2), 1, 0, Fraction(1, 2)),
    }.items()
}


def evaluated(element, activation):
    """Return an element of the moment ring at the exact moments of a polynomial activation."""
    moments = {
        moment_symbol(a, b, c): activation.moment(a, b, c)
        for a in range(3) for b in range(3) for c in range(3) if a or b
    }  # fmt: skip
    total = fmpq(0)
    for exponents, coefficient in element.terms():
        term = fmpq(int(coefficient.numerator), int(coefficient.denominator))
        for symbol, power in zip(moment_ring().symbols, exponents, strict=True):
            if power:
                value = moments[symbol]
                term *= fmpq(value.numerator, value.denominator) ** int(power)
        total += term
    return total


def product_of_blocks(activation, k, d):
    product = fmpq_poly([1])
    for block in orthonormal_blocks(k, d):
        size = range(block.size)
        matrix = [evaluated(block.form[i][j], activation) / block.norms[i] for i in size for j in size]
        product *= fmpq_mat(block.size, block.size, matrix).charpoly() ** block.multiplicity
    return product


@pytest.mark.parametrize(("k", "d"), [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_blocks_are_the_whole_spectrum(name, k, d):
    activation = ACTIVATIONS[name]
    assert product_of_blocks(activation, k, d) == characteristic_polynomial(population_hessian(activation, k, d))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "k", "d"), [("z+z^2", 3, 4), ("1+z", 2, 4), ("z+z^2", 4, 4)])
def test_blocks_are_the_whole_spectrum_at_larger_sizes(name, k, d):
    test_blocks_are_the_whole_spectrum(name, k, d)


def test_a_wrong_block_is_noticed():
    activation = ACTIVATIONS["z+z^2"]
    assert product_of_blocks(activation, 2, 3) != characteristic_polynomial(population_hessian(activation, 2, 2))
    assert product_of_blocks(activation, 2, 2) != characteristic_polynomial(population_hessian(ACTIVATIONS["z^2"], 2))


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7, 100])
@pytest.mark.parametrize("more", [0, 1, 5])
def test_the_multiplicities_add_up(k, more):
    assert total_size(orthonormal_blocks(k, k + more)) == 2 * k * (k + more)


@pytest.mark.parametrize("k", [2, 3, 4, 6])
def test_members_are_orthogonal_with_the_norms_given(k):
    """As matrices, for v = e_1 - e_2 over sqrt 2, which has sum 0 and norm 1."""
    v = np.zeros(k)
    v[0], v[1] = 1 / np.sqrt(2), -1 / np.sqrt(2)
    off = 1 - np.eye(k)
    basis = {
        "trivial": [np.eye(k), off],
        "standard": [np.diag(v), off * v[:, None], off * v[None, :]],
    }
    for family, matrices in basis.items():
        members = [
            sum(c * m for c, m in zip(combination, matrices, strict=True)) for _, combination, _ in _MEMBERS[family]
        ]
        gram = np.array([[np.sum(a * b) for b in members] for a in members])
        norms = [float(substitute(norm, {moment_ring().gens[0]: k}).coeff(1)) for _, _, norm in _MEMBERS[family]]
        np.testing.assert_allclose(gram, np.diag(norms), atol=1e-12)


def test_outside_the_span_the_form_is_that_of_lemma_d2_and_meets_nothing():
    assert outside_form() == single_sum_form()
    assert outside_meets_nothing()


def test_outside_the_span_nothing_is_below_the_uniform_bound():
    same, different = outside_coefficients()
    assert (
        same - different - uniform_bound().off_diagonal
        == (beta(1, 0) * alpha(1, 1)) ** 2 + (alpha(1, 0) * beta(1, 1)) ** 2
    )


def test_the_uniform_bound_is_the_limit_of_the_blocks():
    bound = uniform_bound()
    found = limits()
    assert found["standard", -1] == found["trivial", -1] == bound.diagonal_opposite
    assert found["standard", 1] == bound.diagonal_equal
    (antisymmetric,) = [b for b in orthonormal_blocks(3) if (b.family, b.sign) == ("antisymmetric", 1)]
    assert antisymmetric.form[0][0] == bound.off_diagonal


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_uniform_bound_holds_and_is_approached(name):
    activation = ACTIVATIONS[name]
    bound = uniform_bound()
    lower = min(
        float(Fraction(str(evaluated(e, activation))))
        for e in (bound.off_diagonal, bound.diagonal_opposite, bound.diagonal_equal)
    )

    def least(k):
        values = []
        for block in orthonormal_blocks(k):
            form = np.array([[float(Fraction(str(evaluated(e, activation)))) for e in row] for row in block.form])
            scale = np.sqrt(np.array(block.norms, dtype=float))
            values.append(np.linalg.eigvalsh(form / np.outer(scale, scale))[0])
        return min(values)

    found = [least(k) for k in (1, 2, 3, 5, 20, 400)]
    assert all(after <= before + 1e-9 for before, after in pairwise(found))
    assert found[-1] >= lower - 1e-9
    if activation.moment(1, 0, 0) != 0 != activation.moment(0, 1, 0):
        assert found[-1] - lower <= 0.1 * max(1, lower)


@pytest.mark.parametrize(("k", "d"), [(0, 3), (-1, 3), (3, 2)])
def test_impossible_sizes_are_refused(k, d):
    with pytest.raises(SizeError):
        orthonormal_blocks(k, d)


def test_roots_of_a_block():
    one = Integer(1)
    zero = Integer(0)
    assert characteristic_roots(((one, one), (one, one)), (1, 1)).nullity == 1
    assert set(characteristic_roots(((one, one), (one, one)), (1, 1)).values) == {0, 2}
    assert characteristic_roots(((zero, zero), (zero, zero)), (3, 5)).nullity == 2
    # Norms: [[2, 2], [2, 4]] on members of squared norms 2 and 4 is [[1, 1/sqrt 2], [1/sqrt 2, 1]].
    assert set(characteristic_roots(((2 * one, 2 * one), (2 * one, 4 * one)), (2, 4)).values) == {
        1 - sqrt(2) / 2,
        1 + sqrt(2) / 2,
    }
    cubic = characteristic_roots(((2 * one, one, zero), (one, 3 * one, one), (zero, one, 5 * one)), (1, 1, 1))
    assert cubic.values == ()
    assert cubic.remaining == Symbol("x") ** 3 - 10 * Symbol("x") ** 2 + 29 * Symbol("x") - 23
    rational = characteristic_roots(((2 * one, one, one), (one, 2 * one, one), (one, one, 2 * one)), (1, 1, 1))
    assert sorted(rational.values) == [1, 1, 4]


def test_a_root_that_vanishes_only_by_cancellation_is_found():
    """The determinant 1/pi * pi - exp(1)*exp(-1) is 0, though no entry is."""
    form = ((1 / pi, exp(1)), (exp(1), pi * exp(2)))
    assert characteristic_roots(form, (1, 1)).nullity == 1
    vector = null_vector(form)
    assert (form[0][0] * vector[0] + form[0][1] * vector[1]).expand() == 0


def test_basis_moments_are_kept():
    moment = Expectation(phi**2)
    form = ((moment, moment), (moment, moment))
    assert characteristic_roots(form, (1, 1)).nullity == 1
    assert characteristic_roots(((moment, Integer(0)), (Integer(0), Rational(1, 2))), (1, 1)).values == (
        moment,
        Rational(1, 2),
    )


def test_no_null_vector_below_rank_n_minus_1():
    with pytest.raises(ValueError, match="rank"):
        null_vector(((Integer(0), Integer(0)), (Integer(0), Integer(0))))


def test_a_quadratic_with_a_radicand_too_long_to_factor_is_left_as_a_polynomial():
    # The product of two primes of 200 bits; with sqrt of it as a closed form this did not end.
    radicand = (2**200 - 75) * (2**201 - 55)
    form = ((Integer(1), Integer(1), S.Zero), (Integer(1), Integer(radicand), S.Zero), (S.Zero, S.Zero, S.Zero))
    found = characteristic_roots(form, (1, 1, 1))
    assert found.values == (0,)
    assert found.remaining is not None
    assert found.nullity == 1
    square = ((Integer(2), Integer(radicand)), (Integer(radicand), Integer(2)))
    assert set(characteristic_roots(square, (1, 1)).values) == {2 - radicand, 2 + radicand}
