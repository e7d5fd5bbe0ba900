"""Lemma 3.4 for gradient descent: what one step adds to the balance, exactly."""

from __future__ import annotations

from flint import fmpq_mat

from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.invariant import BALANCE
from claims.papers.mf_landscape.notation import (
    SHAPES,
    S,
    W,
    X,
    free_instances,
    gradient_blocks,
    settle,
)
from claims.registry import claim
from numeric.landscape.flow import gradient_descent_drift
from symbolic.matrix.operations import norm2, trace
from symbolic.matrix.symbols import scalar

eta = scalar("eta")


def _drift_by_a_step(at: MatrixInstance) -> fmpq_mat:
    return gradient_descent_drift(at["W"], at["S"], at["X"], at["eta"][0, 0])


def _drift(*, power: int = 2, sign: int = -1) -> list[Evidence]:
    g, h = gradient_blocks()
    W_next, S_next = W - eta * g, S - eta * h
    change = W_next.T * W_next - S_next * S_next.T - BALANCE
    drift = eta**power * (g.T * g + sign * h * h.T)
    size = MatrixIdentity(trace(change), eta**power * (norm2(g) + sign * norm2(h)))
    made = free_instances([X, W, S, eta])
    return settle({"one step": MatrixIdentity(change, drift, left_value=_drift_by_a_step), "its trace": size}, made)


@claim(
    "mf-landscape:lemma-3.4.gradient-descent",
    kind="remark",
    label="Lemma 3.4 for gradient descent (ours)",
    printed=r"""A step $(W,S)\mapsto(W,S)-\eta\nabla J(W,S)$ of gradient descent changes the balance by exactly
$\eta^2\bigl(\nabla_WJ^T\nabla_WJ-\nabla_SJ\,\nabla_SJ^T\bigr)$, with no term of first order in $\eta$""",
    hypotheses=[SHAPES],
    depends_on=["mf-landscape:equation-4"],
    parts=["one step", "its trace"],
)
def lemma_3_4_gradient_descent() -> list[Evidence]:
    """Expand: the terms of first order are those that vanish along the flow."""
    return _drift()


lemma_3_4_gradient_descent.near_misses(
    lambda change: _drift(**change),
    {"a drift of first order": {"power": 1}, "the Gram matrices added": {"sign": 1}},
)
