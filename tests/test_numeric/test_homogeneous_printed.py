"""Algorithm 1 as printed: its cycles, its stalls at points that are not global, and where it does end."""

import numpy as np
import pytest

from numeric.homogeneous.exact_paths import ScalarUpdate
from numeric.homogeneous.factorization import factorize
from numeric.homogeneous.known_optima import MATRIX, planted_points, thresholded_value

PLANTED = {name: (p, factors) for name, p, factors in planted_points()}


def printed(Y, **arguments):
    return factorize(Y, variant="printed", max_rounds=8, **arguments)


def test_it_cycles_between_the_outputs_of_the_claim():
    """½(X − 4)² + Σ|u||v| with outputs (1, 2): a global minimum of two slices that it never returns."""
    root = np.sqrt(np.array([[1.0, 2.0]]))
    found = printed([[4.0]], start=(root, root))
    assert found.events == ("cycle: round 3 is back at the local minimum of round 1", "8 rounds without an end")
    assert {step.name for step in found.history[1:]} == {"printed update"}
    assert all(step.objective == pytest.approx(3.5) for step in found.history)
    outputs = (found.U * found.V).ravel()
    np.testing.assert_allclose(outputs, [1, 2])
    expected = ScalarUpdate(1, 2, -1).updated()
    once = factorize([[4.0]], variant="printed", max_rounds=1, start=(root, root))
    np.testing.assert_allclose((once.U * once.V).ravel(), [float(expected.a), float(expected.b)])


def test_the_corrected_algorithm_ends_there():
    root = np.sqrt(np.array([[1.0, 2.0]]))
    found = factorize([[4.0]], start=(root, root))
    assert found.certificate.status == "global"
    assert found.events == ()


@pytest.mark.parametrize("name", ["zero on one side", "zero on one side, many slices", "a zero slice in each factor"])
def test_it_stalls_at_spurious_local_minima(name):
    task, factors = PLANTED[name]
    found = printed(**task.arguments, start=factors)
    assert any(event.startswith("stall") for event in found.events)
    assert found.certificate.status == "not global"
    assert found.events[-1].startswith("the point is not a global minimum: the polar is at least 5")
    assert found.objective == 12.5 > task.optimum


@pytest.mark.parametrize("g", ["l2-sum", "l2-product", "l1-product"])
def test_from_one_slice_it_returns_a_global_minimum(g):
    values = MATRIX.ravel() if g == "l1-product" else np.linalg.svd(MATRIX, compute_uv=False)
    found = printed(MATRIX, g=g, lam=0.8, rank=1, rng=np.random.default_rng(0))
    assert "calling this a global minimum" in found.events[-1]
    assert found.certificate.status == "global"
    assert abs(found.objective - thresholded_value(values, 0.8)) < 1e-8


def test_from_more_slices_than_entries_it_does_not_end():
    found = printed(MATRIX, g="l2-sum", lam=0.8, rank=7, rng=np.random.default_rng(0))
    assert found.events[-1] == "8 rounds without an end"
    assert {step.slices for step in found.history} == {7}
