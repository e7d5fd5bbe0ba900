"""The exact expansions that check the index sums: against hand values and against a lattice sum."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_mpoly_ctx

from numeric.population.polynomial_activation import (
    PolynomialActivation,
    ShapeError,
    gaussian_expectation,
    gaussian_moment,
    general_population_value,
    population_terms,
    sample_rational_matrix,
    sample_rational_orthogonal,
    single_sum_norm,
)
from numeric.population.population_hessian import population_hessian
from numeric.population.quadratic_instances import polynomial_activations, quadratic_instances

F = Fraction
SHIFTED = PolynomialActivation((F(1), F(2), F(1, 3)))


def exact(rows):
    return np.array([[F(v) for v in row] for row in rows], dtype=object)


def test_gaussian_moments():
    assert [gaussian_moment(n) for n in range(9)] == [1, 0, 1, 0, 3, 0, 15, 0, 105]


def test_expectation_of_a_product():
    x, y = fmpq_mpoly_ctx.get(["x", "y"], "lex").gens()
    assert gaussian_expectation((x**2 + 1) * (y**4 + y) + x * y) == 6


def test_moments_of_a_shifted_quadratic_by_hand():
    # φ = 1 + 2z + z²/3, φ' = 2 + 2z/3
    assert SHIFTED.moment(1, 0, 0) == F(4, 3)
    assert SHIFTED.moment(0, 1, 1) == F(2, 3)
    assert SHIFTED.moment(0, 2, 0) == 4 + F(4, 9)
    assert SHIFTED.moment(1, 0, 1) == 2


def test_size_one_is_the_square_of_one_sum():
    of_a, of_b, mixed = population_terms(SHIFTED, exact([[3]]), exact([[-2]]))
    m = SHIFTED.moment
    assert of_a == 9 * m(2, 0, 0) * m(0, 2, 2)
    assert of_b == 4 * m(2, 0, 0) * m(0, 2, 2)
    assert mixed == -6 * m(1, 1, 1) ** 2


def test_general_weights_at_the_identity_are_the_orthogonal_case():
    rng = np.random.default_rng(3)
    A, B = sample_rational_matrix(rng, (2, 2)), sample_rational_matrix(rng, (2, 2))
    identity = exact([[1, 0], [0, 1]])
    of_a, of_b, mixed = population_terms(SHIFTED, A, B)
    assert general_population_value(SHIFTED, identity, identity, A, B) == of_a + of_b + 2 * mixed


def test_the_hessian_is_the_form():
    rng = np.random.default_rng(4)
    A, B = sample_rational_matrix(rng, (2, 2)), sample_rational_matrix(rng, (2, 2))
    H = population_hessian(SHIFTED, 2)
    vector = [*A.T.ravel(), *B.T.ravel()]
    value = sum(F(int(H[i, j].p), int(H[i, j].q)) * vector[i] * vector[j] for i in range(8) for j in range(8))
    of_a, of_b, mixed = population_terms(SHIFTED, A, B)
    assert value == of_a + of_b + 2 * mixed


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_rational_rotations_are_orthogonal(size):
    U = sample_rational_orthogonal(np.random.default_rng(size), size)
    assert np.array_equal(U.T @ U, exact(np.eye(size, dtype=int)))


def test_shapes_are_checked():
    with pytest.raises(ShapeError, match="must be"):
        population_terms(SHIFTED, exact([[1, 2]]), exact([[1, 2]]))
    with pytest.raises(ShapeError, match="one shape"):
        general_population_value(SHIFTED, exact([[1]]), exact([[1]]), exact([[1, 0]]), exact([[1]]))


def test_one_row_of_the_single_sum():
    m = SHIFTED.moment
    value = single_sum_norm(SHIFTED, exact([[1, -1]]))
    assert value == 2 * (m(0, 2, 0) * m(2, 0, 0) - m(0, 1, 0) ** 2 * m(1, 0, 0) ** 2)


def test_instances_include_degenerate_ones_and_honour_the_hypothesis():
    instances = list(quadratic_instances(np.random.default_rng(0), odd_up_to_constant=True, trials=1))
    assert any(not s.A.any() for s in instances)
    assert {s.size for s in instances} == {1, 2, 3}
    assert all(s.activation.moment(0, 1, 1) == 0 for s in instances)
    assert any(a.moment(0, 1, 1) != 0 for a in polynomial_activations())
    assert any(a.moment(1, 0, 0) != 0 for a in polynomial_activations(odd_up_to_constant=True))
