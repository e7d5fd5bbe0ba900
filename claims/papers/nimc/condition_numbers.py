"""Definition 3.1: the two condition numbers λ and κ."""

from __future__ import annotations

from sympy import Expr, Integer, symbols

from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import ABOVE, FULL_RANK, SIGMA
from claims.registry import claim


def _ratio_at_least_one(ratio: Expr) -> Evidence:
    return prove_nonnegative(ratio - 1, "each of the k factors σ₁/σ_i is at least 1", part="factor")


def _one_factor_more(least: Expr) -> Evidence:
    product, factor = 1 + symbols("product_excess"), 1 + symbols("factor_excess")
    return prove_nonnegative(
        product * factor - least,
        "a product ≥ 1 times a factor ≥ 1 is at least 1: by induction for every k",
        part="product",
    )


@claim(
    "nimc:definition-3.1",
    kind="definition",
    label="Definition 3.1",
    printed=r"""$\lambda=\max\{\lambda(U^*),\lambda(V^*)\}$, $\kappa=\max\{\kappa(U^*),\kappa(V^*)\}$,
$\lambda(U)=\sigma_1^k(U)/\prod_i\sigma_i(U)$, $\kappa(U)=\sigma_1(U)/\sigma_k(U)$""",
    hypotheses=[FULL_RANK],
    parts=["factor", "product"],
)
def definition_3_1() -> list[Evidence]:
    """Both numbers are at least 1 and do not change when U is scaled. The paper's λ is not the number its proof of
    Lemma D.4 produces: that is κᵏ/λ."""  # noqa: D205, D209
    return [_ratio_at_least_one((SIGMA + ABOVE) / SIGMA), _one_factor_more(Integer(1))]


definition_3_1.near_misses(
    _ratio_at_least_one,
    {"σ_i/σ₁ instead": SIGMA / (SIGMA + ABOVE), "the factors halved": (SIGMA + ABOVE) / (2 * SIGMA)},
)
definition_3_1.near_misses(_one_factor_more, {"at least 2": Integer(2)})
