"""Section 3.2, equations (17), (18) and Lemma 3.3: one orbit for all C̄, and what is maximal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations, combinations_with_replacement

import numpy as np
from flint import fmpq, fmpq_mat

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance, decide_matrix_identity, scalar_matrix
from claims.evidence import Evidence
from claims.papers.mf_landscape.canonical_notation import (
    BLOCKS,
    C0,
    S_CANONICAL,
    SELECTION,
    V0,
    W_CANONICAL,
    WHOLE,
    C,
    Case,
    F,
    L,
    P,
    V,
    canonical_instance,
    canonical_instances,
    inverse_diagonal,
    is_regular,
)
from claims.papers.mf_landscape.notation import SHAPES, settle
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from symbolic.landscape.rational_svd import rational_svd
from symbolic.matrix.expression import Expression
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import identity as eye
from symbolic.matrix.symbols import matrix, scalar

REGULAR = Hypothesis("regular", r"$\Lambda$ is invertible")

S_C = P.T * L * V.T + F.T * C.T * V.T
S_ZERO = P.T * L * V.T
Z_ZERO = F.T * C0.T * V0.T


def _printed_range(case: Case) -> Evidence:
    at = canonical_instance(case, np.random.default_rng(0))

    def printed(s: MatrixInstance) -> Fraction:
        return Fraction((s.sizes["k"] - s.sizes["q"]) * s.sizes["n"])

    def needed(s: MatrixInstance) -> Fraction:
        return Fraction(s["Vbar"].ncols() * s["P_f"].nrows())

    m, n, _, selection, k = case
    return decide_at_instances(printed, needed, [at], f"m={m}, n={n}, k={k}, q={len(selection)}: the entries of C̄")


@claim(
    "mf-landscape:equation-17",
    kind="equation",
    label="Equation (17)",
    printed=r"""$(W,S)=(W,S_{\bar C}+Z_0)$ with $W=[\bar U\;\mathbf0]$, $S_{\bar C}=\begin{bmatrix}\Lambda\bar
V^T\\\bar C^T\bar V^T\end{bmatrix}$, $Z_0=\begin{bmatrix}\mathbf0\\C_0^TV_0^T\end{bmatrix}$, as $\bar C$ ranges over
$\mathbb R^{(k-q)\times n}$""",
    hypotheses=[SHAPES, SELECTION],
    erratum=Erratum(
        "misprint",
        "C̄ ranges over the q × (k − q) matrices, as (12) says: with n = 3, k = 2, q = 1 it has one entry, not three.",
        corrected_by="mf-landscape:equation-17.corrected",
    ),
)
def equation_17() -> Evidence:
    """The form is right, the range of C̄ is not."""
    return _printed_range((2, 3, (1,), (0,), 2))


equation_17.near_misses(
    _printed_range, {"q = 2, k = 5": (3, 4, (3, 2, 1), (0, 2), 5), "q = 1, k = 3": (1, 2, (1,), (0,), 3)}
)


def _split(lower: Expression) -> list[Evidence]:
    return settle({"": MatrixIdentity(S_CANONICAL, S_C + lower, left_value=lambda at: at["S"])}, canonical_instances())


@claim(
    "mf-landscape:equation-17.corrected",
    kind="correction",
    label="Equation (17), corrected",
    printed=r"""$S=S_{\bar C}+Z_0$ for every $\bar C\in\mathbb R^{q\times(k-q)}$ and $C_0\in\mathbb
R^{(n-r)\times(k-q)}$""",
    hypotheses=[SHAPES, SELECTION],
    depends_on=["mf-landscape:equation-13"],
)
def equation_17_corrected() -> list[Evidence]:
    """The lower block of (13) taken apart."""
    return _split(Z_ZERO)


equation_17_corrected.near_misses(_split, {"Z_0 subtracted": -Z_ZERO, "Z_0 left out": 0 * Z_ZERO})

# Lemma 3.3. The rank of S is constant on an orbit, so it tells orbits apart.


def _ranks(case: Case) -> Evidence:
    m, n, _, selection, k = case
    at = canonical_instance(case, np.random.default_rng(0), twist=0)
    values = {
        **at.values,
        "C_0": at["C_0"] * 0,
        "Cbar": fmpq_mat(len(selection), k - len(selection), [fmpq(1)] * (len(selection) * (k - len(selection)))),
    }
    point = MatrixInstance(at.sizes, values)

    def rank(with_c: bool) -> Fraction:  # noqa: FBT001 - one switch
        top = values["P_q"].transpose() * values["Lambda"]
        coefficients = top + values["P_f"].transpose() * values["Cbar"].transpose() * int(with_c)
        return Fraction(int((coefficients * values["Vbar"].transpose()).rank()))

    scope = f"m={m}, n={n}, k={k}, a zero singular value selected, C₀ = 0, C̄ = 1: rank(S_C̄) and rank(S_0)"
    return decide_at_instances(lambda _: rank(True), lambda _: rank(False), [point], scope)


@claim(
    "mf-landscape:lemma-3.3",
    kind="lemma",
    label="Lemma 3.3",
    printed=r"For each canonical point of the form (17), $\Theta(W,S_{\bar C}+Z_0)=\Theta(W,S_0+Z_0)$",
    hypotheses=[SHAPES, SELECTION],
    depends_on=["mf-landscape:equation-9"],
    erratum=Erratum(
        "missing-hypothesis",
        "The proof uses Λ⁻¹, but (17) allows zeros in Λ, and then the lemma is false: X = [1 0 0; 0 0 0], q = 1, Ū = "
        "e₂, Λ = 0, v̄ = e₂, k = 2, C̄ = 1, Z₀ = 0 gives rank(S_C̄) = 1, rank(S_0) = 0, and the rank is constant on "
        "orbits. What is drawn from it, (18), is true nevertheless: C̄ may be chosen zero where λ = 0.",
        corrected_by="mf-landscape:lemma-3.3.corrected",
    ),
)
def lemma_3_3() -> Evidence:
    """With Λ = 0 the matrix C̄ is not redundant."""
    return _ranks((2, 3, (1,), (1,), 2))


lemma_3_3.near_misses(_ranks, {"X = 0": (2, 3, (), (0,), 2), "one of two values zero": (3, 4, (2, 1), (0, 2), 3)})

L_INVERSE = matrix("Lambda_i", "q", "q", "diagonal")
INVERSE = (Relation(L * L_INVERSE, eye("q")),)
SHEAR, SHEAR_INVERSE = (P.T * P + F.T * F + sign * F.T * C.T * L_INVERSE * P for sign in (-1, 1))


def _with_inverse(_rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    return {"Lambda_i": inverse_diagonal(at["Lambda"])}


REGULAR_POINTS = canonical_instances(is_regular, _with_inverse)


def _printed_inverse(inverse: Expression) -> Evidence:
    return decide_matrix_identity(
        MatrixIdentity(SHEAR * inverse, eye("k"), (*BLOCKS, *INVERSE, WHOLE)), REGULAR_POINTS()
    )


@claim(
    "mf-landscape:lemma-3.3.proof",
    kind="proof-step",
    label="Lemma 3.3, proof",
    printed=r"""$A=\begin{bmatrix}I_q&\mathbf0^{(k-q)\times q}\\-\bar C^T\Lambda^{-1}&I_{k-q}\end{bmatrix}$ has inverse
$A^{-1}=\begin{bmatrix}I_q&\mathbf0^{(k-q)\times q}\\-\bar C^T\Lambda^{-1}&I_{k-q}\end{bmatrix}$""",
    hypotheses=[SELECTION, REGULAR],
    erratum=Erratum(
        "misprint",
        "The inverse of a shear has the opposite sign, +C̄ᵀΛ⁻¹; the zero block is q × (k − q). The lines that follow "
        "use the right inverse.",
        corrected_by="mf-landscape:lemma-3.3.corrected",
    ),
)
def lemma_3_3_proof() -> Evidence:
    """A·A has −2C̄ᵀΛ⁻¹ in its corner."""
    return _printed_inverse(SHEAR)


lemma_3_3_proof.near_misses(
    _printed_inverse,
    {"the transpose": SHEAR.T, "twice the right corner": P.T * P + F.T * F + 2 * F.T * C.T * L_INVERSE * P},
)


def _one_orbit(by: Expression, inverse: Expression) -> list[Evidence]:
    hypotheses = (*BLOCKS, *INVERSE)
    return settle(
        {
            "A is invertible": MatrixIdentity(by * inverse, eye("k"), (*hypotheses, WHOLE)),
            "W": MatrixIdentity(W_CANONICAL * by, W_CANONICAL, hypotheses),
            "S": MatrixIdentity(inverse * (S_ZERO + Z_ZERO), S_C + Z_ZERO, hypotheses),
        },
        REGULAR_POINTS,
    )


@claim(
    "mf-landscape:lemma-3.3.corrected",
    kind="correction",
    label="Lemma 3.3, corrected",
    printed=r"""If $\Lambda$ is invertible, $L_A(W,S_0+Z_0)=(W,S_{\bar C}+Z_0)$ with
$A=\begin{bmatrix}I_q&\mathbf0\\-\bar C^T\Lambda^{-1}&I_{k-q}\end{bmatrix}$,
$A^{-1}=\begin{bmatrix}I_q&\mathbf0\\\bar C^T\Lambda^{-1}&I_{k-q}\end{bmatrix}$; so $\Theta(W,S_{\bar
C}+Z_0)=\Theta(W,S_0+Z_0)$""",
    hypotheses=[SHAPES, SELECTION, REGULAR],
    depends_on=["mf-landscape:equation-8"],
    parts=["A is invertible", "W", "S"],
)
def lemma_3_3_corrected() -> list[Evidence]:
    """The shear adds C̄ᵀΛ⁻¹ times the upper block ΛV̄ᵀ to the lower one."""
    return _one_orbit(SHEAR, SHEAR_INVERSE)


lemma_3_3_corrected.near_misses(
    lambda wrong: _one_orbit(*wrong),
    {"A and its inverse exchanged": (SHEAR_INVERSE, SHEAR), "as printed": (SHEAR, SHEAR)},
)

# (18). Λ⁺ inverts the nonzero λ; C̄ is zero on the rows where λ = 0, as Lemma 3.2 allows.

SUPPORTED = (Relation(L_INVERSE * L * C, C),)


def _supported(_rng: np.random.Generator, at: MatrixInstance) -> dict[str, fmpq_mat]:
    inverse = inverse_diagonal(at["Lambda"])
    return {"Lambda_i": inverse, "Cbar": inverse * at["Lambda"] * at["Cbar"]}


def _representative(by: Expression, inverse: Expression) -> list[Evidence]:
    hypotheses = (*BLOCKS, *SUPPORTED)
    return settle(
        {
            "A is invertible": MatrixIdentity(by * inverse, eye("k"), (*hypotheses, WHOLE)),
            "W": MatrixIdentity(W_CANONICAL * by, W_CANONICAL, hypotheses),
            "S": MatrixIdentity(inverse * (S_ZERO + Z_ZERO), S_C + Z_ZERO, hypotheses),
        },
        canonical_instances(complete=_supported),
    )


@claim(
    "mf-landscape:equation-18",
    kind="equation",
    label="Equation (18)",
    printed=r"""Henceforth we only consider canonical points $(W,S)=\Bigl([\bar U\;\mathbf0],
\begin{bmatrix}\Lambda\bar V^T\\C_0^TV_0^T\end{bmatrix}\Bigr)$: every critical point is on the orbit of one""",
    hypotheses=[SHAPES, SELECTION],
    depends_on=["mf-landscape:theorem-3.2.converse", "mf-landscape:lemma-3.2.a", "mf-landscape:equation-8"],
    parts=["A is invertible", "W", "S"],
)
def equation_18() -> list[Evidence]:
    """True for every Λ, though Lemma 3.3 is not: v̄ with λ = 0 lies in the span of V₀, so choose C̄ = 0 on these rows.

    Then Λ⁺ΛC̄ = C̄ with the pseudo-inverse Λ⁺, and the shear by C̄ᵀΛ⁺ does what Lemma 3.3 wants of C̄ᵀΛ⁻¹.
    """
    return _representative(SHEAR, SHEAR_INVERSE)


equation_18.near_misses(
    lambda wrong: _representative(*wrong),
    {"the shear with the opposite sign": (SHEAR_INVERSE, SHEAR), "no shear": (eye("k"), eye("k"))},
)

# Maximal. a and b are the indices (from 1) of the i-th and the (i+1)-th selected value in σ_1 ≥ … ≥ σ_m.

i, a, b = scalar("i"), scalar("a"), scalar("b")


def _selections() -> Iterator[MatrixInstance]:
    """Yield all selections of q from m ≤ 4 values, repeated and zero ones included."""
    for m in range(1, 5):
        for sigma in combinations_with_replacement((3, 2, 1, 0), m):
            svd = rational_svd(m, m, sigma, twist=0)
            for q in range(1, m + 1):
                for chosen in combinations(range(m), q):
                    values = [svd.value(c) for c in chosen]
                    data = {"sigma": fmpq_mat(m, 1, list(svd.sigma)), "lambda": fmpq_mat(q, 1, values)}
                    yield MatrixInstance({"m": m, "q": q}, data)


def _index_pairs() -> Iterator[MatrixInstance]:
    for numbers in ((1, 1, 2), (2, 4, 7), (3, 3, 9)):
        yield MatrixInstance({}, {name: scalar_matrix(fmpq(x)) for name, x in zip("iab", numbers, strict=True)})


def _is_maximal(at: MatrixInstance) -> Fraction:
    return Fraction(int(all(at["lambda"][j, 0] == at["sigma"][j, 0] for j in range(at.sizes["q"]))))


def _largest_multiset(at: MatrixInstance) -> Fraction:
    return Fraction(int(sum(at["lambda"].entries()) == sum(at["sigma"].entries()[: at.sizes["q"]])))


def _least_p(at: MatrixInstance, *, below: bool) -> Fraction:
    """Return the first position at which λ < σ (or, if not ``below``, λ ≠ σ), zero if there is none."""
    pairs = zip(at["lambda"].entries(), at["sigma"].entries(), strict=False)
    return Fraction(next((j for j, (x, y) in enumerate(pairs, 1) if (x < y if below else x != y)), 0))


def _maximal(gap: int = 1, *, at_most: bool = True) -> list[Evidence]:
    """Settle a_i ≥ i by induction, for all sizes, and try every small selection."""
    step = MatrixIdentity(b - i - 1, (b - a - gap) + (a - i))
    scope = "all selections from m ≤ 4 singular values in {0, 1, 2, 3}"
    second = (lambda s: _least_p(s, below=False)) if at_most else (lambda s: _least_p(s, below=True) * 0)
    return [
        decide_matrix_identity(step, _index_pairs(), part="the i-th selected index is at least i"),
        decide_at_instances(
            _is_maximal, _largest_multiset, _selections(), scope, part="the i-th selected index is at least i"
        ),
        decide_at_instances(
            lambda s: _least_p(s, below=True),
            second,
            _selections(),
            scope,
            part="the i-th selected index is at least i",
        ),
    ]


@claim(
    "mf-landscape:section-3.2.maximal",
    kind="definition",
    label="Section 3.2, maximal and not maximal at p",
    printed=r"""(18) is maximal if $\lambda_i^2=\sigma_i^2$ for $i\in[1:q]$, if and only if the $q$ columns of $\bar
U$ are eigenvectors of $XX^T$ for a set of its $q$ largest eigenvalues. If not, there is a least $p\in[1:q]$ with
$\lambda_p<\sigma_p$: not maximal at $p$""",
    hypotheses=[SELECTION, Hypothesis("order", r"$\sigma_1\ge\dots\ge\sigma_m$, $\lambda_1\ge\dots\ge\lambda_q$")],
    parts=["the i-th selected index is at least i"],
)
def section_3_2_maximal() -> list[Evidence]:
    """λ_i = σ_{a_i} with a_1 < a_2 < …, so a_i ≥ i by induction (b − i − 1 = (b − a − 1) + (a − i)) and λ_i ≤ σ_i.

    Hence the first difference is a deficit. With repeated singular values, maximal says something of the values, not
    of which eigenvectors were taken.
    """
    return _maximal()


section_3_2_maximal.near_misses(
    lambda run: run(),
    {"indices may repeat": partial(_maximal, gap=0), "every selection is maximal": partial(_maximal, at_most=False)},
)
