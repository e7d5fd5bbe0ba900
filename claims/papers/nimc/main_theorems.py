"""Equation (1), the number of ratings, Theorems 3.2 and 3.4: what the paper promises in its first sections."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import fmpq_mat
from sympy import Expr, Integer, symbols

from claims.checkers.kernels import decide_nullity
from claims.checkers.matrix_words import decide_matrix_identity
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN, NORMALIZED
from claims.papers.nimc.indefinite_hessian import T_NOTE, indefinite_relu, indefinite_smooth
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from symbolic.matrix import Expression, Relation, hadamard, identity, matrix, ones, zeros
from symbolic.nimc.objective import PHI, U, V, X, Y

_P, _Q = matrix("P", "d", "l"), matrix("Q", "n", "m")
_R, _S = matrix("R", "e", "l"), matrix("S", "n", "m")


def _completion(right: Expression) -> Evidence:
    features = identity("d"), identity("e")
    return decide_matrix_identity(
        (U.T * features[0]).T * (V.T * features[1]),
        right,
        "linear φ and unit vectors as features: the ratings are the entries of U Vᵀ",
        part="MC",
    )


def _inductive(right: Expression) -> Evidence:
    return decide_matrix_identity(
        hadamard(U.T * X, V.T * Y).T * ones("k"),
        right,
        "linear φ: the rating of each pair is xᵀU Vᵀy",
        part="IMC",
    )


def _dirty(right: Expression) -> Evidence:
    users, items = identity("n"), identity("n")
    return decide_matrix_identity(
        hadamard(_P.T * X, _R.T * Y).T * ones("l") + hadamard(_Q.T * users, _S.T * items).T * ones("m"),
        right,
        "block-diagonal maps of [x; e]: the latent inner product is the sum of both blocks'",
        part="dirtyIMC",
    )


def _diagonal(A: Expression, B: Expression, inner_size: str) -> Expression:
    """Return the diagonal of A·B as row sums of a Hadamard product."""
    return hadamard(A, B.T) * ones(inner_size)


@claim(
    "nimc:equation-1",
    kind="equation",
    label="Equation (1), special cases",
    printed=r"""$A(x,y)=\langle\mathcal U(x),\mathcal V(y)\rangle$ is IMC for linear maps, matrix completion for unit
vectors
as features, dirtyIMC for $[x;e]$ with two-block diagonal maps""",
    parts=["IMC", "MC", "dirtyIMC"],
)
def equation_1() -> list[Evidence]:
    """For every d, e, k and number of pairs."""
    return [
        _inductive(_diagonal(X.T * U * V.T, Y, "e")),
        _completion(U * V.T),
        _dirty(_diagonal(X.T * _P * _R.T, Y, "e") + _diagonal(_Q, _S.T, "m")),
    ]


equation_1.near_misses(_completion, {"the transpose of one factor lost": 2 * U * V.T, "zero": 0 * U * V.T})
equation_1.near_misses(_inductive, {"twice the rating": 2 * _diagonal(X.T * U * V.T, Y, "e")})


def _observed(ratings: Callable[[int], int]) -> Callable[[int], fmpq_mat]:
    def system(d: int) -> fmpq_mat:
        rng = np.random.default_rng(current_sampling().seed)
        count = ratings(d)
        return fmpq_mat(count, d, [int(v) for v in rng.integers(-9, 10, size=count * d)])

    return system


def _identifiable(ratings: Callable[[int], int]) -> Evidence:
    return decide_nullity(
        _observed(ratings), lambda _: 0, (256,), "no change of a column of U is invisible to the observed users"
    )


@claim(
    "nimc:section-1.poly-log",
    kind="section",
    label="Section 1, the number of ratings",
    printed=r"""For well-conditioned matrices the parameters can be recovered using only
$\mathrm{poly}\log(d_1+d_2)$ user-item ratings""",
    erratum=Erratum(
        "overclaim",
        "With fewer than d ratings some w ≠ 0 is orthogonal to every observed x, and U* and U* + wcᵀ give the same "
        "ratings: at d = 256 and (log₂ 2d)² = 81 ratings a space of dimension 175 is invisible. Theorem 3.2 itself "
        "asks for d log²d.",
        corrected_by="nimc:section-1.poly-log.corrected",
    ),
)
def poly_log() -> Evidence:
    """A rating sees U only through Uᵀx: |Ω| of them span at most |Ω| directions of ℝᵈ."""
    return _identifiable(lambda d: d.bit_length() ** 2)


poly_log.near_misses(_identifiable, {"log₂ 2d ratings": lambda d: d.bit_length(), "d - 1 ratings": lambda d: d - 1})

_W = matrix("W", "d", "k")
_UNSEEN = [Relation(X.T * _W, zeros("n", "k"))]


def _invisible(changed: Expression) -> Evidence:
    return decide_matrix_identity(
        PHI(X.T * changed),
        PHI(X.T * U),
        "a change W of U with WᵀX = 0 leaves every observed rating as it is; for |Ω| < d there is such a W ≠ 0",
        relations=_UNSEEN,
    )


@claim(
    "nimc:section-1.poly-log.corrected",
    kind="correction",
    label="Section 1, the number of ratings, corrected",
    printed=r"""With fewer than d distinct observed users (hence whenever $|\Omega|<d$) $U^*$ is not determined by the
ratings, for any activation""",
)
def poly_log_corrected() -> Evidence:
    """Near-linear in d is the right order; poly-logarithmic is the number of ratings per user or item."""
    return _invisible(U + _W)


poly_log_corrected.near_misses(_invisible, {"the change scaled onto U": 2 * U + _W, "no U left": _W})


NEAR = Hypothesis("near the truth", r"$\|U-U^*\|+\|V-V^*\|\lesssim1/(\lambda^2\kappa)$ and samples as stated")
RELU_NEAR = Hypothesis("near the truth", r"$\|W-W^*\|+\|V-V^*\|\lesssim u_0^4/(\lambda^4\kappa^{12})$ and samples")

KAPPA_EXTRA, ANCHOR = symbols("kappa_minus_1 u_0")


def _smooth_power(power: int) -> Evidence:
    kappa = 1 + KAPPA_EXTRA
    return prove_nonnegative(
        1 / kappa**2 - 1 / kappa**power,
        "the corrected Theorem D.5 gives at least ρ/(λ'²κ²), hence what is asked here in powers of κ",
        part="population, with λ' and κ²",
    )


@claim(
    "nimc:theorem-3.2",
    kind="theorem",
    label="Theorem 3.2",
    printed=r"""Let φ be sigmoid or tanh and κ, λ as in Definition 3.1. For any $t>1$ and any given U, V, if
$n_1\gtrsim t\lambda^4\kappa^2d\log^2d$, $n_2\gtrsim t\lambda^4\kappa^2d\log^2d$,
$|\Omega|\gtrsim t\lambda^4\kappa^2d\log^2d$ and $\|U-U^*\|+\|V-V^*\|\lesssim1/(\lambda^2\kappa)$, then with probability
at least $1-d^{-t}$, $\lambda_{\min}(\nabla^2f_\Omega(U,V))\gtrsim1/(\lambda^2\kappa)$""",
    hypotheses=[NORMALIZED, GAUSSIAN, NEAR],
    depends_on=["nimc:theorem-D.5", "nimc:theorem-D.5.corrected", "nimc:theorem-C.2.smooth"],
    parts=["population, with λ' and κ²", "as printed"],
    erratum=Erratum(
        "missing-hypothesis",
        f"{T_NOTE} Besides, it rests on Theorem D.5, which is false as printed; the corrected one gives 1/(λ'²κ²) with "
        "λ' = ∏σ_i/σ_kᵏ at the truth. For t fixed the printed rate is neither shown nor refuted; see "
        "theorem-3.2.measured.",
        corrected_by="nimc:theorem-D.5.corrected",
    ),
)
def theorem_3_2() -> list[Evidence]:
    """With λ = κ = 1 the Hessian at a point as near as one likes is indefinite, more probably than d⁻ᵗ.

    At the counterexample to D.5, λ²κ = κ³ is still of the right order.
    """
    return [_smooth_power(2), _indefinite_smooth(Integer(6))]


def _indefinite_smooth(others: Expr) -> Evidence:
    return indefinite_smooth(others, part="as printed")


theorem_3_2.near_misses(_smooth_power, {"κ as printed": 1, "no κ": 0})
theorem_3_2.near_misses(_indefinite_smooth, {"the others at most 7": Integer(7)})


def _relu_rate(constant: Expr) -> Evidence:
    kappa = 1 + KAPPA_EXTRA
    worst = (ANCHOR / ((1 + kappa) * kappa)) ** 2  # ‖u*^(1)‖ ≤ ‖U*‖ ≤ κ, as σ_k = 1
    return prove_nonnegative(
        worst - constant * ANCHOR**2 / kappa**4,
        "with σ_k = 1, ‖u*^(1)‖ ≤ κ and κ ≥ 1: (u₀/((1+‖u*^(1)‖)κ))² ≥ u₀²/(4κ⁴)",
        part="from Theorem D.6",
    )


@claim(
    "nimc:theorem-3.4",
    kind="theorem",
    label="Theorem 3.4",
    printed=r"""Define $u_0:=\min_{i\in[k]}|u^*_{1,i}|$. For any $t>1$ and any given U, V, if
$n_1\gtrsim u_0^{-4}t\lambda^4\kappa^{12}d\log^2d$, $n_2\gtrsim u_0^{-4}t\lambda^4\kappa^{12}d\log^2d$,
$|\Omega|\gtrsim u_0^{-4}t\lambda^4\kappa^{12}d\log^2d$,
$\|W-W^*\|+\|V-V^*\|\lesssim u_0^4/\lambda^4\kappa^{12}$, then with probability $1-d^{-t}$, the minimal eigenvalue of
the objective for ReLU, Eq. (4), is lower bounded,
$\lambda_{\min}(\nabla^2f_\Omega^{\mathrm{ReLU}}(W,V))\gtrsim u_0^2/\lambda^2\kappa^4$""",
    hypotheses=[NORMALIZED, GAUSSIAN, RELU_NEAR],
    depends_on=["nimc:theorem-D.6.corrected", "nimc:theorem-C.2"],
    parts=["from Theorem D.6", "empirical"],
    erratum=Erratum(
        "missing-hypothesis",
        f"{T_NOTE} The population rate at the truth follows from the corrected Theorem D.6 with λ' = ∏σ_i/σ_kᵏ, which "
        "is λ for k ≤ 2 only; the empirical part uses Theorem C.2 for ReLU, which fails as printed far from the truth.",
        corrected_by="nimc:theorem-D.6.corrected",
    ),
)
def theorem_3_4() -> list[Evidence]:
    """At the truth the population's least eigenvalue is at least u₀²/(800λ'²κ⁴); near it, h·φ'φ' is not harmless."""
    return [_relu_rate(Integer(1) / 4), _indefinite_relu(Integer(22))]


def _indefinite_relu(others: Expr) -> Evidence:
    return indefinite_relu(others, part="empirical")


theorem_3_4.near_misses(_relu_rate, {"constant 1": Integer(1), "constant 1/3": Integer(1) / 3})
theorem_3_4.near_misses(_indefinite_relu, {"the others at most 30": Integer(30)})
