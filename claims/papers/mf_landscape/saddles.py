"""Section 3.2, last paragraph: every canonical point (18) is a global minimum or a strict saddle."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import (
    BLOCKS,
    C0,
    CASES,
    GIVEN,
    L1,
    ORTHONORMAL,
    SELECTION,
    V0,
    W_CANONICAL,
    Case,
    F,
    L,
    P,
    U,
    V,
    canonical_instance,
    canonical_instances,
    number,
)
from claims.papers.mf_landscape.notation import SHAPES, X, second, settle
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_by_differences
from symbolic.landscape.rational_svd import columns
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import scalar, vector
from symbolic.matrix.symbols import zeros as zero

S18 = P.T * L * V.T + F.T * C0.T * V0.T

# (u, v) is a singular pair of X that was not selected: Xv = σu, Xᵀu = σv, σ > 0.
u, v, sigma = vector("u", "m"), vector("v", "n"), scalar("sigma")
ONE = as_expression(1)
LEFT_OUT = (
    Relation(u.T * u, ONE),
    Relation(v.T * v, ONE),
    Relation(U.T * u, zero("q", 1)),
    Relation(X * v, sigma * u),
    Relation(X.T * u, sigma * v),
)
HYPOTHESES = (*ORTHONORMAL, *BLOCKS, *LEFT_OUT)

# A unit vector y of ℝ^{k−q}, and e = [0; y]: a free column of W. A unit vector ε of ℝ^q: selected ones.
y, epsilon = vector("y", "f"), vector("epsilon", "q")
FREE = (*HYPOTHESES, Relation(y.T * y, ONE))
SELECTED = (*HYPOTHESES, Relation(epsilon.T * epsilon, ONE))


def _pairs(*, smaller: bool) -> Iterator[MatrixInstance]:
    """Yield every canonical point (18) with a pair left out, and a free column or a smaller selected value."""
    rng = np.random.default_rng(0)
    for case in CASES:
        at = canonical_instance(case, rng)
        q, f, p = (at.sizes[name] for name in ("q", "f", "p"))
        if not p or (smaller and not q) or (not smaller and not f):
            continue
        data = dict(at.values)
        data["S"] = data["P_q"].transpose() * data["Lambda"] * data["Vbar"].transpose()
        data["S"] += data["P_f"].transpose() * data["C_0"].transpose() * data["V_0"].transpose()
        data |= {"u": columns(data["U_1"], [0]), "v": columns(data["V_1"], [0])}
        data["sigma"] = scalar_matrix(data["Sigma_1"][0, 0])
        if smaller:
            data["epsilon"] = _unit(q, q - 1)
        else:
            data["y"] = _unit(f, 0)
        yield MatrixInstance(at.sizes, data)


def _unit(size: int, place: int) -> fmpq_mat:
    return fmpq_mat(size, 1, [int(j == place) for j in range(size)])


def _free_column(value: Expression) -> MatrixIdentity:
    """Return D²J[(2σ u eᵀ, (c + 1) e vᵀ)] = −4σ² with c = ‖Sᵀe‖² = ‖C₀y‖²."""
    e = F.T * y
    growth = norm2(C0 * y)
    direction = (2 * sigma * (u * e.T), (growth + 1) * (e * v.T))
    return MatrixIdentity(second((W_CANONICAL, S18), direction), value, FREE)


def _smaller_value(value: Expression) -> MatrixIdentity:
    """Return D²J[(u eᵀ, σ e vᵀ)] = ‖Λε‖² − σ² with e = [ε; 0]."""
    e = P.T * epsilon
    return MatrixIdentity(second((W_CANONICAL, S18), (u * e.T, sigma * (e * v.T))), value, SELECTED)


def _negative_eigenvalues(at: MatrixInstance) -> Fraction:
    return Fraction(int(inertia(hessian_by_differences(at["W"], at["S"], at["X"])).negative > 0))


def _is_saddle(at: MatrixInstance) -> Fraction:
    """Return whether a nonzero value was left out although a column is free or a smaller value was selected."""
    left_out = [at["Sigma_1"][j, j] for j in range(at.sizes["p"])]
    selected = [at["Lambda"][j, j] for j in range(at.sizes["q"])]
    return Fraction(int(bool(left_out) and (at.sizes["f"] > 0 or min(selected) < max(left_out))))


def _points(cases: tuple[Case, ...] = CASES) -> Iterator[MatrixInstance]:
    rng = np.random.default_rng(0)
    for case in cases:
        at = canonical_instance(case, rng)
        S_ = at["P_q"].transpose() * at["Lambda"] * at["Vbar"].transpose()
        S_ += at["P_f"].transpose() * at["C_0"].transpose() * at["V_0"].transpose()
        if case[4] * (case[0] + case[1]) <= 21:
            yield MatrixInstance(at.sizes, {**at.values, "S": S_})


# The orbit with no uniform bound: k = 1, X = σuvᵀ, W = 0, S = s wᵀ with Xw = 0; L_A moves s to s/A.

G1, H1, w, s = vector("g", "m"), vector("h", "n"), vector("w", "n"), scalar("s")
RANK_ONE = (
    Relation(u.T * u, ONE),
    Relation(v.T * v, ONE),
    Relation(w.T * w, ONE),
    Relation(v.T * w, as_expression(0)),
)


def _shallow(scale: Expression) -> MatrixIdentity:
    """Return s²D²J[(g, hᵀ)] + σ²‖h‖² = ‖s²g − σ(vᵀh)u‖² + σ²‖h − (vᵀh)v‖², so λ_min ≥ −σ²/s²."""
    given = sigma * (u * v.T)
    curvature = norm2(G1 * (s * w.T)) - 2 * (H1.T * given.T * G1)
    along = v.T * H1
    squares = norm2(s**2 * G1 - sigma * along * u) + scale * norm2(H1 - along * v)
    return MatrixIdentity(s**2 * curvature + sigma**2 * norm2(H1), squares, RANK_ONE)


def _rank_one_instances() -> Iterator[MatrixInstance]:
    for m, n, scale in ((2, 3, 5), (3, 2, 1), (1, 2, 100)):
        data = {"u": _unit(m, 0), "v": _unit(n, 0), "w": _unit(n, 1), "s": number(scale), "sigma": number(3)}
        data |= {
            "g": fmpq_mat(m, 1, [fmpq(j + 1, 2) for j in range(m)]),
            "h": fmpq_mat(n, 1, [j - 2 for j in range(n)]),
        }
        yield MatrixInstance({"m": m, "n": n}, data)


CURVATURE_FREE, CURVATURE_SMALLER = -4 * sigma**2, norm2(L * epsilon) - sigma**2


def _dichotomy(
    free: Expression = CURVATURE_FREE, smaller: Expression = CURVATURE_SMALLER, scale: Expression = sigma**2
) -> list[Evidence]:
    loss = MatrixIdentity(norm2(GIVEN - W_CANONICAL * S18) / 2, norm2(L1) / 2, (*ORTHONORMAL, *BLOCKS))
    scope = "the canonical points of every kind with k(m + n) ≤ 21, random C₀: a negative eigenvalue of the Hessian"
    return [
        *settle({"saddle: a column is free": _free_column(free)}, lambda: _pairs(smaller=False)),
        *settle({"saddle: a smaller value is selected": _smaller_value(smaller)}, lambda: _pairs(smaller=True)),
        *settle({"minimum: the largest values are selected": loss}, canonical_instances()),
        decide_at_instances(
            _negative_eigenvalues, _is_saddle, _points(), scope, part="minimum: the largest values are selected"
        ),
        *settle({"no uniform bound on an orbit": _shallow(scale)}, _rank_one_instances),
    ]


@claim(
    "mf-landscape:section-3.2.saddles",
    kind="section",
    label="Section 3.2, minima and strict saddles",
    printed=r"""Every canonical point (18) is a critical point, and either a global minimum or a strict saddle. Over
the orbit of a canonical strict saddle $\lambda_{\min}(\nabla^2J(WA,A^{-1}S))$ is negative but may not be uniformly
bounded below zero""",
    hypotheses=[
        SHAPES,
        SELECTION,
        Hypothesis("every kind", r"any $q\le\min\{k,m\}$, any $C_0$, $\Lambda$ singular or not"),
    ],
    depends_on=[
        "mf-landscape:theorem-3.2.forward",
        "mf-landscape:theorem-3.1.b",
        "mf-landscape:equation-6",
        "mf-landscape:eckart-young",
    ],
    parts=[
        "saddle: a column is free",
        "saddle: a smaller value is selected",
        "minimum: the largest values are selected",
        "no uniform bound on an orbit",
    ],
)
def section_3_2_saddles() -> list[Evidence]:
    """Let σ > 0 be a singular value left out, with pair (u, v); if there is none, J = 0.

    If q < k, take e = [0; y]: D²J[(2σueᵀ, (‖C₀y‖² + 1)evᵀ)] = −4σ² < 0. If q = k and some selected λ < σ, take that
    column: D²J[(ueᵀ, σevᵀ)] = ‖Λε‖² − σ² = λ² − σ² < 0. Otherwise q = k largest values are selected and J = ½Σ_{i>k}
    σ_i² is least (Eckart, Young). By Theorem 3.1 (b) negative curvature persists on the orbit. For k = 1, X = σuvᵀ, W
    = 0, S = s wᵀ, s²D²J + σ²‖h‖² is a sum of squares, so −σ²/s² ≤ λ_min < 0 along the orbit, which tends to zero as s
    grows.
    """
    return _dichotomy()


section_3_2_saddles.near_misses(
    lambda run: run(),
    {
        "half the curvature along a free column": partial(_dichotomy, free=-2 * sigma**2),
        "the difference of the values, not of their squares": partial(
            _dichotomy, smaller=epsilon.T * L * epsilon - sigma
        ),
        "a sharper bound along the orbit": partial(_dichotomy, scale=0 * sigma),
    },
)
