"""Index sums: the canonical form against plain loops, and what tells two sums apart."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.population.index_sums import (
    Entry,
    Index,
    IndexExpression,
    IndexSumError,
    OrbitForm,
    coincidence_patterns,
    entry,
)
from symbolic.population.moment_ring import alpha, moment_ring

I, J, L, P = Index("i"), Index("j"), Index("l"), Index("p", "d")
NAMES = (I, J, L)


def loop_value(entries, distinct, k, matrices):
    """Sum over all assignments of i, j, l by brute force."""
    total = Fraction(0)
    for values in product(range(k), repeat=3):
        at = dict(zip(NAMES, values, strict=True))
        if any(at[a] == at[b] for a, b in distinct):
            continue
        term = Fraction(1)
        for letter, row, column in entries:
            term *= matrices[letter][at[row]][at[column]]
        total += term
    return total


def form_value(form, k, matrices):
    """Evaluate an orbit form at a size by summing over pairwise different classes."""
    total = Fraction(0)
    ring = moment_ring()
    for key, coefficient in form.coefficients:
        classes = sorted({c for _, at in key for c in at})
        weight = coefficient.evaluate(ring.gens[0], k)
        assert weight.is_ground
        for values in product(range(k), repeat=len(classes)):
            if len(set(values)) < len(values):
                continue
            at = dict(zip(classes, values, strict=True))
            term = Fraction(int(weight.coeff(1).numerator), int(weight.coeff(1).denominator))
            for letter, (row, column) in key:
                term *= matrices[letter][at[row]][at[column]]
            total += term
    return total


ENTRIES = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=3
)
PAIRS = st.lists(st.sampled_from([(I, J), (I, L), (J, L)]), max_size=2, unique=True)
MATRIX = st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(ENTRIES, PAIRS, MATRIX, MATRIX, st.integers(1, 3))
def test_the_canonical_form_is_the_sum(entries, pairs, A, B, k):
    expression = entry(entries[0][0], *entries[0][1:])
    for letter, row, column in entries[1:]:
        expression = expression * entry(letter, row, column)
    for first, second in pairs:
        expression = expression.where_distinct(first, second)
    form = OrbitForm.of(expression.summed(*NAMES))
    matrices = {"A": A, "B": B}
    assert form_value(form, k, matrices) == loop_value(entries, pairs, k, matrices)


def test_renaming_indices_and_reordering_factors_changes_nothing():
    one = OrbitForm.of((entry("A", I, J) * entry("B", J, L)).summed(I, J, L))
    other = OrbitForm.of((entry("B", I, L) * entry("A", J, I)).summed(I, J, L))
    assert one == other


def test_a_transposed_factor_is_told_apart():
    one = OrbitForm.of((entry("A", I, J) * entry("B", I, J)).summed(I, J))
    other = OrbitForm.of((entry("A", I, J) * entry("B", J, I)).summed(I, J))
    assert one != other
    assert not (one - other).is_zero


def test_bound_indices_of_two_factors_do_not_meet():
    row_sum = entry("A", I, J).summed(J)
    squared = OrbitForm.of((row_sum * row_sum).summed(I))
    wrong = OrbitForm.of((entry("A", I, J) * entry("A", I, J)).summed(I, J))
    assert squared != wrong
    assert squared.classes == 3


def test_an_index_that_nothing_carries_counts_its_range():
    k, d = moment_ring().gens[:2]
    assert OrbitForm.of(entry("v", I).summed(I, P)) == OrbitForm.of(entry("v", I).summed(I) * d)
    spare = OrbitForm.of(entry("v", I).where_distinct(I, J).summed(I, J))
    assert spare == OrbitForm.of(entry("v", I).summed(I) * (k - 1))


def test_rows_and_columns_of_different_ranges_never_coincide():
    assert len(list(coincidence_patterns([I, P]))) == 1
    assert len(list(coincidence_patterns([I, J, L]))) == 5
    assert len(list(coincidence_patterns([I, J, L, Index("m")]))) == 15


def test_a_free_index_is_refused():
    with pytest.raises(IndexSumError, match="index i is free"):
        OrbitForm.of(entry("v", I))


def test_distinct_of_an_index_from_itself_is_empty():
    assert entry("v", I).where_distinct(I, I) == IndexExpression(())


def test_a_vanishing_coefficient_leaves_no_term():
    form = OrbitForm.of(entry("v", I).summed(I) * alpha(1, 0))
    assert (form - form).is_zero
    assert form.scaled(0).is_zero
    assert OrbitForm.of_pattern([Entry("v", (I,))], [I], lambda _c: moment_ring().zero).is_zero


def test_latex_names_every_class_once():
    form = OrbitForm.of((entry("A", I, J) * entry("A", I, L)).summed(I, J, L))
    assert r"\sum^{\neq}_{i,j,l} A_{ij} A_{il}" in form.to_latex()
    assert OrbitForm(()).to_latex() == "0"
