"""Section 3.3, after Theorem 3.4: one γ for all strict saddles on the balanced manifold, and the largest one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from claims.checkers.landscape_points import (
    decide_at_points,
    prove_polynomials_nonnegative,
    prove_polynomials_vanish,
)
from claims.checkers.landscape_spectrum import (
    BalancedCase,
)
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_bounds import bounded_cases
from claims.papers.mf_landscape.balanced_symbols import altered
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.landscape.inertia import inertia
from symbolic.landscape.dyads import ROOT, SIGMA
from symbolic.landscape.eigenvectors import (
    balanced_eigenpairs,
)
from symbolic.landscape.hessian_spectrum import sharp_uniform_gamma, uniform_gamma_as_printed
from symbolic.landscape.rational_svd import identity

NONZERO = Hypothesis("nonzero", r"$X\neq\mathbf0$ (for $X=\mathbf0$ there is no strict saddle)")


def _negative_values(*, gap: int = 1) -> list[Evidence]:
    """Sort the eigenpairs: only the descending family is ever negative, and what its members are."""
    rest = {f"{i + 1} {p.family}": p.value for i, p in enumerate(balanced_eigenpairs()) if p.family != "descend"}
    both, spare = (p for p in balanced_eigenpairs() if p.family == "descend")
    forms = {
        "a selected and a left-out value: minus their difference": both.value + gap * (SIGMA["i"] - ROOT["j"] ** 2),
        "an unused column: minus a value left out": spare.value + SIGMA["i"],
    }
    part = "the negative eigenvalues"
    return [
        prove_polynomials_nonnegative(rest, "all other families are nonnegative", part="the others"),
        prove_polynomials_vanish(forms, "a negative eigenvalue is -σ_a or -(σ_a - λ_j) with σ_a > λ_j > 0", part=part),
    ]


def _within(gamma: Callable[[BalancedCase], fmpq | None]) -> Callable[[BalancedCase], Mapping[str, Any] | None]:
    def failure(case: BalancedCase) -> Mapping[str, Any] | None:
        hessian, bound = case.hessian(), gamma(case)
        if bound is None or inertia(hessian).negative == 0:
            return None
        shifted = inertia(hessian + identity(hessian.nrows()) * bound)
        if shifted.negative + shifted.zero > 0:
            return None
        return {"found": f"a strict saddle with least eigenvalue above -{bound}", **case.to_record()}

    return failure


def _uniform(*, gap: int = 1, scale: int = 1) -> list[Evidence]:
    def gamma(case: BalancedCase) -> fmpq | None:
        printed = uniform_gamma_as_printed(case.sigma)
        return None if printed is None else printed * scale

    return [
        *_negative_values(gap=gap),
        decide_at_points(
            _within(gamma),
            [*bounded_cases(full=True), *bounded_cases(full=False)],
            "every balanced strict saddle has an eigenvalue at most minus the printed bound",
            "balanced points with k(m + n) at most 12",
            part="the negative eigenvalues",
        ),
    ]


@claim(
    "mf-landscape:section-3.3.uniform",
    kind="section",
    label="Section 3.3, a uniform bound on M_0",
    printed=r"""There exists $\gamma>0$ such that $\lambda_{\min}(\nabla^2J(W,S))\le-\gamma$ for every strict saddle
$(W,S)$ in
$\mathcal M_0$. If the rank of $W$ is $\min\{k,r\}$, the bound depends on the separation of two distinct nonzero
singular values,
otherwise on the size of a single nonzero singular value. The uniform bound for all strict saddles on $\mathcal M_0$
is the
minimum of the smallest nonzero singular value and the smallest gap between distinct singular values""",
    hypotheses=[NONZERO],
    depends_on=[
        "mf-landscape:section-3.3.spectrum",
        "mf-landscape:theorem-3.4.equality",
        "mf-landscape:corollary-3.1.corrected",
        "mf-landscape:theorem-3.1.c",
    ],
    parts=["the others", "the negative eigenvalues"],
)
def uniform() -> list[Evidence]:
    """At a strict saddle λ_min is negative, hence minus a nonzero singular value or minus a gap of two distinct ones.

    By Corollary 3.1 every critical point on M_0 is on the suborbit of a point (24), with the same eigenvalues. The
    minimum named is a valid γ; it need not be the largest: with singular values 16, 9, 1 and k = 1 it is 1, and 7 is
    valid too. The largest is a remark of its own.
    """
    return _uniform()


uniform.near_misses(altered(_uniform), {"twice the gap": {"gap": 2}, "a bound three times as large": {"scale": 3}})


@dataclass(frozen=True)
class OrderType:
    """Singular values by their order alone: how many copies of each distinct nonzero one, largest first, and k."""

    copies: tuple[int, ...]
    k: int


def order_types(largest: int) -> Iterator[OrderType]:
    """Yield all order types of up to ``largest`` nonzero singular values, with every k that matters."""
    for r in range(1, largest + 1):
        for cuts in range(2 ** (r - 1)):
            copies: list[int] = []
            run = 1
            for i in range(r - 1):
                if cuts >> i & 1:
                    copies, run = [*copies, run], 1
                else:
                    run += 1
            yield from (OrderType((*copies, run), k) for k in range(1, r + 2))


Form = tuple[int, ...]


def _level(i: int, count: int) -> Form:
    """Return the i-th distinct value as a sum of the gaps below it; the gaps are arbitrary positive numbers."""
    return tuple(int(j >= i) for j in range(count))


def _minus(a: Form, b: Form) -> Form:
    return tuple(x - y for x, y in zip(a, b, strict=True))


def attained(at: OrderType) -> set[Form]:
    """Return -λ_min at all balanced strict saddles, in the gaps: the largest value left out less μ_k."""
    L, found = len(at.copies), set()

    def choose(i: int, left: int, taken: tuple[int, ...]) -> None:
        if i < L:
            for count in range(min(left, at.copies[i]) + 1):
                choose(i + 1, left - count, (*taken, count))
            return
        out = next((j for j in range(L) if taken[j] < at.copies[j]), None)
        least = max((j for j in range(L) if taken[j]), default=L)
        if out is not None and (left > 0 or out < least):
            found.add(_minus(_level(out, L), _level(least, L)) if left == 0 else _level(out, L))

    choose(0, at.k, ())
    return found


def formula(at: OrderType) -> set[Form]:
    """Return the candidates whose minimum is the sharp γ, in the gaps."""
    L = len(at.copies)
    order = [i for i, count in enumerate(at.copies) for _ in range(count)]
    if at.k >= len(order):
        return {_level(L - 1, L)}
    here, following = order[at.k - 1], order[at.k]
    if here != following:
        return {_minus(_level(here, L), _level(following, L))}
    near = [(i, i + 1) for i in (here - 1, here) if i >= 0 and i + 1 < L]
    return {_level(here, L), *(_minus(_level(i, L), _level(j, L)) for i, j in near)}


def _differs(candidates: Callable[[OrderType], set[Form]]) -> Callable[[OrderType], Mapping[str, Any] | None]:
    def failure(at: OrderType) -> Mapping[str, Any] | None:
        values, claimed = attained(at), candidates(at)
        covered = all(any(min(_minus(a, b)) >= 0 for b in claimed) for a in values)
        numbers = [fmpq(sum((j + 2) ** 2 for j in range(i, len(at.copies)))) for i in range(len(at.copies))]
        sigma = [value for value, count in zip(numbers, at.copies, strict=True) for _ in range(count)]
        least = min(sum((fmpq((j + 2) ** 2) * x for j, x in enumerate(form)), fmpq(0)) for form in claimed)
        if claimed <= values and covered and least == sharp_uniform_gamma(sigma, at.k):
            return None
        return {"found": "the minimum over the strict saddles is another", "copies": list(at.copies), "k": at.k}

    return failure


def _sharp(candidates: Callable[[OrderType], set[Form]]) -> Evidence:
    return decide_at_points(
        _differs(candidates),
        order_types(6),
        "each candidate is attained and each saddle's value is a candidate plus a nonnegative combination of gaps",
        "at most 6 nonzero singular values, of any size, every k",
    )


@claim(
    "mf-landscape:section-3.3.uniform.sharp",
    kind="remark",
    label="Section 3.3, the largest uniform bound (ours)",
    printed=r"""The largest $\gamma$ with $\lambda_{\min}\le-\gamma$ at all strict saddles on $\mathcal M_0$ is
$\sigma_r$ for $k\ge r$;
$\sigma_k-\sigma_{k+1}$ for $k<r$, $\sigma_k>\sigma_{k+1}$; and for $k<r$, $\sigma_k=\sigma_{k+1}=s$ the least of
$s$, (next larger
value) $-s$ and $s-$ (next smaller nonzero value), where these exist""",
    hypotheses=[NONZERO],
    depends_on=["mf-landscape:theorem-3.4.equality", "mf-landscape:corollary-3.1.corrected"],
)
def sharp() -> Evidence:
    """For every order type the saddles' values are compared with the candidates as linear forms in the gaps.

    In words: with q < k the largest value left out is at least σ_k. With q = k, λ_k ≤ σ_{k+1} if there is a strict
    drop at k;
    else λ_k < s gives at least s − (next smaller), and λ_k = s at least (next larger) − s; all of these are attained.
    """
    return _sharp(formula)


def _all_gaps(at: OrderType) -> set[Form]:
    L = len(at.copies)
    return {_level(L - 1, L), *(_minus(_level(i, L), _level(i + 1, L)) for i in range(L - 1))}


sharp.near_misses(
    _sharp,
    {
        "the minimum as printed": _all_gaps,
        "the k-th value alone": lambda at: {_level(min(len(at.copies) - 1, at.k), len(at.copies))},
    },
)
