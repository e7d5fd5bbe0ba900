"""The families of an invariant form: their operators, and what is not invariant."""

from dataclasses import replace

import pytest

from symbolic.population.index_sums import Index, OrbitForm, entry
from symbolic.population.invariant_spectrum import (
    FAMILIES,
    NotInvariantError,
    family_blocks,
    vanishing_combinations_fit,
)
from symbolic.population.moment_ring import alpha, beta, moment_ring, substitute
from symbolic.population.population_form import population_form, square_term

I, J = Index("i"), Index("j")


def norm():
    return OrbitForm.of((entry("A", I, J) * entry("A", I, J) + entry("B", I, J) * entry("B", I, J)).summed(I, J))


def test_the_norm_has_the_identity_as_operator():
    for block in family_blocks(norm()):
        size = len(block.matrix)
        assert [[int(i == j) for j in range(size)] for i in range(size)] == [list(row) for row in block.matrix]


def test_the_multiplicities_add_up():
    k = moment_ring().gens[0]
    blocks = family_blocks(population_form())
    assert [b.family for b in blocks] == [f for f in FAMILIES for _ in (1, -1)]
    assert sum((b.multiplicity * len(b.matrix) for b in blocks), moment_ring().zero) == 2 * k**2


def test_transposition_acts_by_its_sign():
    """⟨A, Aᵀ⟩ + ⟨B, Bᵀ⟩ is +1 on symmetric and -1 on antisymmetric matrices."""
    form = OrbitForm.of((entry("A", I, J) * entry("A", J, I) + entry("B", I, J) * entry("B", J, I)).summed(I, J))
    blocks = {(b.family, b.sign): b.matrix for b in family_blocks(form)}
    assert blocks["symmetric", 1] == ((1,),)
    assert blocks["antisymmetric", -1] == ((-1,),)


def test_a_form_that_treats_a_and_b_differently_is_refused():
    with pytest.raises(NotInvariantError, match="A and B are exchanged"):
        family_blocks(square_term())


def test_sigmoid_like_eigenvalue_is_the_off_diagonal_term_of_rho():
    block = next(b for b in family_blocks(population_form()) if (b.family, b.sign) == ("antisymmetric", 1))
    rho = alpha(2, 0) * beta(2, 0) - alpha(1, 0) ** 2 * beta(1, 0) ** 2 - beta(1, 0) ** 2 * alpha(1, 1) ** 2
    assert substitute(block.matrix[0][0], {beta(1, 1): 0}) == rho


def test_what_vanishes_at_small_sizes_has_the_eigenvalue_taken_away():
    """At k = 1 and 2 the symmetric family is counted -1 times; a block altered there must be noticed."""
    blocks = family_blocks(population_form())
    assert vanishing_combinations_fit(blocks)
    k = moment_ring().gens[0]
    for number, size in ((0, 1), (2, 2)):
        wrong = [*blocks]
        rows = [list(row) for row in blocks[number].matrix]
        rows[-1][-1] += 1
        wrong[number] = replace(blocks[number], matrix=tuple(map(tuple, rows)))
        assert not vanishing_combinations_fit(wrong)
        rows[-1][-1] += k - size - 1  # right again at that one size
        wrong[number] = replace(blocks[number], matrix=tuple(map(tuple, rows)))
        assert vanishing_combinations_fit(wrong)
