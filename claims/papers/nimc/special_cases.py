"""Equation (1) and its special cases, and the number of ratings that the introduction promises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import fmpq_mat
from sympy import Expr, symbols

from claims.checkers.kernels import decide_nullity
from claims.checkers.matrix_words import decide_matrix_identity
from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum
from symbolic.matrix import Expression, Relation, hadamard, identity, matrix, ones
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
        _observed(ratings),
        lambda _: 0,
        (256,),
        "no change of a column of U is invisible to the observed users",
        size_name="d",
    )


_EXPONENT, _FACTOR, _BIT = symbols("c K j")


def _every_exponent(rate: Expr) -> Evidence:
    """Show K(log₂ 2d)ᶜ < d at d = 2^(2ʲ-1), j = c + K + 3: K·2^(jc) ≤ 2^(K+jc), so that K + jc < 2ʲ - 1 is enough.

    2ʲ = 8·2^(c+K) ≥ 8(1 + r + r(r-1)/2) for the integer r = c + K ≥ 0; the rate is what the exponent jc is.
    """
    together = _EXPONENT + _FACTOR
    least = 8 * (1 + together + together * (together - 1) / 2)
    return prove_nonnegative(
        least - 2 - (_FACTOR + rate).subs(_BIT, together + 3),
        "log₂ of K(log₂ 2d)ᶜ is at most K + jc, that of d is 2ʲ - 1: for every exponent c and every factor K there is "
        "a d with K(log₂ 2d)ᶜ < d; the bound 2ʳ ≥ 1 + r + r(r-1)/2 is the binomial theorem",
    )


@claim(
    "nimc:section-1.poly-log",
    kind="section",
    label="Section 1, the number of ratings",
    printed=r"""“In particular, for well-conditioned matrices, we can recover the underlying parameters using only
$\mathrm{poly}\log(d_1+d_2)$ user-item ratings, which is critical [...] as they tend to have very few ratings available
per user”""",
    depends_on=["nimc:section-1.poly-log.corrected"],
    erratum=Erratum(
        "overclaim",
        "A mild slip: poly log(d) ratings per user are probably meant. For every exponent c and factor K there is a d "
        "with K log(2d)ᶜ < d, and fewer than d ratings cannot fix U*, however well conditioned: reflecting U* across "
        "the span of the observed users changes no rating, nor λ, nor κ. At d = 256 and (log₂ 2d)² = 81 ratings a "
        "space of dimension 175 is invisible. Theorem 3.2 itself asks for d log²d.",
        corrected_by="nimc:section-1.poly-log.corrected",
    ),
)
def poly_log() -> list[Evidence]:
    """A rating sees U only through Uᵀx: |Ω| of them span at most |Ω| directions of ℝᵈ."""
    return [_every_exponent(_BIT * _EXPONENT), _identifiable(lambda d: d.bit_length() ** 2)]


poly_log.near_misses(_identifiable, {"log₂ 2d ratings": lambda d: d.bit_length(), "d - 1 ratings": lambda d: d - 1})
poly_log.near_misses(_every_exponent, {"for d to the power c as well": 9 * (1 + _BIT) ** 3})

_REFLECTION = matrix("R", "d", "d")
# R is symmetric: RᵀX = RX = X.
_REFLECTED = [Relation(_REFLECTION.T * X, X), Relation(_REFLECTION.T * _REFLECTION, identity("d"))]


def _same_ratings(changed: Expression) -> Evidence:
    return decide_matrix_identity(
        PHI(changed.T * X),
        PHI(U.T * X),
        "R = 2P - I, P the projection onto the span of the observed users, has RX = X: RU gives the same ratings; "
        "RU ≠ U unless the columns of U lie in that span, which for fewer than d users has codimension at least 1",
        relations=_REFLECTED,
        part="ratings",
    )


def _same_conditioning(gram: Expression) -> Evidence:
    return decide_matrix_identity(
        (_REFLECTION * U).T * (_REFLECTION * U),
        gram,
        "RᵀR = I: the singular values of RU are those of U, hence λ and κ",
        relations=_REFLECTED,
        part="condition numbers",
    )


@claim(
    "nimc:section-1.poly-log.corrected",
    kind="correction",
    label="Section 1, the number of ratings, corrected",
    printed=r"""With fewer than d distinct observed users (hence whenever $|\Omega|<d$) a $U^*$ whose columns do not
all lie in their span is not determined by the ratings, for any activation, k and any given $\lambda$, $\kappa$""",
    parts=["ratings", "condition numbers"],
)
def poly_log_corrected() -> list[Evidence]:
    """Near-linear in d is the right order; poly-logarithmic is the number of ratings per user or item."""
    return [_same_ratings(_REFLECTION * U), _same_conditioning(U.T * U)]


poly_log_corrected.near_misses(
    _same_ratings, {"reflected and doubled": 2 * (_REFLECTION * U), "no U left": 0 * (_REFLECTION * U)}
)
poly_log_corrected.near_misses(_same_conditioning, {"twice the Gram matrix": 2 * (U.T * U)})
