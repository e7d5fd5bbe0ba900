"""A uniform bound of the least eigenvalue at all strict saddles of bounded imbalance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Rational

from claims.checkers.landscape_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.mf_landscape.degradation import SADDLE
from claims.papers.mf_landscape.notation import SHAPES
from claims.papers.mf_landscape.uniform_bound import OrderType, order_types
from claims.registry import claim
from symbolic.landscape.off_balance import worst_pairs

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
    printed=r"""At every strict saddle with $\|W^TW-SS^T\|_2\le\beta$, $\lambda_{\min}\le-\gamma(\beta)$ where
$\gamma(\beta)$ is the least of
$\sqrt{\varepsilon^2+\beta^2/4}-\sqrt{\tau^2+\beta^2/4}$ over the pairs $(\sigma_r,0)$ for $k\ge r$;
$(\sigma_k,\sigma_{k+1})$ for $k<r$,
$\sigma_k>\sigma_{k+1}$; $(s,0)$, (next larger value, $s$), ($s$, next smaller nonzero value) for $k<r$,
$\sigma_k=\sigma_{k+1}=s$.
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
