r"""How the least eigenvalue degrades off the balanced manifold: an inequality, with its algebra verified.

**Theorem.** At a critical point of ½‖X − WS‖² let ε = ‖E‖₂, τ = σ_k(WS) (0 if k > min(m, n)) and
β = ‖WᵀW − SSᵀ‖₂. If ε > τ (a strict saddle) then

.. math:: -(ε - τ) \le λ_{\min}(∇²J) \le -\Bigl(\sqrt{ε² + β²/4} - \sqrt{τ² + β²/4}\Bigr).

Both are equalities for β = 0, and the upper one for k = 1 at every β. So on each orbit the balanced points have
the most negative λ_min, and off the manifold it shrinks at worst by the factor
(ε + τ)/(√(ε² + β²/4) + √(τ² + β²/4)).

*Proof.* λ_min(∇²J) = λ_min(M), M = [[P, −ε], [−ε, Q]], P = SSᵀ, Q = WᵀW (:mod:`symbolic.landscape.critical`). Lower
bound: M(ε) = M(τ) − (ε − τ)[[0, I], [I, 0]] with M(τ) ⪰ 0. Upper bound: M(τ) is singular; let (x, y) ≠ 0 with
Px = τy, Qy = τx, and a = x + y, b = x − y, g = ½aᵀ(Q − P)b, so that abs(g) ≤ ½β‖a‖‖b‖.
If M + φ ⪰ 0, φ = −λ_min < Δ = ε − τ, then the compressions of M + φ to the pairs of vectors ((a, a), (b, −b)) and
((b, b), (a, −a)) are positive semidefinite. Their determinants, with γ = g/(‖a‖‖b‖), ρ = ‖b‖/‖a‖, σ = ε + τ, are

* D₁ = γρ(Δ + φ) − (γ/ρ)(Δ − φ) − (Δ² − φ²) ≥ 0,
* D₂ = (γ/ρ)(σ + φ) − γρ(σ − φ) − (σ² − φ²) ≥ 0,

whence 2φγ/ρ ≥ (Δ + φ)(σ − φ) and 2φγρ ≥ (σ + φ)(Δ − φ), and by multiplication
4φ²γ² ≥ (Δ² − φ²)(σ² − φ²), that is φ⁴ − 2(ε² + τ² + 2γ²)φ² + (ε² − τ²)² ≤ 0. The roots of this quadratic in
φ² are (√(ε² + γ²) ± √(τ² + γ²))², so φ ≥ √(ε² + γ²) − √(τ² + γ²), which decreases in γ² ≤ β²/4. (If a or b
vanishes or g ≤ 0, the diagonal entry −Δ + φ + g/‖a‖² ≥ 0 already gives φ ≥ Δ, after exchanging x and −x when a = 0.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import QQ, Expr, Min, Rational, ring, sqrt, sympify

_POLY, EPS, TAU, PHI, GAMMA, RHO, INV = ring("epsilon,tau,phi,gamma,rho,rho_inverse", QQ)
_GRAM, TAU_G, EPS_G, XX, YY, XY, YPY, XQX, THETA, PSI = ring("tau,epsilon,xx,yy,xy,yPy,xQx,theta,psi", QQ)


def _form(alpha: Any, beta: Any, gamma: Any, delta: Any) -> Any:
    """Return uᵀPu + vᵀQv − 2εuᵀv for u = αx + βy, v = γx + δy, with Px = τy and Qy = τx put in.

    Then xᵀPx = yᵀQy = τ xᵀy, xᵀPy = τ yᵀy, xᵀQy = τ xᵀx; yᵀPy and xᵀQx stay free.
    """
    in_P = alpha**2 * TAU_G * XY + 2 * alpha * beta * TAU_G * YY + beta**2 * YPY
    in_Q = gamma**2 * XQX + 2 * gamma * delta * TAU_G * XX + delta**2 * TAU_G * XY
    cross = alpha * gamma * XX + (alpha * delta + beta * gamma) * XY + beta * delta * YY
    return in_P + in_Q - 2 * EPS_G * cross


def compression_remainders() -> tuple[Any, Any]:
    """Return two polynomials that vanish: the forms of M on both trial planes less the entries used in the proof.

    On (θa + ψb, θa − ψb) the form is 2[θ²((τ − ε)‖a‖² + g) + ψ²((ε − τ)‖b‖² + g) − 2θψg], and on
    (θb + ψa, θb − ψa) it is 2[θ²((−τ − ε)‖b‖² + g) + ψ²((τ + ε)‖a‖² + g) − 2θψg], for vectors of any length.

    Example:
        >>> compression_remainders()
        (0, 0)
    """
    aa, bb = XX + 2 * XY + YY, XX - 2 * XY + YY
    a_P_b = TAU_G * XY - YPY
    a_Q_b = XQX - TAU_G * XY
    g = (a_Q_b - a_P_b) / 2
    delta, total = EPS_G - TAU_G, EPS_G + TAU_G
    first = _form(THETA + PSI, THETA - PSI, THETA - PSI, THETA + PSI)
    wanted = 2 * (THETA**2 * (g - delta * aa) + PSI**2 * (g + delta * bb) - 2 * THETA * PSI * g)
    second = _form(PSI + THETA, PSI - THETA, THETA - PSI, -THETA - PSI)
    swapped = 2 * (THETA**2 * (g - total * bb) + PSI**2 * (g + total * aa) - 2 * THETA * PSI * g)
    return first - wanted, second - swapped


def elimination_remainders() -> tuple[Any, Any, Any, Any]:
    """Return four polynomials that vanish: the elimination of ρ, and the quartic in φ.

    With D₁, D₂ of the module's proof: (σ − φ)D₁ + (Δ + φ)D₂ = 2ε(2φγ/ρ − (Δ + φ)(σ − φ)) and
    (σ + φ)D₁ + (Δ − φ)D₂ = 2ε(2φγρ − (σ + φ)(Δ − φ)); the product of the two bounds; the factorization.

    Example:
        >>> elimination_remainders()
        (0, 0, 0, 0)
    """
    delta, total = EPS - TAU, EPS + TAU
    D1 = GAMMA * RHO * (delta + PHI) - GAMMA * INV * (delta - PHI) - (delta**2 - PHI**2)
    D2 = GAMMA * INV * (total + PHI) - GAMMA * RHO * (total - PHI) - (total**2 - PHI**2)
    upper = 2 * PHI * GAMMA * INV - (delta + PHI) * (total - PHI)
    lower = 2 * PHI * GAMMA * RHO - (total + PHI) * (delta - PHI)
    quartic = PHI**4 - 2 * (EPS**2 + TAU**2 + 2 * GAMMA**2) * PHI**2 + (EPS**2 - TAU**2) ** 2
    gap = (delta**2 - PHI**2) * (total**2 - PHI**2) - 4 * PHI**2 * GAMMA**2
    # With s² = ε² + γ² and t² = τ² + γ²: ε² − τ² = s² − t² and the quartic is (φ² − (s − t)²)(φ² − (s + t)²).
    _, phi, s, t = ring("phi,s,t", QQ)
    in_roots = phi**4 - 2 * (s**2 + t**2) * phi**2 + (s**2 - t**2) ** 2
    factored = (phi**2 - (s - t) ** 2) * (phi**2 - (s + t) ** 2)
    return (
        (total - PHI) * D1 + (delta + PHI) * D2 - 2 * EPS * upper,
        (total + PHI) * D1 + (delta - PHI) * D2 - 2 * EPS * lower,
        gap - quartic,
        in_roots - factored,
    )


def off_balance_bound(epsilon: Any, tau: Any, beta: Any) -> Expr:
    """Return −(√(ε² + β²/4) − √(τ² + β²/4)), an upper bound of λ_min at a strict saddle, exactly.

    Args:
        epsilon: ‖WS − X‖₂, larger than ``tau``.
        tau: σ_k(WS), the k-th singular value of WS (0 if there is none).
        beta: ‖WᵀW − SSᵀ‖₂.

    Returns:
        A SymPy expression; equality holds on the balanced manifold and for k = 1.

    Raises:
        ValueError: If a number is negative or the point is no strict saddle.

    Example:
        >>> off_balance_bound(3, 1, 0)
        -2
    """
    eps, t, b = (sympify(x, strict=True) for x in (epsilon, tau, beta))
    if t.is_negative or b.is_negative or (eps - t).is_nonpositive:
        raise ValueError(f"off-balance bound: ε = {eps}, τ = {t}, β = {b}; a strict saddle has ε > τ ≥ 0, and β ≥ 0")
    quarter = Rational(1, 4) * b**2
    return sqrt(t**2 + quarter) - sqrt(eps**2 + quarter)


def worst_pairs(sigma: Sequence[Any], k: int) -> tuple[tuple[Expr, Expr], ...]:
    """Return the pairs (ε, τ) of strict saddles among which every bound that grows with ε and falls with τ is least.

    At a strict saddle ε is the largest singular value left out of WS and τ the k-th selected one (0 if there is none).
    For k ≥ r the worst pair is (σ_r, 0); for k < r and σ_k > σ_{k+1} it is (σ_k, σ_{k+1}); for k < r and
    σ_k = σ_{k+1} = s they are (s, 0), (next larger value, s) and (s, next smaller nonzero value), where these exist.

    Args:
        sigma: The singular values of X (numbers SymPy knows exactly), any order, zeros allowed.
        k: Factorization dimension, at least 1.

    Returns:
        The pairs; none for X = 0.

    Example:
        >>> worst_pairs([5, 2, 2, 1], 2)
        ((2, 0), (5, 2), (2, 1))
    """
    values = sorted((sympify(s, strict=True) for s in sigma if s != 0), reverse=True)
    r = len(values)
    if r == 0:
        return ()
    zero = sympify(0)
    if k >= r:
        return ((values[-1], zero),)
    here, below = values[k - 1], values[k]
    if here > below:
        return ((here, below),)
    larger, smaller = [s for s in values if s > here], [s for s in values if s < here]
    above = [(min(larger), here)] if larger else []
    under = [(here, max(smaller))] if smaller else []
    return ((here, zero), *above, *under)


def uniform_off_balance_bound(sigma: Sequence[Any], k: int, beta: Any) -> Expr:
    """Return γ(β) > 0 with λ_min ≤ −γ(β) at every strict saddle on which ‖WᵀW − SSᵀ‖₂ ≤ β.

    γ(0) is the sharp uniform γ of the balanced manifold; γ falls with β, continuously, like a multiple of 1/β.

    Args:
        sigma: The singular values of X, not all zero.
        k: Factorization dimension.
        beta: At least 0.

    Raises:
        ValueError: If X = 0, which has no strict saddle.

    **Source:** the inequality behind [mf-landscape] "properties in M₀ will degrade gracefully as we move away".

    Example:
        >>> uniform_off_balance_bound([10, 5, 1], 1, 0), uniform_off_balance_bound([4, 3], 1, 6)
        (5, 5 - 3*sqrt(2))
    """
    pairs = worst_pairs(sigma, k)
    if not pairs:
        raise ValueError("uniform off-balance bound: X = 0 has no strict saddle")
    return Min(*(-off_balance_bound(epsilon, tau, beta) for epsilon, tau in pairs))
