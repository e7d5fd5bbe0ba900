"""The corrected meta-algorithm against closed forms, from random and from planted starts, and what it refuses."""

import io
from itertools import pairwise

import numpy as np
import pytest

from numeric.homogeneous.certificate import PolarBoundError
from numeric.homogeneous.elemental_maps import cp_map, elemental_map
from numeric.homogeneous.factorization import FactorizationInputError, factorize
from numeric.homogeneous.known_optima import (
    INPUT,
    MATRIX,
    OUTPUT,
    POINTS,
    known_problems,
    planted_points,
    thresholded_value,
)
from numeric.homogeneous.local_descent import lbfgs, proximal_blocks
from numeric.homogeneous.network_maps import max_pool, parallel_relu
from numeric.homogeneous.polars.norm_pairs import enclose_norm_pair_polar
from numeric.homogeneous.progress_line import progress_line
from numeric.homogeneous.regularizers import REGULARIZERS, OwnRegularizer, Regularizer, regularizer

PROBLEMS = {p.name: p for p in known_problems()}
PLANTED = {name: (p, factors) for name, p, factors in planted_points()}


def decreases(history):
    return all(after.objective <= before.objective for before, after in pairwise(history))


def reaches_the_optimum(task, found):
    assert found.certificate.status == "global", (task.name, found.certificate)
    assert found.certificate.gap <= 1e-8
    assert found.certificate.polar_bound <= 1 + 1e-8
    assert decreases(found.history)
    # The start is as large as it was given; whatever follows is not.
    assert max(step.slices for step in found.history[1:]) <= task.size + 1
    if task.optimum is not None:
        assert abs(found.objective - task.optimum) < 1e-8


@pytest.mark.parametrize("name", PROBLEMS)
def test_random_starts_of_all_sizes_reach_the_optimum(name):
    task = PROBLEMS[name]
    for r in sorted({1, 2, 4, task.size + 1}):
        reaches_the_optimum(task, factorize(**task.arguments, rank=r, rng=np.random.default_rng(100 + r)))


@pytest.mark.parametrize("g", ["l2-product", "l2-sum"])
@pytest.mark.parametrize("r", [1, 2, 4, MATRIX.size + 1])
def test_twenty_random_starts_reach_the_soft_thresholded_matrix(g, r):
    task = PROBLEMS[f"outer {g}"]
    for seed in range(20):
        reaches_the_optimum(task, factorize(**task.arguments, rank=r, rng=np.random.default_rng(seed)))


@pytest.mark.parametrize("name", PLANTED)
def test_planted_points_are_left(name):
    task, factors = PLANTED[name]
    found = factorize(**task.arguments, start=factors)
    assert found.history[0].objective > task.optimum + 0.4
    reaches_the_optimum(task, found)


def test_a_start_with_many_slices_is_brought_to_card_and_one():
    task = PROBLEMS["outer l2-product"]
    found = factorize(**task.arguments, rank=40, rng=np.random.default_rng(5))
    assert [step.slices for step in found.history[:2]] == [40, task.size + 1]
    assert max(step.slices for step in found.history[1:]) <= task.size + 1
    assert abs(found.objective - task.optimum) < 1e-8


def test_a_global_minimum_with_too_many_slices_keeps_its_value():
    left, values, right = np.linalg.svd(MATRIX, full_matrices=False)
    U, V = left * np.sqrt(values - 0.8), right.T * np.sqrt(values - 0.8)
    wide = np.repeat(U, 9, axis=1) / 3, np.repeat(V, 9, axis=1) / 3
    found = factorize(MATRIX, lam=0.8, start=wide)
    assert max(step.slices for step in found.history) <= MATRIX.size + 1
    assert decreases(found.history)
    assert abs(found.objective - PROBLEMS["outer l2-product"].optimum) < 1e-12


@pytest.mark.parametrize(
    ("Y", "lam"),
    [
        (MATRIX, 10.0),
        (np.zeros((2, 2)), 1.0),
        ([[2.0]], 2.0),
        ([[1e-12]], 1e-12),
        ([[1e6, -1e6]], 1.0),
        (MATRIX, 1e-3),
    ],
)
def test_extreme_weights(Y, lam):
    found = factorize(Y, lam=lam, rank=2, rng=np.random.default_rng(0))
    expected = thresholded_value(np.linalg.svd(np.array(Y), compute_uv=False), lam)
    assert found.certificate.status == "global"
    assert found.objective == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", ["outer l2-product", "outer l1-product", "cp 2×2×2 l2-sum", "relu, scalar inputs"])
@pytest.mark.parametrize("size", [1e-140, 1e-9, 1e9, 1e140])
def test_data_of_any_size_are_fitted_alike(name, size):
    task = PROBLEMS[name]
    arguments = {**task.arguments, "Y": size * task.arguments["Y"], "lam": size * task.arguments["lam"]}
    found = factorize(**arguments, rank=2, rng=np.random.default_rng(0))
    assert found.certificate.status == "global"
    assert decreases(found.history)
    assert found.objective / size / size == pytest.approx(task.optimum, rel=1e-8)


def test_a_thousand_slices_are_emptied_fast():
    found = factorize(MATRIX, lam=0.8, rank=1000, rng=np.random.default_rng(0))
    assert found.history[0].slices == 1000
    assert max(step.slices for step in found.history[1:]) <= MATRIX.size + 1
    assert found.certificate.status == "global"


def test_a_single_entry_for_every_mapping():
    for arguments in (
        {"Y": [[3.0]]},
        {"Y": [[[3.0]]], "phi": "cp"},
        {"Y": [[3.0]], "phi": "relu", "V": [[1.0]]},
        {"Y": [[3.0]], "phi": "parallel-relu", "V": [[1.0]], "widths": (1, 1)},
    ):
        found = factorize(**arguments, lam=1.0)
        assert found.certificate.status == "global"
        assert abs(found.objective - 2.5) < 1e-8


def test_data_that_reach_no_output_leave_it_unfitted():
    found = factorize([[1.0], [2.0]], phi="relu", V=np.zeros((2, 2)), lam=1.0)
    assert found.certificate.status == "global"
    assert (found.objective, found.rank) == (2.5, 0)


@pytest.mark.parametrize("solver", ["proximal", proximal_blocks, lbfgs, lambda _, factors: factors])
def test_any_local_solver_will_do(solver):
    task = PROBLEMS["outer l2-product"]
    found = factorize(**task.arguments, rank=2, local_solver=solver)
    reaches_the_optimum(task, found)


def test_a_solver_that_climbs_is_not_followed():
    found = factorize(MATRIX, lam=0.8, local_solver=lambda _, factors: tuple(2 * X for X in factors))
    assert decreases(found.history)
    assert found.certificate.status == "global"


def test_progress_is_reported_and_silent_off_terminals(monkeypatch):
    seen = []
    found = factorize(MATRIX, lam=0.8, progress=lambda name, value: seen.append((name, value)))
    assert [name for name, _ in seen[:-1]] == [step.name for step in found.history]
    assert seen[-1] == ("certificate: global", found.objective)

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    live = Terminal()
    progress_line(live)("local descent", 4.5)
    assert "local descent" in live.getvalue()
    monkeypatch.setenv("CI", "true")
    silent = Terminal()
    progress_line(silent)("local descent", 4.5)
    assert silent.getvalue() == ""


def test_tensors_of_order_four_by_a_mapping():
    Y = np.zeros((2, 2, 2, 2))
    Y[0, 0, 0, 0], Y[1, 1, 1, 1] = 3.0, 1.5
    found = factorize(Y, phi=cp_map(Y.shape), g="l1/l1/l2/l2-product", lam=1.0, rank=2)
    assert found.certificate.status == "global"
    assert abs(found.objective - thresholded_value(np.array([3.0, 1.5]), 1.0)) < 1e-8


def square_map(n):
    return elemental_map("x xᵀ", [(n,)], (n, n), 2, lambda x: np.multiply.outer(x, x), lambda W, x: ((W + W.T) @ x,))


def square_norm(polar=None):
    return OwnRegularizer("|x|²", 2, lambda x: (x * x).sum(), lambda x: (2 * x,), polar)


def test_own_mapping_without_a_bound_is_never_called_global():
    Y = np.array([[2.0, 0.5], [0.5, 1.0]])
    found = factorize(Y, phi=square_map(2), g=square_norm(), lam=0.5, rank=2)
    optimum = thresholded_value(np.linalg.eigvalsh(Y), 0.5)
    assert abs(found.objective - optimum) < 1e-8
    assert found.certificate.status == "undecided"
    assert found.certificate.polar_bound == np.inf
    start = factorize(Y, phi=square_map(2), g=square_norm(), lam=0.5, start=(np.zeros((2, 1)),), max_rounds=1)
    assert decreases(start.history)


def test_own_mapping_with_a_bound_is_certified():
    def polar(W):
        # ⟨W, xxᵀ⟩ ≤ ‖W‖ for ‖x‖ ≤ 1; attained here, where the largest eigenvalue has the largest size.
        found = enclose_norm_pair_polar(W)
        return type(found)(found.lower, found.upper, (found.atom[1],))

    Y = np.array([[2.0, 0.5], [0.5, 1.0]])
    found = factorize(Y, phi=square_map(2), g=square_norm(polar), lam=0.5, rank=1)
    assert found.certificate.status == "global"
    assert abs(found.objective - thresholded_value(np.linalg.eigvalsh(Y), 0.5)) < 1e-8


def test_a_wrong_degree_of_ones_own_is_noticed():
    with pytest.raises(FactorizationInputError, match="g = 'not squared' does not scale by its degree 2"):
        factorize(
            np.eye(2),
            phi=square_map(2),
            g=OwnRegularizer("not squared", 2, lambda x: abs(x).sum(), lambda x: (np.sign(x),)),
        )
    biased = elemental_map("biased", [(2,)], (2,), 1, lambda x: x + 1, lambda W, _: (W,))
    with pytest.raises(FactorizationInputError, match="phi = 'biased' does not scale by its degree 1"):
        factorize(np.ones(2), phi=biased, g=OwnRegularizer("|x|", 1, lambda x: abs(x).sum(), lambda x: (np.sign(x),)))


def test_a_false_bound_of_ones_own_is_noticed():
    def false(W):
        found = enclose_norm_pair_polar(W)
        return type(found)(0.0, found.upper / 2, (found.atom[1],))

    with pytest.raises(PolarBoundError, match="must hold for all slices"):
        factorize(np.eye(2), phi=square_map(2), g=square_norm(false), lam=0.5)


@pytest.mark.parametrize("returned", [(), (np.ones((2, 1)),), (np.ones((2, 1)), np.ones((2, 1))), (1.0, 2.0)])
def test_solvers_that_return_something_else_are_refused(returned):
    with pytest.raises(FactorizationInputError, match="local_solver returned factors of shapes"):
        factorize(MATRIX, local_solver=lambda *_: returned)


def test_solvers_that_return_what_is_not_finite_are_not_followed():
    found = factorize(MATRIX, lam=0.8, local_solver=lambda _, factors: tuple(np.nan * X for X in factors))
    assert found.certificate.status == "global"


def test_a_name_is_no_proof():
    outer = elemental_map(
        "outer",
        [(2,), (2,)],
        (2, 2),
        2,
        lambda u, v: 2 * np.multiply.outer(u, v),
        lambda W, u, v: (2 * W @ v, 2 * W.T @ u),
        balanced=True,
    )
    found = factorize(np.diag([3.0, 1.0]), phi=outer, lam=2.0)
    assert found.certificate.status == "undecided"
    assert found.objective == pytest.approx(thresholded_value(np.array([3.0, 1.0]), 1.0))


def degenerate(seed):
    """Yield problems with repeated and zero rows, tied singular values, entries at the threshold, no positive entry."""
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 5, size=2)
    Y = rng.integers(-2, 3, size=(m, n))
    for g in ("l2-product", "l1-product", "nonnegative-l2", "nonnegative-l1-sum", "linf-product", "l2/linf-sum"):
        yield {"Y": Y, "g": g, "lam": 1.0}
    V = rng.integers(-1, 2, size=(m, 2))
    yield {"Y": rng.integers(-3, 4, size=(m, n)), "phi": "relu", "V": V, "lam": 0.5}
    yield {"Y": rng.integers(-3, 4, size=(m, n)), "phi": "relu", "g": "l2/l1-product", "V": V, "lam": 0.5}
    groups = [list(rng.choice(m, size=rng.integers(1, m + 1), replace=False)) for _ in range(2)]
    yield {"Y": rng.integers(-3, 4, size=(2, 1)), "phi": max_pool(V, groups), "lam": 0.5}
    yield {"Y": rng.integers(-1, 2, size=(2, 2, 2)), "phi": "cp", "lam": 0.5}
    yield {"Y": rng.integers(-3, 4, size=(m, n)), "phi": "parallel-relu", "V": V[:, :1], "widths": (2, 1), "lam": 0.5}


@pytest.mark.parametrize("seed", range(5))
def test_degenerate_data_are_certified(seed):
    rng = np.random.default_rng(seed)
    for arguments in degenerate(seed):
        found = factorize(**arguments, rank=int(rng.integers(1, 4)), rng=rng)
        assert found.certificate.status == "global", (arguments, found.certificate)
        assert decreases(found.history)
        assert max(step.slices for step in found.history[1:]) <= np.size(arguments["Y"]) + 1


@pytest.mark.parametrize(
    ("data", "arguments", "cause"),
    [
        ([], {}, "shape"),
        (np.zeros((0, 3)), {}, "shape"),
        (3.0, {}, "shape"),
        ([1.0, 2.0], {}, "needs an array with 2 axes"),
        ([[1.0], [2.0, 3.0]], {}, "rows of equal length"),
        ([["a"]], {}, "no array of numbers"),
        ([[np.nan]], {}, "NaN"),
        ([[np.inf]], {}, "NaN or infinite"),
        ([[1.0]], {"lam": 0.0}, "positive"),
        ([[1.0]], {"lam": -1.0}, "positive"),
        ([[1.0]], {"lam": float("nan")}, "positive"),
        ([[1.0]], {"lam": float("inf")}, "positive"),
        ([[1.0]], {"lam": "much"}, "positive"),
        ([[1.0]], {"phi": "inner"}, "phi is one of"),
        ([[1.0]], {"phi": None}, "phi is one of"),
        ([[1.0]], {"g": "l7"}, "g one of"),
        ([[1.0]], {"g": "l2"}, "g one of"),
        ([[1.0]], {"g": None}, "g one of"),
        ([[1.0]], {"g": "l1/l2/l2-product"}, "names 3 norms, but phi has 2 factors"),
        ([[1.0]], {"g": "l2-sum^0"}, "power must be at least 1"),
        ([[1.0]], {"rank": 0}, "at least one slice"),
        ([[1.0]], {"rank": 1.5}, "give a whole number: a start needs at least one slice"),
        ([[1.0]], {"phi": "cp"}, "needs an array with 3 axes"),
        ([[[1.0]]], {"phi": "outer"}, "needs an array with 2 axes"),
        ([[1.0]], {"V": [[1.0]]}, "drop V"),
        ([[1.0]], {"phi": "relu"}, "training data V are missing"),
        ([[1.0]], {"phi": "relu", "V": [[np.nan]]}, "V has entries that are NaN"),
        ([[1.0]], {"phi": "relu", "V": [[1.0], [2.0]]}, "one row of V for each row of Y"),
        ([[1.0]], {"phi": "relu", "V": [1.0]}, "give a matrix"),
        ([[1.0]], {"phi": "relu", "V": [[1.0]], "widths": (2, 2)}, "take 'parallel-relu'"),
        ([[1.0]], {"phi": "parallel-relu", "V": [[1.0]]}, "needs widths"),
        ([[1.0]], {"phi": "parallel-relu", "V": [[1.0]], "widths": (0, 2)}, "at least one unit"),
        ([[1.0]], {"phi": cp_map((2, 2))}, r"maps into \(2, 2\)"),
        ([[1.0]], {"start": (np.ones((2, 1)), np.ones((1, 1)))}, "shapes"),
        ([[1.0]], {"start": (np.ones((1, 1)), np.ones((1, 2)))}, "the same r"),
        ([[1.0]], {"start": (np.ones((1, 1)),)}, "shapes"),
        ([[1.0]], {"start": 3}, "no sequence of arrays"),
        ([[1.0]], {"start": (np.array([[np.nan]]), np.ones((1, 1)))}, "NaN"),
        ([[1.0]], {"g": "nonnegative-l2", "start": (-np.ones((1, 1)), np.ones((1, 1)))}, "negative"),
        ([[1.0]], {"local_solver": "newton"}, "give one of"),
        ([[1.0]], {"variant": "improved"}, "'corrected' or 'printed'"),
        ([[1.0]], {"tolerance": 0.0}, "must be positive"),
        ([[1.0]], {"max_rounds": 0}, "at least one local descent"),
    ],
)
def test_bad_input_is_refused_with_its_cause(data, arguments, cause):
    with pytest.raises(FactorizationInputError, match=cause):
        factorize(data, **arguments)


def test_unequal_degrees_are_refused_with_both_named():
    with pytest.raises(FactorizationInputError, match="'outer' has degree 2 but g = 'cubic' has degree 3"):
        factorize([[1.0]], g=Regularizer("cubic", ("l2", "l2"), "sum", power=3))
    with pytest.raises(FactorizationInputError, match="'cp' has degree 3 but g = 'l2-sum\\^2' has degree 2"):
        factorize(np.ones((2, 2, 2)), phi="cp", g="l2-sum^2")
    with pytest.raises(FactorizationInputError, match=r"degree 3 but .* degree 2; they must agree"):
        factorize(OUTPUT, phi="parallel-relu", V=POINTS, widths=(2, 2), g="l2-sum^2")
    with pytest.raises(FactorizationInputError, match="has 2 norms but phi = 'cp' has 3 factors"):
        factorize(np.ones((2, 2, 2)), phi="cp", g=REGULARIZERS["l2-product"])


def test_shapes_of_networks_are_checked_where_they_are_made():
    for make in (
        lambda: parallel_relu(INPUT, widths=(2, 0)),
        lambda: parallel_relu(INPUT, outputs=0),
        lambda: max_pool(INPUT, []),
        lambda: max_pool(INPUT, [(0, 4)]),
        lambda: cp_map((3,)),
        lambda: regularizer("l2-product^2", 2),
    ):
        with pytest.raises(ValueError, match=r"unit|groups|axes|unknown"):
            make()
