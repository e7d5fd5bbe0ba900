"""Section 3.3 and 4, "degrade gracefully": the least eigenvalue off the balanced manifold, as an inequality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import QQ, ring

from claims.checkers.landscape_points import decide_at_points, prove_polynomials_vanish
from claims.checkers.matrix_identity import MatrixIdentity
from claims.evidence import Evidence
from claims.papers.mf_landscape.any_critical_point import (
    CRITICAL,
    TOP,
    block_form,
    epsilon,
    tau,
    u,
    v,
    with_top_pair,
    with_vectors,
    x,
    y,
)
from claims.papers.mf_landscape.balanced_symbols import altered
from claims.papers.mf_landscape.notation import SHAPES, S, W, settle
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.flow import exact_balance
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_entries
from symbolic.landscape.canonical_points import canonical_point
from symbolic.landscape.off_balance import compression_remainders, elimination_remainders
from symbolic.landscape.rational_svd import identity, rational_svd
from symbolic.matrix.operations import norm2

SADDLE = Hypothesis(
    "strict saddle",
    r"$\varepsilon=\|WS-X\|_2>\tau=\sigma_k(WS)$ (0 if $k>\min\{m,n\}$), $\beta=\|W^TW-SS^T\|_2$ (spectral norms)",
)


@dataclass(frozen=True)
class OffBalance:
    """A canonical strict saddle of an m×n matrix moved along its orbit by A, a k×k matrix."""

    shape: tuple[int, int]
    sigma: tuple[int, ...]
    chosen: tuple[int, ...]
    A: tuple[int, ...]

    @property
    def k(self) -> int:
        """Return the factorization dimension."""
        return isqrt(len(self.A))

    def data(self) -> tuple[fmpq_mat, fmpq_mat, fmpq, fmpq]:
        """Return the Hessian, the balance, ε and τ, all exact."""
        svd = rational_svd(*self.shape, self.sigma)
        free = (svd.n - svd.rank, self.k - len(self.chosen))
        C_0 = fmpq_mat(*free, [fmpq(1, 2)] * (free[0] * free[1]))
        point = canonical_point(svd, self.chosen, self.k, C_0=C_0)
        point = point.transported(fmpq_mat(self.k, self.k, list(self.A)))
        carried = sorted((svd.value(a) for a in self.chosen if svd.value(a) != 0), reverse=True)
        tau_ = carried[-1] if len(carried) == self.k else fmpq(0)
        eps = max(svd.value(a) for a in range(min(svd.m, svd.n)) if a not in self.chosen)
        return hessian_entries(point.W, point.S, svd.X), exact_balance(point.W, point.S), eps, tau_


MOVES = ((1, 0, 0, 1), (1, 2, 0, 1), (3, 0, 0, 1), (2, 1, 1, 1), (1, 5, 5, 26))
POINTS = (
    *(OffBalance((3, 4), (3, 2, 1), chosen, A) for chosen in ((), (1,), (0, 2), (1, 2)) for A in MOVES),
    *(OffBalance((4, 3), (2, 1), (1, 2), A) for A in MOVES[:3]),
    *(OffBalance((2, 2), (3, 2), (1,), (t,)) for t in (1, 2, 7)),
    OffBalance((1, 2), (1,), (), (3,)),
)


QUARTER, WHOLE = fmpq(1, 4), fmpq(1)


def root_below(value: fmpq, digits: int = 12) -> fmpq:
    """Return a rational at most √value, by less than 10^−digits."""
    scale = 10**digits
    return fmpq(isqrt(int(value.p) * scale**2 // int(value.q)), scale)


def norm_above(B: fmpq_mat) -> fmpq:
    """Return a multiple of 1/64 that is at least the spectral norm of a symmetric matrix, by at most 1/64.

    ‖B‖ ≤ β iff β² − B² is positive semidefinite.
    """
    low, high = -1, 64 * (1 + sum(int(abs(e)) + 1 for e in B.entries()))
    while high - low > 1:
        middle = (low + high) // 2
        square = identity(B.nrows()) * fmpq(middle, 64) ** 2
        inside = middle >= 0 and inertia(square - B * B).negative == 0
        low, high = (low, middle) if inside else (middle, high)
    return fmpq(high, 64)


def _violates(quarter: fmpq, gap: fmpq) -> Callable[[OffBalance], Mapping[str, Any] | None]:
    def failure(at: OffBalance) -> Mapping[str, Any] | None:
        """Decide both sides: H + (ε − τ) ⪰ 0, and H + γ has a negative eigenvalue for a γ below the bound."""
        hessian, balance, eps, tau_ = at.data()
        eye = identity(hessian.nrows())
        beta = norm_above(balance)
        extra = beta * beta * quarter
        gamma = root_below(eps**2 + extra) - root_below(tau_**2 + extra) - fmpq(2, 10**12)
        if inertia(hessian + eye * ((eps - tau_) * gap)).negative:
            return {
                "found": f"an eigenvalue lies below −{(eps - tau_) * gap}",
                "shape": list(at.shape),
                "A": list(at.A),
            }
        if inertia(hessian + eye * gamma).negative == 0:
            return {"found": f"no eigenvalue lies below −{float(gamma):.6f}", "shape": list(at.shape), "A": list(at.A)}
        return None

    return failure


def _lower(*, sign: int = 1) -> list[Evidence]:
    """‖x − y‖² ≥ 0 turns the coupling into the norm."""
    gap = epsilon - tau
    form = block_form(x, y, epsilon) + gap * (norm2(x) + norm2(y))
    X_, Y_ = W.T * u, S * v
    return [
        *settle({"lower bound": MatrixIdentity(form, block_form(x, y, tau) + sign * gap * norm2(x - y))}, with_vectors),
        *settle(
            {
                "null vector, P": MatrixIdentity(S * S.T * X_, sign * tau * Y_, TOP),
                "null vector, Q": MatrixIdentity(W.T * W * Y_, sign * tau * X_, TOP),
            },
            with_top_pair,
        ),
    ]


def _algebra(*, shift: int = 0) -> list[Evidence]:
    names = ("the form on the first plane", "the form on the second plane")
    compressions = {name: value + shift for name, value in zip(names, compression_remainders(), strict=True)}
    four = ("ρ eliminated upwards", "ρ eliminated downwards", "the product of both", "the quartic in its roots")
    elimination = dict(zip(four, elimination_remainders(), strict=True))
    return [
        prove_polynomials_vanish(
            compressions, "M on the two trial planes, for vectors of any length", part="trial planes"
        ),
        prove_polynomials_vanish(
            elimination, "φ⁴ − 2(ε² + τ² + 2γ²)φ² + (ε² − τ²)² ≤ 0, so φ ≥ √(ε² + γ²) − √(τ² + γ²)", part="elimination"
        ),
    ]


PARTS = ["lower bound", "null vector, P", "null vector, Q", "trial planes", "elimination"]


def _inequality(*, sign: int = 1, shift: int = 0, quarter: fmpq = QUARTER, gap: fmpq = WHOLE) -> list[Evidence]:
    return [
        *_lower(sign=sign),
        *_algebra(shift=shift),
        decide_at_points(
            _violates(quarter, gap),
            POINTS,
            "both sides hold for the exact Hessian",
            "strict saddles moved along their orbits, k = 1, 2",
            part="elimination",
        ),
    ]


@claim(
    "mf-landscape:section-4.degrade.inequality",
    kind="remark",
    label="How the least eigenvalue degrades off M_0 (ours)",
    printed=r"""At every strict saddle: $-(\varepsilon-\tau)\le\lambda_{\min}(\nabla^2J)\le
-\Bigl(\sqrt{\varepsilon^2+\beta^2/4}-\sqrt{\tau^2+\beta^2/4}\Bigr)$""",
    hypotheses=[SHAPES, CRITICAL, SADDLE],
    depends_on=["mf-landscape:section-3.2.saddles.criterion"],
    parts=PARTS,
)
def inequality() -> list[Evidence]:
    """Compress M + φ ⪰ 0, φ = −λ_min, to two planes around a null vector (x, y) of M(τ); a determinant each.

    Lower bound: M(ε) + (ε − τ) = M(τ) + (ε − τ)·(a square), and M(τ) ⪰ 0. Upper bound: Px = τy, Qy = τx for x = Wᵀu,
    y = Sv if
    τ > 0, a kernel vector if τ = 0. With a = x + y, b = x − y, g = ½aᵀ(Q − P)b, |g| ≤ ½β‖a‖‖b‖: if φ < ε − τ both
    determinants
    are ≥ 0, and eliminating ‖b‖/‖a‖ gives the quartic. If a or b is zero or g ≤ 0, a diagonal entry gives φ ≥ ε − τ.
    """
    return _inequality()


inequality.near_misses(
    altered(_inequality),
    {
        "the square subtracted": {"sign": -1},
        "a constant added to the forms": {"shift": 1},
        "β²/8 in place of β²/4": {"quarter": fmpq(1, 8)},
        "half of ε − τ on the left": {"gap": fmpq(1, 2)},
    },
)


def _degrade(*, sign: int = -1, quarter: fmpq = QUARTER) -> list[Evidence]:
    """√(ε² + c) − √(τ² + c) = (ε² − τ²)/(√(ε² + c) + √(τ² + c)), with s, t for the roots."""
    _, s, t, eps, tau_, c = ring("s,t,epsilon,tau,c", QQ)
    difference = (s - t) * (s + t) - (eps**2 + sign * tau_**2)
    roots = (s**2 - eps**2 - c) - (t**2 - tau_**2 - c)
    return [
        prove_polynomials_vanish(
            {"(s − t)(s + t) − (ε² − τ²), from s² = ε² + c and t² = τ² + c": difference - roots},
            "the bound is continuous in β, is −(ε − τ) at β = 0, and decreases to zero like (ε² − τ²)/β",
            part="rate",
        ),
        decide_at_points(
            _violates(quarter, fmpq(1)),
            POINTS,
            "the rate holds for the exact Hessian",
            "strict saddles moved along their orbits, k = 1, 2",
            part="rate",
        ),
    ]


@claim(
    "mf-landscape:section-4.degrade",
    kind="section",
    label="Sections 1 and 3.3, degrading gracefully",
    printed=r"""Properties in $\mathcal M_0$ will degrade gracefully as we move away from $\mathcal M_0$. This is
assured by continuity of the
functions involved w.r.t. the matrix parameter $C$. (Made precise here: at every strict saddle with
$\|W^TW-SS^T\|_2\le\beta$,
$\lambda_{\min}\le-(\varepsilon^2-\tau^2)/\bigl(\sqrt{\varepsilon^2+\beta^2/4}+\sqrt{\tau^2+\beta^2/4}\bigr)$, which is
continuous in $\beta$ and the value on $\mathcal M_0$ at $\beta=0$.)""",
    hypotheses=[SHAPES, CRITICAL, SADDLE],
    depends_on=["mf-landscape:section-4.degrade.inequality"],
    parts=["rate"],
    erratum=Erratum(
        "proof-gap",
        "Continuity in C proves nothing by itself: critical points do not depend continuously on C (the origin lies "
        "in M_C for C = 0 "
        "only, and orbits with C_0 ≠ 0 never meet M_0). The conclusion holds by an inequality with a rate; no "
        "uniform γ remains without "
        "a bound on the imbalance.",
        corrected_by="mf-landscape:section-4.degrade.inequality",
    ),
)
def degrade() -> list[Evidence]:
    """The balanced points have the most negative λ_min of their orbits, and it shrinks at a known rate."""
    return _degrade()


degrade.near_misses(
    altered(_degrade),
    {"β²/16 in place of β²/4": {"quarter": fmpq(1, 16)}, "ε² + τ² in the numerator": {"sign": 1}},
)


def _attained(*, half: int = 2) -> list[Evidence]:
    """For k = 1: P = p, Q = g, pg = τ², β = |g − p|, λ_min = (p + g)/2 − √((p − g)²/4 + ε²)."""
    _, p, g, lam, eps = ring("p,g,lambda,epsilon", QQ)
    determinant = (p - lam) * (g - lam) - eps**2
    mean, difference = (p + g) / half, (p - g) / half
    return [
        prove_polynomials_vanish(
            {
                "the characteristic polynomial less its square": determinant
                - (lam - mean) ** 2
                + difference**2
                + eps**2,
                "the mean squared less τ² + β²/4": mean**2 - p * g - difference**2,
            },
            "for k = 1 the upper bound is λ_min, at every β; for β = 0 both bounds agree",
            part="k = 1",
        ),
        decide_at_points(
            _is_above(half),
            [at for at in POINTS if at.k == 1],
            "λ_min is within 10⁻⁹ of the bound",
            "k = 1, moved by t = 1, 2, 3, 7",
            part="k = 1",
        ),
    ]


def _is_above(half: int) -> Callable[[OffBalance], Mapping[str, Any] | None]:
    def failure(at: OffBalance) -> Mapping[str, Any] | None:
        hessian, balance, eps, tau_ = at.data()
        extra = (balance[0, 0] / half) ** 2
        gamma = root_below(eps**2 + extra) - root_below(tau_**2 + extra)
        small, eye = fmpq(1, 10**9), identity(hessian.nrows())
        near = (
            inertia(hessian + eye * (gamma - small)).negative and not inertia(hessian + eye * (gamma + small)).negative
        )
        return None if near else {"found": f"λ_min is not −{float(gamma):.9f}", "A": list(at.A)}

    return failure


@claim(
    "mf-landscape:section-4.degrade.equality",
    kind="remark",
    label="The off-balance bound is attained (ours)",
    printed=r"""For $k=1$:
$\lambda_{\min}(\nabla^2J)=-\bigl(\sqrt{\varepsilon^2+\beta^2/4}-\sqrt{\tau^2+\beta^2/4}\bigr)$ at every strict
saddle, so neither the bound nor its rate $(\varepsilon^2-\tau^2)/\beta$ can be improved""",
    hypotheses=[SHAPES, CRITICAL, SADDLE, Hypothesis("rank one", r"$k=1$")],
    depends_on=["mf-landscape:section-4.degrade.inequality"],
    parts=["k = 1"],
)
def attained() -> list[Evidence]:
    """The block is 2×2."""
    return _attained()


attained.near_misses(lambda half: _attained(half=half), {"β² in place of β²/4": 1, "β²/16 in place of β²/4": 4})
