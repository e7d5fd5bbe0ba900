"""The bounds that Theorem 3.4 prints, and small balanced points on which to try them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import fmpq

from claims.checkers.landscape_points import decide_at_points
from claims.checkers.landscape_spectrum import BalancedCase
from claims.evidence import Evidence
from numeric.landscape.inertia import inertia
from symbolic.landscape.rational_svd import identity, rational_svd


def printed_bound(case: BalancedCase) -> fmpq | None:
    """Return the bound Theorem 3.4 prints for a balanced point, ``None`` where it says global minimum."""
    values = sorted((fmpq(s) for s in case.sigma), reverse=True)
    chosen = sorted((values_at(case)[a] for a in case.selection), reverse=True)
    q_, r_ = len(chosen), sum(s != 0 for s in values)
    least = next((i for i, x in enumerate(chosen) if x < values[i]), None)
    if q_ == min(case.k, r_):
        return None if least is None else chosen[-1] - values[least]
    return -values[q_] if least is None else -values[least]


def values_at(case: BalancedCase) -> list[fmpq]:
    """Return the singular values in the order of their indices."""
    return list(rational_svd(case.m, case.n, case.sigma).sigma)


def _violates(bound: Callable[[BalancedCase], fmpq | None]) -> Callable[[BalancedCase], Mapping[str, Any] | None]:
    def failure(case: BalancedCase) -> Mapping[str, Any] | None:
        """Return what is wrong with λ_min ≤ bound, or with λ_min ≥ 0 where there is none, exactly."""
        hessian, limit = case.hessian(), bound(case)
        if limit is None:
            wrong = inertia(hessian).negative > 0
        else:
            # λ_min ≤ −γ iff H + γ has an eigenvalue ≤ 0.
            shifted = inertia(hessian + identity(hessian.nrows()) * -limit)
            wrong = shifted.negative + shifted.zero == 0
        return {"found": f"the least eigenvalue is not at most {limit}", **case.to_record()} if wrong else None

    return failure


def bounded_cases(*, full: bool) -> list[BalancedCase]:
    """Return small balanced points with q = min{k, r} (``full``) or q < min{k, r}, ties and all shapes among them."""
    found = []
    for m, n in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)):
        for values in ((4,), (4, 1), (1, 1), (4, 4, 1), (9, 4, 1), (4, 1, 1)):
            for k in (1, 2, 3):
                if len(values) <= min(m, n) and k * (m + n) <= 12:
                    found += [
                        BalancedCase(m, n, values, k, chosen)
                        for chosen in _subsets(len(values), k)
                        if (len(chosen) == min(k, len(values))) == full
                    ]
    return found


def _subsets(count: int, largest: int) -> list[tuple[int, ...]]:
    every = [tuple(i for i in range(count) if mask >> i & 1) for mask in range(2**count)]
    return sorted(s for s in every if len(s) <= largest)


def bound_holds(bound: Callable[[BalancedCase], fmpq | None], *, full: bool, part: str) -> Evidence:
    """Return evidence that the bound holds at all small balanced points, on Hessians of the objective."""
    return decide_at_points(
        _violates(bound),
        bounded_cases(full=full),
        "the exact Hessian has an eigenvalue at most the bound, or none below zero at a global minimum",
        "balanced points with k(m + n) at most 12",
        part=part,
    )
