"""Certificates: bounds that bound, directions that descend, exact decisions, and agreement of both kinds."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numeric.homogeneous.certificate import certify
from numeric.homogeneous.exact_certificate import (
    InexactInputError,
    certify_exactly,
    is_positive_semidefinite,
    polar_at_most_one,
    rational_slices,
)
from numeric.homogeneous.exact_maps import fractions
from numeric.homogeneous.exact_polars import polar_instances
from numeric.homogeneous.exact_spectra import _ROTATIONS, rational_spectra
from numeric.homogeneous.factorization import FactorizationInputError, factorize
from numeric.homogeneous.known_optima import MATRIX, known_problems, thresholded_value
from numeric.homogeneous.optimum_sweep import STARTS, sample_starts, start_sizes
from numeric.homogeneous.problem import problem

LAM = 0.8
PROBLEMS = {p.name: p for p in known_problems()}
STORED = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "global_optima_sweep.json"


def arguments_of(task):
    return {k: v for k, v in task.arguments.items() if k != "Y"}


@pytest.mark.parametrize("name", PROBLEMS)
def test_gaps_bound_the_distance_and_directions_descend(name):
    task = PROBLEMS[name]
    best = factorize(**task.arguments).objective if task.optimum is None else task.optimum
    data = problem(
        task.arguments["Y"],
        **{"phi": "outer", "g": "l2-product", **arguments_of(task)},
    )
    rng = np.random.default_rng(11)
    statuses = set()
    for _ in range(4):
        factors = tuple(rng.normal(size=(*shape, 2)) * 0.4 for shape in data.phi.shapes)
        factors = factors if data.g.admits(factors) else tuple(np.abs(X) for X in factors)
        found = certify(task.arguments["Y"], factors, **arguments_of(task))
        statuses.add(found.status)
        assert found.gap >= data.objective(factors) - best - 1e-12
        assert found.polar_attained <= found.polar_bound
        assert found.objective == pytest.approx(data.objective(factors), rel=1e-12)
        np.testing.assert_allclose(found.W, data.residual(factors) / data.lam, atol=1e-12)
        if found.status == "not global":
            small = 1e-4 ** (1 / data.phi.degree)
            longer = tuple(
                np.concatenate([X, small * x[..., None]], axis=-1)
                for X, x in zip(factors, found.direction, strict=True)
            )
            assert data.objective(longer) < data.objective(factors)
    assert "global" not in statuses
    assert statuses == {"not global"} or name.startswith("nonnegative")


def test_a_rank_too_small_is_a_saddle_with_a_descent_direction():
    left, values, right = np.linalg.svd(MATRIX, full_matrices=False)
    scale = np.sqrt(values[:1] - LAM)
    found = certify(MATRIX, (left[:, :1] * scale, right[:1].T * scale), lam=LAM)
    assert found.status == "not global"
    assert found.descends
    assert found.polar_bound == pytest.approx(values[1] / LAM, rel=1e-9)
    assert "not global" in str(found)


def test_a_point_just_off_the_optimum_is_global_only_within_its_gap():
    left, values, right = np.linalg.svd(MATRIX, full_matrices=False)
    scale = np.sqrt(values - LAM) * (1 + 1e-3)
    point = left * scale, right.T * scale
    strict, loose = (certify(MATRIX, point, lam=LAM, tolerance=t) for t in (1e-12, 1e-2))
    # Inside the dual ball: no slice helps, and only the gap tells how far the weights are from the best ones.
    assert (strict.status, loose.status) == ("undecided", "global")
    distance = strict.objective - thresholded_value(values, LAM)
    assert 0 < distance <= strict.gap


def test_a_point_without_slices_has_a_certificate():
    empty = np.zeros((2, 0)), np.zeros((3, 0))
    assert certify(MATRIX, empty, lam=10.0).status == "global"
    assert certify(MATRIX, empty, lam=1.0).status == "not global"


def test_a_bound_too_large_leaves_a_deep_network_undecided():
    task = PROBLEMS["three layers, points of the plane"]
    outputs = np.hstack([task.arguments["Y"], task.arguments["Y"][::-1]])
    found = factorize(**{**task.arguments, "Y": outputs})
    assert found.certificate.status == "undecided"
    assert found.certificate.polar_attained <= 1 + 1e-8
    assert 1 + 1e-3 < found.certificate.polar_bound < np.inf
    assert 0 < found.certificate.gap < found.objective


def test_the_stored_sweep_is_whole_and_all_of_it_global():
    rows = json.loads(STORED.read_text(encoding="utf-8"))["rows"]
    expected = [(task.name, r) for task in known_problems() for r in start_sizes(task)]
    assert [(row["problem"], row["start_size"]) for row in rows] == expected
    for row in rows:
        assert row["certified_global"] == row["starts"] == STARTS
        assert row["increases"] == 0
        assert row["worst_gap"] <= 1e-8
        assert row["worst_polar_excess"] <= 1e-8
        assert row["most_slices"] <= row["card_and_one"]
        assert row["worst_distance"] is None or row["worst_distance"] <= 1e-8
        assert (row["worst_distance"] is None) == (PROBLEMS[row["problem"]].optimum is None)


@pytest.mark.parametrize("name", ["outer l2-sum", "cp 2×2×2 l2-product", "relu, scalar inputs"])
def test_a_part_of_the_stored_sweep_comes_out_again(name):
    rows = json.loads(STORED.read_text(encoding="utf-8"))["rows"]
    stored = next(row for row in rows if row["problem"] == name and row["start_size"] == 2)
    again = sample_starts(PROBLEMS[name], 2)
    for key in ("certified_global", "increases", "starts", "card_and_one", "optimum_known_by"):
        assert again[key] == stored[key]
    assert again["worst_gap"] <= 1e-8
    assert again["worst_distance"] <= 1e-8


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["outer l1-product", "nonnegative, one slice", "relu, points of the plane", "max-pool"]
)
def test_twenty_starts_of_each_size(name):
    for r in start_sizes(PROBLEMS[name]):
        row = sample_starts(PROBLEMS[name], r)
        assert row["certified_global"] == STARTS
        assert row["increases"] == 0


def test_exact_certificates_of_rational_soft_thresholding():
    """Y = U diag(σ) Vᵀ with rational orthogonal U, V: global where thresholded at λ, not 10⁻⁹ beside it."""
    for spectrum in rational_spectra():
        Y = spectrum._assemble(list(spectrum.singular_values))
        U, V = _ROTATIONS[spectrum.m], _ROTATIONS[spectrum.n]
        r = len(spectrum.singular_values)
        kept = [max(s - spectrum.threshold, Fraction(0)) for s in spectrum.singular_values]
        point = U[:, :r] * np.array(kept, dtype=object), V[:, :r]
        exact = certify_exactly(Y, point, lam=spectrum.threshold)
        assert exact.status == "global"
        assert certify(Y.astype(float), tuple(X.astype(float) for X in point), lam=1.0).status == "global"
        wrong = U[:, :r] * np.array([k + Fraction(1, 10**9) for k in kept], dtype=object), V[:, :r]
        assert certify_exactly(Y, wrong, lam=spectrum.threshold).status == "not global"
        # Double precision cannot tell a part in 10⁹ from nothing; the gap says so.
        near = certify(Y.astype(float), tuple(X.astype(float) for X in wrong), lam=1.0)
        assert near.status == "global"
        assert near.gap > 0


def test_exact_certificates_of_entrywise_thresholding():
    Y = fractions([["7/2", "-1/3"], ["-2", "1"]])
    U, V = fractions([["5/2", 0], [0, -1]]), fractions([[1, 1], [0, 0]])
    found = certify_exactly(Y, (U, V), g="l1-product", lam=1)
    assert found.status == "global"
    assert found.slack == (0, 0)
    assert found.objective == Fraction(1, 2) * (1 + Fraction(1, 9) + 1 + 1) + Fraction(7, 2)
    assert found.W[1, 1] == 1  # an entry at the threshold
    below = certify_exactly(Y, (U, V), g="l1-product", lam=Fraction(999, 1000))
    assert (below.status, below.polar_at_most_one) == ("not global", False)


@pytest.mark.parametrize("seed", range(5))
def test_what_a_solver_returns_is_proved_exactly_where_it_is_rational(seed):
    rng = np.random.default_rng(seed)
    # One entry in each row and column: slices cannot overlap, so that the best ones are rational.
    Y = np.diag(rng.integers(-9, 10, size=3))[rng.permutation(3)]
    found = factorize(Y, g="l1-product", lam=2.5, rank=2, rng=rng)
    exact = certify_exactly(Y, rational_slices(found.factors), g="l1-product", lam=Fraction(5, 2))
    assert exact.status == "global"
    assert float(exact.objective) == pytest.approx(found.objective, rel=1e-12)
    # One singular value above the threshold, with rational singular vectors (3, 4)/5 and (5, 12)/13.
    Y = np.outer([3, 4], [5, 12])
    found = factorize(Y, lam=30.0, rank=1, rng=rng)
    exact = certify_exactly(Y, rational_slices(found.factors), lam=30)
    assert (exact.status, exact.polar_at_most_one) == ("global", True)


def test_the_threshold_is_decided_exactly():
    empty = fractions([[]]).reshape(1, 0), fractions([[]]).reshape(1, 0)
    for lam, status in ((Fraction(1, 3), "global"), (Fraction(1, 3) - Fraction(1, 10**40), "not global")):
        assert certify_exactly([["1/3"]], empty, lam=lam).status == status


def test_products_with_irrational_norms_are_compared_by_squares():
    Y = fractions([[3, 3], [3, 3]])
    # ‖(1, 1)‖ = √2 twice: the product of both norms is 2, and σ = 6, λ = 1 leaves 5 = 5/2 · 2.
    point = fractions([["5/2"], ["5/2"]]), fractions([[1], [1]])
    assert certify_exactly(Y, point).status == "global"
    lopsided = fractions([["5/2"], ["5/2"]]), fractions([[1], [0]])
    found = certify_exactly(Y, lopsided)
    assert (found.status, found.slack, found.objective) == ("not global", None, None)
    with pytest.raises(InexactInputError, match="irrational terms"):
        certify_exactly(np.ones((2, 2, 2), dtype=int), [[[1], [1]]] * 3, phi="cp", g="l1/l2/l2-sum")


def test_exact_polars_agree_with_those_of_the_claims():
    for instance in polar_instances():
        W = fractions(instance.W)
        value = instance.largest_over_atoms()
        norms = (instance.norm_u, instance.norm_v)
        assert polar_at_most_one(W, norms) == (value <= 1)
        if value:
            assert polar_at_most_one(W / value, norms)
            assert not polar_at_most_one(W / (value - value / 10**30), norms)


@pytest.mark.parametrize("norms", [("l1", "l2"), ("l2", "linf"), ("l2", "l2"), ("l1", "l1"), ("linf", "linf")])
def test_exact_and_enclosed_polars_agree(norms):
    rng = np.random.default_rng(4)
    g = "/".join(norms) + "-product"
    for _ in range(5):
        W = rng.integers(-8, 9, size=(2, 3))
        empty = np.zeros((2, 0)), np.zeros((3, 0))
        bound = certify(W, empty, g=g, lam=1.0).polar_bound
        for scale, expected in ((1.001, True), (0.999, False)):
            lam = Fraction(bound * scale)
            assert polar_at_most_one(fractions(W) / lam, norms) == expected
            exact = certify_exactly(W, (fractions(np.zeros((2, 0))), fractions(np.zeros((3, 0)))), g=g, lam=lam)
            assert (exact.status == "global") == expected


def test_nonnegative_exact_polars():
    W = fractions([[1, -5], ["1/2", "-1/2"]])
    assert polar_at_most_one(W, ("l1", "l1"), nonnegative=True)
    assert not polar_at_most_one(W, ("linf", "l1"), nonnegative=True)
    assert not polar_at_most_one(W, ("l2", "l1"), nonnegative=True)
    assert polar_at_most_one(W / 2, ("l2", "l1"), nonnegative=True)
    with pytest.raises(InexactInputError, match="so many l2"):
        polar_at_most_one(W, ("l2", "l2"), nonnegative=True)


def test_exact_certificates_of_tensors():
    Y = np.zeros((2, 2, 2), dtype=int)
    Y[0, 0, 0], Y[1, 1, 1] = 3, -2
    X = fractions([[2, 0], [0, -1]]), fractions([[1, 0], [0, 1]]), fractions([[1, 0], [0, 1]])
    assert certify_exactly(Y, X, phi="cp", g="l1-product").status == "global"
    assert certify_exactly(Y, X, phi="cp", g="l1/l2/l2-product").status == "global"
    assert certify_exactly(Y, tuple(x[:, :1] for x in X), phi="cp", g="l1-product").status == "not global"
    with pytest.raises(InexactInputError, match="so many l2"):
        certify_exactly(Y, X, phi="cp")


def test_semidefiniteness_is_decided_at_its_border():
    assert is_positive_semidefinite(fractions([[1, 1], [1, 1]]))
    assert is_positive_semidefinite(fractions([[0, 0], [0, 2]]))
    assert not is_positive_semidefinite(fractions([[0, 1], [1, 5]]))
    assert not is_positive_semidefinite(fractions([[1, 1], [1, Fraction(1) - Fraction(1, 10**30)]]))
    assert is_positive_semidefinite(fractions(np.zeros((0, 0))))


@pytest.mark.parametrize(
    ("Y", "factors", "arguments", "error", "cause"),
    [
        ([[0.5]], ([[1]], [[1]]), {}, InexactInputError, "give fractions"),
        ([["x"]], ([[1]], [[1]]), {}, InexactInputError, "no rational"),
        ([[1]], ([[1]], [[1]]), {"lam": 0.5}, InexactInputError, "lam has the entry 0.5"),
        ([[1]], ([[1]], [[1]]), {"lam": 0}, FactorizationInputError, "positive"),
        ([[1]], ([[1]], [[1, 2]]), {}, FactorizationInputError, "the same r"),
        ([[1]], ([[1], [2]], [[1]]), {}, FactorizationInputError, "shapes"),
        ([], ([[1]], [[1]]), {}, FactorizationInputError, "at least one entry"),
        ([[1]], ([[-1]], [[1]]), {"g": "nonnegative-l1-product"}, FactorizationInputError, "negative"),
        ([[1]], ([[1]], [[1]]), {"phi": "relu"}, FactorizationInputError, "training data"),
    ],
)
def test_exact_certificates_refuse_what_is_not_exact(Y, factors, arguments, error, cause):
    with pytest.raises(error, match=cause):
        certify_exactly(Y, factors, **arguments)


def test_zero_denominators_are_refused():
    with pytest.raises(InexactInputError, match="no rational"):
        certify_exactly([["1/0"]], ([[1]], [[1]]))
