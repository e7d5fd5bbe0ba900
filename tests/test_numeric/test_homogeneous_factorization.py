"""The corrected meta-algorithm against closed forms, from random and from planted starts, with certificates."""

from itertools import pairwise

import numpy as np
import pytest

from numeric.homogeneous.certificate import certify
from numeric.homogeneous.factorization import FactorizationInputError, factorize
from numeric.homogeneous.regularizers import REGULARIZERS, Regularizer

Y = np.array([[3.0, -1.0, 0.5], [0.2, 2.0, 1.0]])
LAM = 0.8


def soft_threshold_value(values, lam):
    values = np.abs(values)
    return (np.minimum(values, lam) ** 2).sum() / 2 + lam * np.maximum(values - lam, 0).sum()


def closed_form(g):
    return soft_threshold_value(Y if g == "l1-product" else np.linalg.svd(Y, compute_uv=False), LAM)


def decreases(history):
    return all(after <= before for (_, before), (_, after) in pairwise(history))


@pytest.mark.parametrize("g", ["l2-product", "l2-sum", "l1-product"])
@pytest.mark.parametrize("r", [1, 2, 4, Y.size + 1])
def test_twenty_random_starts_reach_the_closed_form(g, r):
    for seed in range(20):
        found = factorize(Y, g=g, lam=LAM, rank=r, rng=np.random.default_rng(seed))
        assert abs(found.objective - closed_form(g)) < 1e-8
        assert found.certificate.status == "global"
        assert found.certificate.polar_bound <= 1 + 1e-8
        assert decreases(found.history)
        assert found.U.shape[1] <= max(r, Y.size + 1)


def test_planted_spurious_minima_are_left():
    data = np.array([[5.0, 0.0], [0.0, 0.0]])
    U, V = np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])
    assert certify(data, U, V, REGULARIZERS["l2-product"], 1.0).status == "not global"
    found = factorize(data, lam=1.0, start=(U, V))
    assert found.history[0] == ("start", 12.5)
    assert abs(found.objective - 4.5) < 1e-8
    assert found.certificate.status == "global"


def test_a_rank_too_small_is_a_saddle_with_a_descent_direction():
    left, values, right = np.linalg.svd(Y, full_matrices=False)
    scale = np.sqrt(values[:1] - LAM)
    U, V = left[:, :1] * scale, right[:1].T * scale
    certificate = certify(Y, U, V, REGULARIZERS["l2-product"], LAM)
    assert certificate.status == "not global"
    assert certificate.polar_bound == pytest.approx(values[1] / LAM, rel=1e-9)
    u, v = certificate.direction
    t = 1e-3
    before = ((Y - U @ V.T) ** 2).sum() / 2
    after = ((Y - U @ V.T - t * np.outer(u, v)) ** 2).sum() / 2 + LAM * t
    assert after < before


def test_bounds_are_upper_bounds_and_the_gap_is_one():
    rng = np.random.default_rng(3)
    for g in ("l2-product", "l1-product"):
        for _ in range(10):
            U, V = rng.normal(size=(2, 2)), rng.normal(size=(3, 2))
            certificate = certify(Y, U, V, REGULARIZERS[g], LAM)
            value = ((Y - U @ V.T) ** 2).sum() / 2 + LAM * REGULARIZERS[g].cost(U, V)
            assert certificate.gap >= value - closed_form(g) - 1e-12
            assert certificate.polar_bound >= certificate.polar_attained - 1e-12


def test_large_weight_gives_zero_and_zero_data_too():
    for data, lam in ((Y, 10.0), (np.zeros((2, 2)), 1.0), (np.array([[2.0]]), 2.0)):
        found = factorize(data, lam=lam, rank=2, rng=np.random.default_rng(0))
        assert found.certificate.status == "global"
        assert found.objective == pytest.approx((data**2).sum() / 2, abs=1e-8)


def test_nonnegative_factors_never_claim_more_than_is_proved():
    found = factorize(np.abs(Y), g="nonnegative-l2", lam=LAM, rank=3, rng=np.random.default_rng(1))
    assert decreases(found.history)
    assert found.U.min() >= 0
    assert found.V.min() >= 0
    assert found.certificate.status in ("global", "undecided")
    assert found.certificate.polar_attained <= found.certificate.polar_bound + 1e-12


@pytest.mark.parametrize(
    ("data", "arguments", "cause"),
    [
        ([], {}, "shape"),
        (np.zeros((0, 3)), {}, "shape"),
        ([1.0, 2.0], {}, "shape"),
        ([[np.nan]], {}, "NaN"),
        ([[np.inf]], {}, "NaN or infinite"),
        ([[1.0]], {"lam": 0.0}, "positive"),
        ([[1.0]], {"lam": -1.0}, "positive"),
        ([[1.0]], {"lam": float("nan")}, "positive"),
        ([[1.0]], {"phi": "inner"}, "phi is one of"),
        ([[1.0]], {"g": "l7"}, "g one of"),
        ([[1.0]], {"rank": 0}, "at least one slice"),
        ([[1.0]], {"start": (np.ones((2, 1)), np.ones((1, 1)))}, "shapes"),
        ([[1.0]], {"start": (np.array([[np.nan]]), np.ones((1, 1)))}, "NaN"),
        ([[1.0]], {"g": "nonnegative-l2", "start": (-np.ones((1, 1)), np.ones((1, 1)))}, "negative"),
    ],
)
def test_bad_input_is_refused_with_its_cause(data, arguments, cause):
    with pytest.raises(FactorizationInputError, match=cause):
        factorize(data, **arguments)


def test_unequal_degrees_are_refused(monkeypatch):
    cubic = Regularizer("cubic", 3, lambda x: float(np.abs(x).sum()), nonnegative=False, form="product")
    monkeypatch.setitem(REGULARIZERS, "cubic", cubic)
    with pytest.raises(FactorizationInputError, match="degree 2 but g has degree 3"):
        factorize([[1.0]], g="cubic")
