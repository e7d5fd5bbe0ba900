"""Exact points behind the witnesses: each is what it is said to be, and its neighbours are not."""

from fractions import Fraction

import numpy as np
import pytest

from numeric.homogeneous.axis_points import crossed_slices, stranded_rows
from numeric.homogeneous.boundary_pairs import EdgeFamily, vanishing
from numeric.homogeneous.exact_paths import Atom, NoDependenceError, ScalarUpdate, dependence
from numeric.homogeneous.laurent import NoSignError, monomial


def test_the_vanishing_family_at_numbers():
    for e in (Fraction(1, 2), Fraction(1, 10)):
        x, y = e, 1 / e
        slices = [(x, y), (-x, -y)]
        assert sum(x * abs(x) for x, _ in slices) == 0
        assert sum(x * y for x, y in slices) == 2
        assert sum(x * x for x, _ in slices) == 2 * e**2
    assert vanishing().cost().tends_to_zero


def test_the_edge_pair_at_numbers():
    for w in (Fraction(-100), Fraction(0), Fraction(7)):
        t = 1 / (1 + abs(w))
        assert 2 + w * t**2 > 2 - t  # the pairing exceeds g(1, t)
    assert not EdgeFamily(monomial(1, 1)).some_slope_supports()
    assert EdgeFamily(monomial(1, 1), Fraction(-1)).some_slope_supports()


def test_an_absolute_value_needs_one_sign():
    with pytest.raises(NoSignError):
        abs(monomial(1, 1) - monomial(1, 0))


def test_spurious_minima_are_stable_under_random_steps():

    generator = np.random.default_rng(7)
    for point in (crossed_slices(), stranded_rows(3)):
        Y = np.array(point.Y, dtype=float)
        U, V = np.array(point.U, dtype=float).T, np.array(point.V, dtype=float).T
        start = _objective(Y, U, V)
        for _ in range(300):
            step = 0.05 * generator.uniform()
            dU, dV = generator.normal(size=U.shape), generator.normal(size=V.shape)
            scale = step / np.sqrt((dU**2).sum() + (dV**2).sum())
            assert _objective(Y, U + scale * dU, V + scale * dV) >= start
        assert not point.is_no_worse_than_the_other()


def _objective(Y, U, V):

    return ((Y - U @ V.T) ** 2).sum() / 2 + (np.linalg.norm(U, axis=0) * np.linalg.norm(V, axis=0)).sum()


def test_independent_atoms_are_refused():
    atoms = [Atom((Fraction(1), Fraction(0)), Fraction(1)), Atom((Fraction(0), Fraction(1)), Fraction(1))]
    with pytest.raises(NoDependenceError):
        dependence(atoms, [0, 1])


def test_the_printed_update_cycles_and_the_corrected_one_empties_a_slice():
    printed = ScalarUpdate(Fraction(1), Fraction(2), -1)
    assert printed.updated().updated() == printed
    assert ScalarUpdate(Fraction(1), Fraction(2), 1).some_slice_vanishes()
