"""Ω by linear and semidefinite programming against closed forms, polars and certificates checked from scratch."""

import importlib.util
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from numeric.homogeneous.exact_maps import fractions, outer, rectify
from numeric.homogeneous.gauges.atoms import corners, outer_atoms, rectified_atoms
from numeric.homogeneous.gauges.nuclear import SolverMissingError, enclose_nuclear_norm
from numeric.homogeneous.gauges.polyhedral import is_certified, polyhedral_gauge, polyhedral_polar
from numeric.homogeneous.polars.enclosure import PolarInputError
from numeric.homogeneous.polars.norm_pairs import enclose_norm_pair_polar


@pytest.mark.parametrize("X", [[[0, 0], [0, 0]], [[1, -2], [3, "1/2"]], [[5, 0], [0, 0]], [[1, 1], [1, 1]]])
def test_closed_forms_with_an_l1_norm(X):
    exact = fractions(X)
    both = polyhedral_gauge(exact, outer_atoms((2, 2), ("l1", "l1")))
    assert both.value == abs(exact).sum()
    rows = polyhedral_gauge(exact, outer_atoms((2, 2), ("l1", "linf")))
    assert rows.value == abs(exact).max(axis=1).sum()


@pytest.mark.parametrize("norms", [("linf", "linf"), ("l1", "linf"), ("l1", "l1")])
def test_random_doubles_are_certified_and_dual_to_the_polar(norms):
    rng = np.random.default_rng(1)
    atoms = outer_atoms((3, 3), norms)
    for _ in range(3):
        X, W = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
        found = polyhedral_gauge(X, atoms)
        assert is_certified(X, atoms, found)
        # ⟨W, X⟩ ≤ Ω°(W)Ω(X), with equality at the dual W.
        assert (W * X).sum() <= enclose_norm_pair_polar(W, *norms).upper * float(found.value) * (1 + 1e-14)
        polar = enclose_norm_pair_polar(found.dual, *norms)
        assert polar.lower <= 1 <= polar.upper


def test_exact_polars_agree_with_the_enclosures_and_die_where_nothing_helps():
    W = [[1, -2, 0], ["1/3", 4, -1]]
    for norms in (("l1", "l1"), ("l1", "linf"), ("linf", "linf")):
        value, atom = polyhedral_polar(W, outer_atoms((2, 3), norms))
        found = enclose_norm_pair_polar(fractions(W), *norms)
        assert Fraction(found.lower) <= value <= Fraction(found.upper)
        assert (fractions(W) * atom.image).sum() == value
    nonnegative = outer_atoms((2, 2), ("nonnegative-l1", "nonnegative-linf"))
    assert polyhedral_polar([[-1, 0], [-2, -3]], nonnegative) == (0, None)
    with pytest.raises(PolarInputError, match="shape"):
        polyhedral_polar([[1]], nonnegative)
    with pytest.raises(PolarInputError, match="no atoms"):
        polyhedral_polar([[1]], [])


def test_known_value_and_duals_of_signs():
    # The 2×2 Hadamard matrix: Grothendieck-type norm 2, not the largest entry 1.
    atoms = outer_atoms((2, 2), ("linf", "linf"))
    X = [[1, 1], [1, -1]]
    found = polyhedral_gauge(X, atoms)
    assert found.value == 2
    assert is_certified(X, atoms, found)
    assert not is_certified(X, atoms, replace(found, value=Fraction(3, 2)))
    assert not is_certified(X, atoms, replace(found, dual=found.dual * 2))
    assert not is_certified([[1, 1], [1, 1]], atoms, found)


def test_tensors_and_repeated_images():
    atoms = outer_atoms((2, 2, 2), ("linf", "l1", "linf"))
    assert len(atoms) == 16  # 64 slices, four to an image
    X = np.arange(-3, 5).reshape(2, 2, 2)
    found = polyhedral_gauge(X, atoms)
    assert is_certified(X, atoms, found)
    for atom in atoms:
        assert (outer(*atom.slice) == atom.image).all()


def test_nonnegative_factors_and_infeasible_matrices():
    atoms = outer_atoms((2, 2), ("nonnegative-l1", "nonnegative-linf"))
    X = [[1, 2], [0, 3]]
    found = polyhedral_gauge(X, atoms)
    assert found.value == 5
    assert is_certified(X, atoms, found)
    outside = [[1, -1], [0, 0]]
    infinite = polyhedral_gauge(outside, atoms)
    assert infinite.value is None
    assert is_certified(outside, atoms, infinite)
    assert not is_certified(X, atoms, infinite)


@pytest.mark.parametrize("norm_u", ["l1", "linf"])
def test_rectified_atoms_reach_the_maximum_over_the_ball(norm_u):
    V = [[1, -1], [1, 0], [1, 1], [0, 0]]
    atoms = rectified_atoms(V, 1, (norm_u, "l1"))
    rng = np.random.default_rng(3)
    order = 1 if norm_u == "l1" else np.inf
    points = rng.normal(size=(20_000, 2))
    points /= np.linalg.norm(points, order, axis=1)[:, None]
    images = np.array([[float(x) for x in np.ravel(atom.image)] for atom in atoms])
    for _ in range(10):
        W = rng.normal(size=4)
        sampled = np.abs(np.maximum(points @ np.array(V, dtype=float).T, 0) @ W).max()
        assert sampled * (1 - 1e-12) <= (images @ W).max() <= sampled * 1.01
    for atom in atoms:
        u, v = atom.slice
        assert (outer(rectify(fractions(V).dot(u)), v) == atom.image).all()
        assert (abs(u).sum() if norm_u == "l1" else abs(u).max()) == 1


def test_rectified_gauge_sees_the_sign_of_the_layer():
    atoms = rectified_atoms([[1], [-1]], 1, ("l1", "nonnegative-l1"))
    assert polyhedral_gauge([[2], [3]], atoms).value == 5
    assert polyhedral_gauge([[-1], [0]], atoms).value is None


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: polyhedral_gauge([[1]], []), "no atoms"),
        (lambda: polyhedral_gauge([[1, 2]], outer_atoms((2, 2), ("l1", "l1"))), "shape"),
        (lambda: polyhedral_gauge([[float("nan")]], outer_atoms((1, 1), ("l1", "l1"))), "exact finite"),
        (lambda: outer_atoms((2, 2), ("l1",)), "one norm a factor"),
        (lambda: corners("l2", 2), "one of"),
        (lambda: rectified_atoms([[1]], 1, ("nonnegative-l1", "l1")), "l1 or linf"),
        (lambda: enclose_nuclear_norm([[1.0]], source="guess"), "source"),
        (lambda: enclose_nuclear_norm([]), "at least one entry"),
    ],
)
def test_bad_input_is_refused(call, match):
    with pytest.raises(PolarInputError, match=match):
        call()


NUCLEAR = [
    (np.zeros((2, 3)), 0.0),
    ([[-3.0]], 3.0),
    (np.ones((3, 2)), np.sqrt(6)),
    (np.eye(4), 4.0),  # repeated singular values
    ([[Fraction(1, 3), 0], [0, Fraction(2, 3)]], 1.0),
    ([[1e200, 0.0], [0.0, 1e-200]], 1e200),
]


@pytest.mark.parametrize(("X", "expected"), NUCLEAR)
def test_nuclear_norm_from_a_decomposition(X, expected):
    found = enclose_nuclear_norm(X)
    assert found.lower <= expected * (1 + 1e-15)
    assert found.upper >= expected * (1 - 1e-15)
    assert found.upper - found.lower <= 1e-13 * max(expected, 1e-300)


def test_nuclear_norm_of_a_random_matrix_of_low_rank():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 2)) @ rng.normal(size=(2, 9))
    found = enclose_nuclear_norm(X)
    assert found.lower <= np.linalg.norm(X, "nuc") * (1 + 1e-14)
    assert found.upper >= np.linalg.norm(X, "nuc") * (1 - 1e-14)
    assert found.upper / found.lower - 1 < 1e-12


@pytest.mark.skipif(importlib.util.find_spec("cvxpy") is None, reason="needs the extra 'solvers'")
@pytest.mark.parametrize(("X", "expected"), NUCLEAR)
def test_nuclear_norm_from_a_semidefinite_program(X, expected):
    found = enclose_nuclear_norm(X, source="clarabel")
    assert found.lower <= expected * (1 + 1e-15)
    assert found.upper >= expected * (1 - 1e-15)
    assert found.upper - found.lower <= 1e-8 * max(expected, 1e-300)


def test_a_missing_solver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cvxpy", None)
    with pytest.raises(SolverMissingError, match="solvers"):
        enclose_nuclear_norm([[1.0]], source="clarabel")
