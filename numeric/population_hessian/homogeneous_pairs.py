r"""The moments of a pair of columns for φ(z) = αz + β|z| (ReLU, leaky ReLU, linear), in closed form.

With r = √(1-ρ²) and θ = arcsin ρ: E|s||t| = (2/π)|u||v|(r + ρθ), E[sgn(s)|t|x] = (2/π)|v|(r û + θ v̂) and
E[sgn(s)sgn(t)xxᵀ] = (2/π)(θ I + (-ρûûᵀ + ûv̂ᵀ + v̂ûᵀ - ρv̂v̂ᵀ)/r); every product with one factor odd vanishes. Nothing is
dropped here: the mass of φ″ at the kink is in the terms with 1/r. (A Hessian of f itself away from the truth would have
a further term with φ″ and the residual; at the truth the residual is 0, and with it that term, whatever φ″ is.)
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numeric.enclosures.balls import rational_ball
from numeric.population_hessian.activation_strips import HomogeneousActivation
from numeric.population_hessian.pair_moments import PairMoments


def enclose_own_homogeneous_moments(phi: HomogeneousActivation, squared: Fraction) -> PairMoments:
    """Return the moments of a column of squared length ``squared`` with itself, exact rationals as balls."""
    total = rational_ball(phi.alpha**2 + phi.beta**2)
    zero = arb(0)
    return PairMoments(total * rational_ball(squared), total, zero, zero, zero, (total, zero), (total, zero))


def enclose_homogeneous_pair(
    phi: HomogeneousActivation, squared_first: Fraction, squared_second: Fraction, inner: Fraction
) -> PairMoments:
    """Return the moments of two columns that are not parallel, as balls at the working precision.

    Args:
        phi: α and β.
        squared_first: |u|² > 0.
        squared_second: |v|² > 0.
        inner: u·v with (u·v)² < |u|²|v|².

    **Source:** [nimc] equation (12), Lemma D.3; the arc-cosine kernels.
    """
    odd, even = rational_ball(phi.alpha**2), rational_ball(phi.beta**2) * 2 / arb.pi()
    s, t = rational_ball(squared_first).sqrt(), rational_ball(squared_second).sqrt()
    rho = rational_ball(inner) / (s * t)
    r = rational_ball(1 - inner**2 / (squared_first * squared_second)).sqrt()
    theta = arb.atan2(rho, r)
    both = odd + even * theta
    return PairMoments(
        odd * rational_ball(inner) + even * s * t * (r + rho * theta),
        both,
        -even * rho / (r * s * s),
        even / (r * s * t),
        -even * rho / (r * t * t),
        (even * r * t / s, both),
        (both, even * r * s / t),
    )
