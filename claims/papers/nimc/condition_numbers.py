"""Definition 3.1: the two condition numbers λ and κ."""

from __future__ import annotations

from sympy import Expr

from claims.checkers.rational_functions import prove_nonnegative
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import ABOVE, FULL_RANK, SIGMA
from claims.registry import claim


def _ratio_at_least_one(ratio: Expr) -> Evidence:
    return prove_nonnegative(ratio - 1, "each of the k factors σ₁/σ_i is at least 1, and so is their product")


@claim(
    "nimc:definition-3.1",
    kind="definition",
    label="Definition 3.1",
    printed=r"""$\lambda=\max\{\lambda(U^*),\lambda(V^*)\}$, $\kappa=\max\{\kappa(U^*),\kappa(V^*)\}$,
$\lambda(U)=\sigma_1^k(U)/\prod_i\sigma_i(U)$, $\kappa(U)=\sigma_1(U)/\sigma_k(U)$""",
    hypotheses=[FULL_RANK],
)
def definition_3_1() -> Evidence:
    """Both numbers are at least 1 and do not change when U is scaled. The paper's λ is not the number its proof of
    Lemma D.4 produces: that is κᵏ/λ."""  # noqa: D205, D209
    return _ratio_at_least_one((SIGMA + ABOVE) / SIGMA)


definition_3_1.near_misses(
    _ratio_at_least_one,
    {"σ_i/σ₁ instead": SIGMA / (SIGMA + ABOVE), "the factors halved": (SIGMA + ABOVE) / (2 * SIGMA)},
)
