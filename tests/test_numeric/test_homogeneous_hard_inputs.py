"""Certificates and factorization at the edge of doubles, with data that are no plain real numbers, and odd settings."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb

from numeric.enclosures.balls import working_bits
from numeric.homogeneous.certificate import certify
from numeric.homogeneous.elemental_maps import cp_map, elemental_map
from numeric.homogeneous.exact_certificate import InexactInputError, certify_exactly
from numeric.homogeneous.factorization import factorize
from numeric.homogeneous.gauges.atoms import outer_atoms
from numeric.homogeneous.gauges.polyhedral import GaugeValue, is_certified
from numeric.homogeneous.local_descent import lbfgs
from numeric.homogeneous.polars.arrangement import ArrangementSizeError, simplicial_cells
from numeric.homogeneous.polars.copositive import nonnegative_form_bound
from numeric.homogeneous.polars.enclosure import PolarInputError, euclidean_length, root
from numeric.homogeneous.polars.norm_pairs import enclose_norm_pair_polar
from numeric.homogeneous.polars.rectified import enclose_rectified_polar
from numeric.homogeneous.problem import FactorizationInputError
from numeric.homogeneous.regularizers import OwnRegularizer

NOTHING = (np.zeros((2, 2)), np.zeros((2, 2)))


@pytest.mark.parametrize("size", [1e150, 1e160, 1e200, 1e300])
def test_objectives_that_overflow_are_not_called_global(size):
    found = certify([[size, 0.0], [0.0, size]], NOTHING)
    assert found.status == "not global"
    assert found.polar_attained > 1


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-160])
def test_data_that_underflow_are_decided_rightly(size):
    zero = certify([[size, 0.0], [0.0, size]], NOTHING, lam=1.0)
    assert zero.status == "global"  # ‖Y‖₂ ≤ λ
    assert certify([[1.0, 0.0], [0.0, 1.0]], NOTHING, lam=size).status == "not global"


def own(upper):
    polar = SimpleNamespace(upper=upper, atom=(np.zeros(2), np.zeros(2)))

    def gradient(u, v):
        return np.sign(u) * abs(v).sum(), np.sign(v) * abs(u).sum()

    return OwnRegularizer("own", 2, lambda u, v: abs(u).sum() * abs(v).sum(), gradient, lambda _: polar)


def test_a_bound_that_is_nan_bounds_nothing():
    found = certify([[5.0, 0.0], [0.0, 1.0]], NOTHING, g=own(float("nan")))
    assert found.status == "undecided"
    assert found.gap >= 13.0  # the objective is ½(25 + 1)
    assert found.polar_bound == np.inf


def test_lengths_of_what_is_not_a_number_are_not_zero():
    assert root(arb("nan")).is_nan()
    assert euclidean_length([arb("inf") - arb("inf"), arb(1)]).is_nan()


def test_multipliers_of_forms_are_symmetric(monkeypatch):
    # The dominance of rows, from which the bound follows, proves something of symmetric matrices alone.
    M = np.array([[0.0, -1.0], [-1.0, 0.0]])
    name = "numeric.homogeneous.polars.copositive"
    monkeypatch.setattr(f"{name}._split", lambda *_: np.array([[0.0, 0.0], [0.5, 0.0]]))
    seen = []
    monkeypatch.setattr(f"{name}.largest_eigenvalue_bound", lambda A: seen.append(A) or arb(1))
    with working_bits(160):
        nonnegative_form_bound(M, np.zeros(2), steps=1)
        assert seen[0][0, 1] == seen[0][1, 0] == -0.5


@pytest.mark.parametrize(
    ("Y", "arguments", "match"),
    [
        (np.array([[1.0 + 2.0j]]), {}, "Y has complex entries"),
        (np.ma.array([[1.0, 2.0]], mask=[[False, True]]), {}, "Y has masked entries"),
        ([[10**400]], {}, "too large for doubles"),
        ([[1.0]], {"phi": "relu", "V": np.array([[1j]])}, "V has complex entries"),
        ([[1.0]], {"phi": "relu", "V": np.ma.array([[1.0]], mask=[[True]])}, "V has masked entries"),
        ([[1.0]], {"phi": "relu", "V": [["a"]]}, "V is no array of numbers"),
        ([[1.0]], {"start": (np.array([[1j]]), [[1.0]])}, "start has complex entries"),
        ([[1.0]], {"phi": "parallel-relu", "V": [[1.0]], "widths": 2}, "widths = 2"),
        ([[1.0]], {"phi": "parallel-relu", "V": [[1.0]], "widths": (2.5, 2)}, r"widths \(2.5, 2\)"),
        ([[1.0]], {"rng": 3}, "rng = 3"),
        ([[1.0]], {"progress": "yes"}, "progress = 'yes'"),
        ([[1.0]], {"tolerance": "small"}, "tolerance = small"),
        ([[1.0]], {"local_solver": ["lbfgs"]}, "local_solver ="),
    ],
)
def test_what_would_be_lost_or_fail_later_is_refused(Y, arguments, match):
    with pytest.raises(FactorizationInputError, match=match):
        factorize(Y, **arguments)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, float("nan"), float("inf")])
def test_tolerances_of_certificates_are_positive(tolerance):
    with pytest.raises(FactorizationInputError, match="tolerance"):
        certify([[3.0]], ([[1.0]], [[1.0]]), tolerance=tolerance)


def test_polars_refuse_masks_and_complex_numbers():
    for W in (np.ma.array([[1.0, 2.0]], mask=[[False, True]]), np.array([[1j]])):
        with pytest.raises(PolarInputError, match="entries"):
            enclose_norm_pair_polar(W)


def test_a_weight_lost_beside_dependent_slices_does_not_stop_the_descent():
    start = (np.ones((2, 2)), np.ones((2, 2)))
    found = factorize(np.eye(2), lam=1e-30, start=start)
    assert found.objective <= found.history[0].objective
    assert found.certificate.gap <= 1e-20


def test_dimensions_with_too_many_orthants_fall_back_at_once():
    with pytest.raises(ArrangementSizeError, match="orthants"):
        simplicial_cells([], 40, most=20_000)
    V = np.ones((2, 40))
    polar = enclose_rectified_polar(V, [[1.0], [2.0]])
    assert polar.lower <= 3 * 40**0.5 <= polar.upper < 4 * 40**0.5
    assert enclose_rectified_polar(np.eye(13), np.ones((13, 1))).upper >= 13**0.5


def test_a_gauge_is_checked_exactly_though_its_parts_are_doubles():
    atoms = outer_atoms((1, 2), ("l1", "l1"))
    weights = tuple((i, Fraction(1)) for i, atom in enumerate(atoms) if sum(np.ravel(atom.image)) > 0)
    # In doubles 1 + 2⁻⁵³ would be 1; exactly, ⟨W, X⟩ is not 2.
    dual = np.array([[1.0, 1.0 - 2.0**-53]])
    assert not is_certified([[1, 1]], atoms, GaugeValue(Fraction(2), weights, dual))
    assert is_certified([[1, 1]], atoms, GaugeValue(Fraction(2), weights, np.array([[1.0, 1.0]])))


@pytest.mark.parametrize("norms", ["l1/l2", "l2/l1", "l1/linf", "linf/l1", "l1"])
def test_nonnegative_slices_with_an_l1_norm_have_sharp_polars(norms):
    rng = np.random.default_rng(4)
    for number in range(12):
        Y = rng.normal(size=(3, 4)) if number else -np.ones((3, 4))
        found = factorize(Y, g=f"nonnegative-{norms}-product", lam=0.4, rank=2, rng=rng)
        assert found.certificate.status == "global"
        u, v = (norms.split("/") * 2)[:2]
        W = np.maximum(found.certificate.W, 0.0)
        rows, order = (W, v) if u == "l1" else (W.T, u)
        expected = np.linalg.norm(rows, {"l1": np.inf, "l2": 2, "linf": 1}[order], axis=1).max()
        assert found.certificate.polar_bound == pytest.approx(expected, rel=1e-13, abs=1e-300)
        assert all((x >= 0).all() for x in (*found.factors, *found.certificate.direction))


def test_exact_certificates_take_numbers_beyond_doubles_and_no_masks():
    big, small = 10**400, "1e-400"
    assert certify_exactly([[big]], ([[1]], [[big - 1]])).status == "global"
    assert certify_exactly([[big]], ([[1]], [[big]])).status == "not global"
    assert certify_exactly([[1]], ([[0]], [[0]]), lam=small).status == "not global"
    with pytest.raises(FactorizationInputError, match="lam = 0"):
        certify_exactly([[1]], ([[0]], [[0]]), lam=0)
    with pytest.raises(InexactInputError, match="masked"):
        certify_exactly(np.ma.array([[1, 5]], mask=[[0, 1]]), ([[0]], [[0], [0]]))


def test_tensors_of_many_axes_have_gradients():
    shape = (*(1,) * 9, 2)
    found = factorize(np.reshape([3.0, 4.0], shape), phi=cp_map(shape), lam=1.0)
    assert found.certificate.status == "global"
    assert found.objective == pytest.approx(4.5)  # ½ + (5 − 1)


def test_maps_and_solvers_that_return_nothing_of_use_are_refused():
    empty = elemental_map("NaN", [(1,)], (1,), 2, lambda x: x * np.nan, lambda W, x: (W * x,))
    with pytest.raises(FactorizationInputError, match="does not scale"):
        factorize([2.0], phi=empty, g="l2-sum^2")
    with pytest.raises(FactorizationInputError, match="local_solver returned"):
        factorize([[2.0]], local_solver=lambda *_: None)


def test_solvers_that_split_slices_do_not_exceed_the_size():
    def split(task, factors):
        return tuple(np.concatenate([X / 3.0] * 9, axis=-1) for X in lbfgs(task, factors))

    for Y in ([[3.0]], [[3.0, 1.0], [0.0, 2.0]]):
        found = factorize(Y, local_solver=split, lam=0.5)
        assert found.certificate.status == "global"
        assert max(step.slices for step in found.history[1:]) <= np.size(Y) + 1
        assert any(step.name == "local descent" for step in found.history)
