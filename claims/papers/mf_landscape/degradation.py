"""Section 3.3 and 4, "degrade gracefully": the least eigenvalue off the balanced manifold, as an inequality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import QQ, Rational, ring

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
from claims.papers.mf_landscape.notation import SHAPES, S, W, settle
from claims.papers.mf_landscape.spectrum import OrderType, order_types
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.flow import exact_balance
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_entries
from symbolic.landscape.canonical_points import canonical_point
from symbolic.landscape.off_balance import compression_remainders, elimination_remainders, worst_pairs
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
        carried = sorted((svd.value(a) for a in self.chosen if svd.value(a)), reverse=True)
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
    names = ("ρ eliminated upwards", "ρ eliminated downwards", "the product of both", "the quartic in its roots")
    elimination = dict(zip(names, elimination_remainders(), strict=True))
    return [
        prove_polynomials_vanish(
            compressions, "M on the two trial planes, for vectors of any length", part="trial planes"
        ),
        prove_polynomials_vanish(
            elimination, "φ⁴ − 2(ε² + τ² + 2γ²)φ² + (ε² − τ²)² ≤ 0, so φ ≥ √(ε² + γ²) − √(τ² + γ²)", part="elimination"
        ),
    ]


PARTS = ["lower bound", "null vector, P", "null vector, Q", "trial planes", "elimination"]


def _inequality(*, sign: int = 1, shift: int = 0, quarter: fmpq = fmpq(1, 4), gap: fmpq = fmpq(1)) -> list[Evidence]:
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

    Lower bound: M(ε) + (ε − τ) = M(τ) + (ε − τ)·(a square), and M(τ) ⪰ 0. Upper bound: Px = τy, Qy = τx for x = Wᵀu, y = Sv if
    τ > 0, a kernel vector if τ = 0. With a = x + y, b = x − y, g = ½aᵀ(Q − P)b, |g| ≤ ½β‖a‖‖b‖: if φ < ε − τ both determinants
    are ≥ 0, and eliminating ‖b‖/‖a‖ gives the quartic. If a or b is zero or g ≤ 0, a diagonal entry gives φ ≥ ε − τ.
    """
    return _inequality()


inequality.near_misses(
    lambda change: _inequality(**change),
    {
        "the square subtracted": {"sign": -1},
        "a constant added to the forms": {"shift": 1},
        "β²/8 in place of β²/4": {"quarter": fmpq(1, 8)},
        "half of ε − τ on the left": {"gap": fmpq(1, 2)},
    },
)


def _degrade(*, sign: int = -1, quarter: fmpq = fmpq(1, 4)) -> list[Evidence]:
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
    printed=r"""Properties in $\mathcal M_0$ will degrade gracefully as we move away from $\mathcal M_0$. This is assured by continuity of the
functions involved w.r.t. the matrix parameter $C$. (Made precise here: at every strict saddle with $\|W^TW-SS^T\|_2\le\beta$,
$\lambda_{\min}\le-(\varepsilon^2-\tau^2)/\bigl(\sqrt{\varepsilon^2+\beta^2/4}+\sqrt{\tau^2+\beta^2/4}\bigr)$, which is
continuous in $\beta$ and the value on $\mathcal M_0$ at $\beta=0$.)""",
    hypotheses=[SHAPES, CRITICAL, SADDLE],
    depends_on=["mf-landscape:section-4.degrade.inequality"],
    parts=["rate"],
    erratum=Erratum(
        "proof-gap",
        "Continuity in C proves nothing by itself: critical points do not depend continuously on C (the origin lies in M_C for C = 0 "
        "only, and orbits with C_0 ≠ 0 never meet M_0). The conclusion holds by an inequality with a rate; no uniform γ remains without "
        "a bound on the imbalance.",
        corrected_by="mf-landscape:section-4.degrade.inequality",
    ),
)
def degrade() -> list[Evidence]:
    """The balanced points have the most negative λ_min of their orbits, and it shrinks at a known rate."""
    return _degrade()


degrade.near_misses(
    lambda change: _degrade(**change),
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
    printed=r"""For $k=1$: $\lambda_{\min}(\nabla^2J)=-\bigl(\sqrt{\varepsilon^2+\beta^2/4}-\sqrt{\tau^2+\beta^2/4}\bigr)$ at every strict
saddle, so neither the bound nor its rate $(\varepsilon^2-\tau^2)/\beta$ can be improved""",
    hypotheses=[SHAPES, CRITICAL, SADDLE, Hypothesis("rank one", r"$k=1$")],
    depends_on=["mf-landscape:section-4.degrade.inequality"],
    parts=["k = 1"],
)
def attained() -> list[Evidence]:
    """The block is 2×2."""
    return _attained()


attained.near_misses(lambda half: _attained(half=half), {"β² in place of β²/4": 1, "β²/16 in place of β²/4": 4})

Pair = tuple[int, int]
Candidates = Callable[[OrderType], set[Pair]]


def _pairs(at: OrderType) -> set[Pair]:
    """Return (level of ε, level of τ) at all strict saddles; level L stands for zero."""
    L, found = len(at.copies), set()

    def choose(i: int, left: int, taken: tuple[int, ...]) -> None:
        if i < L:
            for count in range(min(left, at.copies[i]) + 1):
                choose(i + 1, left - count, (*taken, count))
            return
        out = next((j for j in range(L) if taken[j] < at.copies[j]), L)
        last = max((j for j in range(L) if taken[j]), default=L) if left == 0 else L
        if out < last:
            found.add((out, last))

    choose(0, at.k, ())
    return found


def _worst(at: OrderType) -> set[Pair]:
    """Return the worst pairs by their levels, from the formula evaluated at the values 2L, 2L − 1, ..."""
    L = len(at.copies)
    values = [Rational(2 * L - i) for i in range(L)]
    sigma = [value for value, count in zip(values, at.copies, strict=True) for _ in range(count)]
    level = {**{value: i for i, value in enumerate(values)}, Rational(0): L}
    return {(level[eps], level[tau_]) for eps, tau_ in worst_pairs(sigma, at.k)}


def _misses(candidates: Candidates) -> Callable[[OrderType], Mapping[str, Any] | None]:
    def failure(at: OrderType) -> Mapping[str, Any] | None:
        every, worst = _pairs(at), candidates(at)
        # Levels count downwards: ε ≥ ε′ is level ≤ level′, and τ ≤ τ′ is level ≥ level′.
        covered = all(any(eps <= e and last >= t for e, t in worst) for eps, last in every)
        if covered and worst <= every:
            return None
        return {"found": "a strict saddle's pair (ε, τ) is not dominated", "copies": list(at.copies), "k": at.k}

    return failure


def _uniform(candidates: Candidates) -> Evidence:
    return decide_at_points(
        _misses(candidates),
        order_types(6),
        "every strict saddle's ε is at least, and its τ at most, that of one of the worst pairs, which occur",
        "at most 6 nonzero singular values, of any size, every k",
    )


@claim(
    "mf-landscape:section-4.degrade.uniform",
    kind="remark",
    label="A uniform bound for bounded imbalance (ours)",
    printed=r"""At every strict saddle with $\|W^TW-SS^T\|_2\le\beta$, $\lambda_{\min}\le-\gamma(\beta)$ where $\gamma(\beta)$ is the least of
$\sqrt{\varepsilon^2+\beta^2/4}-\sqrt{\tau^2+\beta^2/4}$ over the pairs $(\sigma_r,0)$ for $k\ge r$; $(\sigma_k,\sigma_{k+1})$ for $k<r$,
$\sigma_k>\sigma_{k+1}$; $(s,0)$, (next larger value, $s$), ($s$, next smaller nonzero value) for $k<r$, $\sigma_k=\sigma_{k+1}=s$.
$\gamma(0)$ is the sharp bound on $\mathcal M_0$""",
    hypotheses=[SHAPES, SADDLE],
    depends_on=["mf-landscape:section-4.degrade.inequality", "mf-landscape:section-3.3.uniform.sharp"],
)
def uniform_off_balance() -> Evidence:
    """The bound increases with ε and decreases with τ, so dominated pairs do not matter."""
    return _uniform(_worst)


def _cut_only(at: OrderType) -> set[Pair]:
    order = [i for i, count in enumerate(at.copies) for _ in range(count)]
    return {(order[at.k - 1], order[at.k])} if at.k < len(order) else {(order[-1], len(at.copies))}


uniform_off_balance.near_misses(
    _uniform,
    {
        "the gap at the cut alone, ties or not": _cut_only,
        "the smallest value and zero alone": lambda at: {(len(at.copies) - 1, len(at.copies))},
    },
)
