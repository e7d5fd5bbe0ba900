"""Section 3.2, equation (12) and Lemma 3.2: the part of S that W does not see."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
from flint import fmpq_mat

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import (
    C0,
    GIVEN,
    L1,
    ORTHONORMAL,
    SELECTION,
    U1,
    V0,
    V1,
    C,
    U,
    V,
    canonical_instances,
    inverse_diagonal,
    is_regular,
)
from claims.papers.mf_landscape.notation import SHAPES, sample_matrix, settle, small, t
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.landscape.rational_svd import columns, identity, rational_svd
from symbolic.matrix.expression import Expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix
from symbolic.matrix.symbols import zeros as zero

# (12) and Lemma 3.2.

S2 = matrix("S_2", "f", "n")
OFF = U * U.T - eye("m")
INVERSE_1 = matrix("Sigma_i", "p", "p", "diagonal")
REGULAR = Hypothesis("regular", r"$\Lambda^2$ is invertible")


def _solution_space(at: MatrixInstance) -> int:
    """Return the dimension of the space of all S₂ with (ŪŪᵀ − I)XS₂ᵀ = 0: one null vector for each row."""
    U_ = at["Ubar"]
    constraint = (U_ * U_.transpose() - identity(at.sizes["m"])) * at["X"]
    return int(at.sizes["f"] * (at.sizes["n"] - constraint.rank()))


def _nonzero_solutions(case: tuple[int, int, tuple[int, ...], tuple[int, ...], int]) -> Evidence:
    m, n, sigma, selection, k = case
    svd = rational_svd(m, n, sigma, twist=0)
    data = {"X": svd.X, "Ubar": columns(svd.U, selection)}
    at = MatrixInstance({"m": m, "n": n, "k": k, "f": k - len(selection)}, data)
    scope = f"m={m}, n={n}, k={k}, q={len(selection)}: is there a nonzero S₂"
    return decide_at_instances(lambda _: Fraction(1), lambda s: Fraction(int(_solution_space(s) > 0)), [at], scope)


@claim(
    "mf-landscape:equation-12",
    kind="equation",
    label="Equation (12)",
    printed=r"""Select $S_2\in\mathbb R^{(k-q)\times n}$ with $(\bar U\bar U^T-I)XS_2^T=\mathbf0$, where
$q\le\min\{k,m\}$. Then $S_2^T=\bar V\bar C+V_0C_0$; it follows that the set of these $S_2$ contains nonzero
elements and is unbounded""",
    hypotheses=[SHAPES],
    erratum=Erratum(
        "missing-hypothesis",
        "For q = k, which q ≤ min{k, m} allows, S₂ has no rows, so there is no nonzero one: m = k = q = 1, n = 2. It "
        "needs q < k (the text says itself, later, that for q = k there is no need for S₂), and n > r, which m < n "
        "gives, or a nonzero λ.",
        corrected_by="mf-landscape:equation-12.corrected",
    ),
)
def equation_12() -> Evidence:
    """With q = k nothing is left to be selected."""
    return _nonzero_solutions((1, 2, (1,), (0,), 1))


equation_12.near_misses(
    _nonzero_solutions,
    {
        "q = k = 2": (3, 4, (3, 2, 1), (0, 2), 2),
        "q < k, but m = n = r and nothing selected": (1, 1, (1,), (), 1),
    },
)


Y = matrix("Y", "p", "f")


def _with_step(rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    return {"t": small(1, 1, 5), "Y": sample_matrix(rng, at.sizes["p"], at.sizes["f"])}


def _solutions(lower: Expression, growth: Expression) -> list[Evidence]:
    return settle(
        {
            "they solve (12)": MatrixIdentity(OFF * GIVEN * lower, zero("m", "f"), ORTHONORMAL),
            "unbounded": MatrixIdentity(norm2(t * V0 * C0), growth, ORTHONORMAL),
        },
        canonical_instances(complete=_with_step),
    )


@claim(
    "mf-landscape:equation-12.corrected",
    kind="correction",
    label="Equation (12), corrected",
    printed=r"""Every $S_2^T=\bar V\bar C+V_0C_0$ satisfies $(\bar U\bar U^T-I)XS_2^T=\mathbf0$, and
$\|tV_0C_0\|_F=|t|\,\|C_0\|_F$: if $q<k$ and $n>r$ (as when $m<n$), there are nonzero $S_2$ of any size""",
    hypotheses=[SELECTION, Hypothesis("room", r"$q<k$ and $n>r$")],
    parts=["they solve (12)", "unbounded"],
)
def equation_12_corrected() -> list[Evidence]:
    """XV̄ = ŪΛ lies in the range of Ū, and XV₀ = 0. C₀ is (n − r) × (k − q), not empty if there is room."""
    return _solutions(V * C + V0 * C0, t**2 * norm2(C0))


equation_12_corrected.near_misses(
    lambda wrong: _solutions(*wrong),
    {
        "with a direction that was left out": (V * C + V0 * C0 + V1 * Y, t**2 * norm2(C0)),
        "growth of the first power": (V * C + V0 * C0, t * norm2(C0)),
    },
)

# Lemma 3.2. V_p holds the selected directions of nonzero singular value, V̄M = V_p.

V_PLUS, M = matrix("V_p", "n", "l"), matrix("M", "q", "l")
NO_LEFT_OUT = Relation(V1.T * S2.T, zero("p", "f"))
SPAN = (
    Relation(V_PLUS * V_PLUS.T + V1 * V1.T + V0 * V0.T, eye("n")),
    Relation(V * M, V_PLUS),
    NO_LEFT_OUT,
)
LEFT_OUT = (*ORTHONORMAL, Relation(L1 * INVERSE_1, eye("p")))


def _with_solution(rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    """Return an S₂ that satisfies (12), and the selected directions of nonzero singular value."""
    positive = [i for i in range(at.sizes["q"]) if at["Lambda"][i, i] != 0]
    coefficients = sample_matrix(rng, at.sizes["f"], at.sizes["q"]), sample_matrix(rng, at.sizes["f"], at.sizes["z"])
    return {
        "S_2": coefficients[0] * at["Vbar"].transpose() + coefficients[1] * at["V_0"].transpose(),
        "Sigma_i": inverse_diagonal(at["Sigma_1"]),
        "V_p": columns(at["Vbar"], positive),
        "M": columns(identity(at.sizes["q"]), positive),
    }


def _with_sizes(keep_regular: bool) -> list[MatrixInstance]:  # noqa: FBT001 - one switch
    made = canonical_instances(is_regular if keep_regular else lambda _: True, _with_solution)()
    return [MatrixInstance({**at.sizes, "l": at["V_p"].ncols()}, at.values) for at in made]


def _lemma_a(coefficient: Expression, *, sign: int = -1) -> list[Evidence]:
    # For p left out and σ_p > 0: σ_p⁻¹u_pᵀ(ŪŪᵀ − I)XS₂ᵀ = −v_pᵀS₂ᵀ, so (12) makes the right side vanish.
    vanishes = MatrixIdentity(INVERSE_1 * U1.T * OFF * GIVEN * S2.T, sign * V1.T * S2.T, LEFT_OUT)
    span = MatrixIdentity(S2.T, V * coefficient + V0 * (V0.T * S2.T), SPAN)
    any_s2 = canonical_instances(
        complete=lambda r, at: {**_with_solution(r, at), "S_2": sample_matrix(r, at.sizes["f"], at.sizes["n"])}
    )
    return [
        *settle({"nothing along what is left out": vanishes}, any_s2),
        *settle({"the span of the rest": span}, lambda: iter(_with_sizes(keep_regular=False))),
    ]


@claim(
    "mf-landscape:lemma-3.2.a",
    kind="lemma",
    label="Lemma 3.2 (a)",
    printed=r"""If $S_2$ satisfies (12), then $S_2^T=\bar V\bar C+V_0C_0$ for some $\bar C\in\mathbb
R^{q\times(k-q)}$, $C_0\in\mathbb R^{(n-r)\times(k-q)}$""",
    hypotheses=[SELECTION],
    parts=["nothing along what is left out", "the span of the rest"],
)
def lemma_3_2_a() -> list[Evidence]:
    """(12) excludes every v_p of nonzero singular value that was left out; the other v's are in V̄ or in V₀.

    C̄ = M V_pᵀS₂ᵀ and C₀ = V₀ᵀS₂ᵀ; C̄ may be chosen zero on the rows of λ = 0.
    """
    return _lemma_a(M * V_PLUS.T * S2.T)


lemma_3_2_a.near_misses(
    lambda run: run(),
    {
        "the coefficients taken twice": partial(_lemma_a, coefficient=2 * M * V_PLUS.T * S2.T),
        "the sign of the excluded directions": partial(_lemma_a, coefficient=M * V_PLUS.T * S2.T, sign=1),
    },
)

TOGETHER = (
    Relation(V.T * V, eye("q")),
    Relation(V.T * V0, zero("q", "z")),
    Relation(V0.T * V0, eye("z")),
)
COMBINED = C.T * V.T + C0.T * V0.T


def _lemma_b(square: Expression, *, regular: bool = True) -> list[Evidence]:
    hypotheses = TOGETHER if regular else TOGETHER[2:]
    keep = is_regular if regular else (lambda at: not is_regular(at) and at.sizes["m"] <= at.sizes["n"])
    return settle(
        {
            "first coefficient": MatrixIdentity(V.T * COMBINED.T, C, hypotheses),
            "second coefficient": MatrixIdentity(V0.T * COMBINED.T, C0, hypotheses),
            "square": MatrixIdentity(COMBINED * COMBINED.T, square, hypotheses),
        },
        canonical_instances(keep),
    )


@claim(
    "mf-landscape:lemma-3.2.b",
    kind="lemma",
    label="Lemma 3.2 (b)",
    printed=r"If $\Lambda^2$ is invertible, $\bar C$ and $C_0$ are unique and $S_2S_2^T=\bar C^T\bar C+C_0^TC_0$",
    hypotheses=[SELECTION, REGULAR],
    depends_on=["mf-landscape:lemma-3.2.a"],
    parts=["first coefficient", "second coefficient", "square"],
)
def lemma_3_2_b() -> list[Evidence]:
    """Then [V̄ V₀] has orthonormal columns, so C̄ = V̄ᵀS₂ᵀ and C₀ = V₀ᵀS₂ᵀ."""
    return _lemma_b(C.T * C + C0.T * C0)


lemma_3_2_b.near_misses(
    lambda run: run(),
    {
        "with a zero singular value selected": partial(_lemma_b, square=C.T * C + C0.T * C0, regular=False),
        "the square of the first coefficient alone": partial(_lemma_b, square=C.T * C),
    },
)
