"""Equation (2) and its “w.l.o.g.”: which activations allow weights to be scaled."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial

from sympy import Rational, symbols

from claims.checkers.certified_bounds import decide_bound_at
from claims.checkers.every_constant import CONSTANT, refute_for_every_constant
from claims.checkers.rational_functions import decide_rational_identity
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import EVEN_SLOPE, FULL_RANK, GAUSSIAN
from claims.registry import claim
from claims.statement import Erratum
from numeric.nimc.ill_conditioned import METHODS, both_methods, enclose_rho, enclose_scaled_rayleigh_quotient


def _rescaled(scale: int) -> Evidence:
    left = both_methods(partial(enclose_scaled_rayleigh_quotient, "tanh", Fraction(scale)))
    right = both_methods(partial(enclose_rho, "tanh"))
    return decide_bound_at(left, right, {"phi": "tanh", "k": "1", "u*": str(scale), "v*": "1"}, "not contradicted")


SCALE = symbols("s")


def _no_constant(order: int) -> Evidence:
    """Refute ρ ≤ C·λ_min at u* = s = 4C, with λ_min ≤ (2/5)s⁻³; ``order`` is the power of s that is used."""
    bound = Rational(2, 5) / SCALE**order

    def instance_at(constant: int) -> Mapping[str, bool]:
        scale = Fraction(4 * constant)
        quotients = [enclose_scaled_rayleigh_quotient("tanh", scale, method) for method in METHODS]
        return {
            "the two methods overlap": quotients[0].overlaps(quotients[1]),
            "the quotient is at most (2/5)s⁻³": all(q * int(scale) ** order * 5 <= 2 for q in quotients),
            "ρ ≥ 9/1000": all(enclose_rho("tanh", method) * 1000 > 9 for method in METHODS),
        }

    return refute_for_every_constant(
        Rational(9, 1000) - CONSTANT * bound,
        {},
        {SCALE: 4 * CONSTANT},
        instance_at,
        "tanh, k = 1, u* = s, v* = 1, a = 1: λ_min ≤ E[φ'(sx)²x²]·E[φ²] ≤ s⁻³(2π)^(-1/2)∫16e^(-4|r|)r²dr ≤ (2/5)s⁻³, "
        "while ρ = 0.00946 and λ = κ = 1: C·λ_min < ρ at s = 4C",
    )


@claim(
    "nimc:equation-2",
    kind="equation",
    label="Equation (2), “w.l.o.g.”",
    printed=r"""$A(x,y)=\phi(U^{*\top}x)^\top\phi(V^{*\top}y)$; “w.l.o.g., we assume
$\sigma_k(U^*)=\sigma_k(V^*)=1$”: what is shown under this normalization (Theorem D.5) holds for every full-rank
$U^*$, $V^*$ of the same $\lambda$ and $\kappa$""",
    hypotheses=[FULL_RANK, EVEN_SLOPE, GAUSSIAN],
    erratum=Erratum(
        "overclaim",
        "Scaling the weights changes φ(U*ᵀx) unless φ is homogeneous. With k = 1, v* = 1, u* = s and tanh, λ = κ = 1 "
        "for every s, yet λ_min is of order s⁻³: at s = 20 it is at most 8.44e-6, while ρ = 0.00946. It is a "
        "normalization for positively homogeneous φ such as ReLU and linear φ (rescaling the ratings as well); for "
        "others the moments must be those of φ(σ_k z).",
        corrected_by="nimc:equation-2.corrected",
    ),
)
def equation_2() -> list[Evidence]:
    """The scale of the weights says where on φ the pre-activations lie: it is no free choice for sigmoid or tanh."""
    return [_rescaled(20), _no_constant(3)]


equation_2.near_misses(_rescaled, {"scaled by 2": 2, "scaled by 3": 3, "scaled by 10": 10})
equation_2.near_misses(_no_constant, {"λ_min ≤ (2/5)s⁻⁴": 4})


def _homogeneous(degree: int) -> Evidence:
    s, p, c = symbols("slope preactivation c")
    return decide_rational_identity(
        s * (c * p), c**degree * (s * p), "on each linear piece φ(cz) = cφ(z) for c > 0, so the model is A/(c_u c_v)"
    )


@claim(
    "nimc:equation-2.corrected",
    kind="correction",
    label="Equation (2), the normalization for homogeneous φ",
    printed=r"""If $\phi(cz)=c\,\phi(z)$ for $c>0$ (ReLU, leaky ReLU, linear), dividing $U^*$ and $V^*$ by their
smallest singular values divides every rating by one constant""",
    hypotheses=[FULL_RANK],
)
def equation_2_corrected() -> Evidence:
    """The sign of each pre-activation, hence its linear piece, is unchanged by a positive factor."""
    return _homogeneous(1)


equation_2_corrected.near_misses(_homogeneous, {"of degree 2": 2, "of degree 0": 0})
