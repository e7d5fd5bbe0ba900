"""What the printed proof of Theorem 3.4 gets wrong, and the theorem with equalities in place of its bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq
from sympy import QQ, ring

from claims.checkers.landscape_points import decide_at_points, prove_infeasible, prove_polynomials_nonnegative
from claims.checkers.landscape_spectrum import BalancedCase
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_bounds import bounded_cases, printed_bound
from claims.papers.mf_landscape.balanced_saddles import BALANCED, escape_instance
from claims.papers.mf_landscape.balanced_symbols import INVERTIBLE_LAMBDA, SELECTED, altered
from claims.papers.mf_landscape.notation import fraction, second_by_differences
from claims.registry import claim
from claims.statement import Erratum
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import objective
from symbolic.landscape.canonical_points import balanced_point
from symbolic.landscape.eigenvectors import balanced_eigenpairs
from symbolic.landscape.rational_svd import identity, rational_svd


@dataclass(frozen=True)
class Step:
    """A number the proof prints for a quantity at a balanced point.

    Args:
        case: The point, with X diagonal.
        outer: The index of the pair (u, v) in the direction, from 0.
        inner: The index of e, from 0.
        claimed: What the proof says the quantity is.
    """

    case: BalancedCase
    outer: int
    inner: int
    claimed: fmpq | int

    def record(self, found: object) -> dict[str, Any]:
        """Return the step as JSON-ready data, with what was found."""
        words = f"the value is {found}, not {self.claimed}"
        return {
            "found": words,
            **self.case.to_record(),
            "direction": [self.outer + 1, self.inner + 1],
            "exact": str(found),
        }


def _curvature(step: Step) -> Mapping[str, Any] | None:
    """Compare D²J along (u eᵀ, e vᵀ), from values of the objective, with what the proof says."""
    found = fraction(second_by_differences(escape_instance(step.case, step.outer, step.inner))[0, 0])
    return None if found == step.claimed else step.record(found)


def _loss(step: Step) -> Mapping[str, Any] | None:
    svd = rational_svd(step.case.m, step.case.n, step.case.sigma)
    point = balanced_point(svd, step.case.selection, step.case.k)
    found = fraction(objective(point.W, point.S, svd.X))
    return None if found == step.claimed else step.record(found)


def _refute(failure: Callable[[Step], Mapping[str, Any] | None], shows: str, scope: str) -> Callable[[Step], Evidence]:
    return lambda step: decide_at_points(failure, [step], shows, scope)


LOSS = Step(BalancedCase(2, 2, (4, 1), 1, (0,)), 1, 0, 1)
_check_loss = _refute(_loss, "J is the sum of the squares left out", "X with singular values 4, 1, k=q=1")


@claim(
    "mf-landscape:theorem-3.4.a.loss",
    kind="proof-step",
    label="Proof of Theorem 3.4 (a), the value",
    printed=r"""$J(W,S)=\tfrac12\|\bar U\Lambda\bar V^T-U\Sigma
V^T\|_F^2=\tfrac12(\sum_{i=1}^r\sigma_i^2-\sum_{j=1}^q\lambda_j^2)
=\sum_{j=q+1}^r\sigma_j^2$""",
    hypotheses=[SELECTED, BALANCED],
    erratum=Erratum(
        "misprint",
        "The last member lacks the factor ½: with singular values 4 and 1, k = q = 1, J = ½ and not 1.",
        corrected_by="mf-landscape:theorem-3.4.a",
    ),
)
def loss() -> Evidence:
    """Half of the sum is lost on the way."""
    return _check_loss(LOSS)


loss.near_misses(
    _check_loss,
    {
        "twice the printed value": replace(LOSS, claimed=2),
        "the selected squares in their place": replace(LOSS, claimed=8),
    },
)

TIED = BalancedCase(3, 3, (4, 4, 1), 2, (1, 2))
GAP_A = Step(TIED, 1, 1, 2 * (1 - 4))
_check_a = _refute(_curvature, "D²J = 2(λ_k − σ_p) along (u_p e_k^T, e_k v_p^T)", "X with singular values 4, 4, 1, k=2")


@claim(
    "mf-landscape:theorem-3.4.a.direction",
    kind="proof-step",
    label="Proof of Theorem 3.4 (a), the direction",
    printed=r"""With $p$ the least integer with $\lambda_p<\sigma_p$: $\bar u_k\perp u_p$ [...]
$(G_{p,k}H_{k,p})^TE=-\sigma_pv_pv_p^T$,
hence $D^2J[(G_{p,k},H_{k,p})]=2(\lambda_k-\sigma_p)$""",
    hypotheses=[SELECTED, BALANCED],
    erratum=Erratum(
        "proof-gap",
        "σ_p is missing from place p of Λ, but u_p itself may be selected when σ_p is repeated: with singular values "
        "4, 4, 1, "
        "k = 2 and Ū = [u_2 u_3], p = 2 and D²J = 2, not −6. Another pair of that value, here u_1, is left out and "
        "gives −6.",
        corrected_by="mf-landscape:theorem-3.4.a",
    ),
)
def direction_a() -> Evidence:
    """u_pᵀE = 0 if u_p is a column of Ū."""
    return _check_a(GAP_A)


direction_a.near_misses(
    _check_a, {"only −σ_p": replace(GAP_A, claimed=-8), "the opposite sign": replace(GAP_A, claimed=6)}
)

GAP_B2 = Step(BalancedCase(4, 4, (4, 4, 1, 1), 3, (1, 2)), 1, 2, -8)
_check_b2 = _refute(
    _curvature, "D²J = −2σ_p along (u_p e_{q+1}^T, e_{q+1} v_p^T)", "X with singular values 4, 4, 1, 1, k=3, q=2"
)


@claim(
    "mf-landscape:theorem-3.4.b.ii",
    kind="proof-step",
    label="Proof of Theorem 3.4 (b), case (ii)",
    printed=r"""Assume $1\le q<\min\{k,r-1\}$ and let $p\in[1:q]$ be the least with $\lambda_p<\sigma_p$:
$H_{q+1,p}^TG_{p,q+1}^TE=v_pu_p^T(WS-X)=-\sigma_pv_pv_p^T$ and $D^2J[(G,H)]=-2\sigma_p$""",
    hypotheses=[SELECTED, BALANCED],
    erratum=Erratum(
        "proof-gap",
        "As in (a), u_p may be a column of Ū: with singular values 4, 4, 1, 1, k = 3, Ū = [u_2 u_3] (q = 2, p = 2) the "
        "direction "
        "with u_2 has D²J = 0, not −8; the one with u_1 has −8.",
        corrected_by="mf-landscape:theorem-3.4.b",
    ),
)
def direction_b_ii() -> Evidence:
    """The direction lies in the kernel of the Hessian map when u_p is selected."""
    return _check_b2(GAP_B2)


direction_b_ii.near_misses(
    _check_b2, {"half of it": replace(GAP_B2, claimed=-4), "with λ_k added": replace(GAP_B2, claimed=-6)}
)

GAP_B3 = Step(BalancedCase(3, 3, (1, 1, 1), 2, (1,)), 1, 1, -2)
_check_b3 = _refute(
    _curvature, "D²J = −2σ_{q+1} along the direction of u_{q+1}", "X with singular values 1, 1, 1, k=2, q=1"
)


@claim(
    "mf-landscape:theorem-3.4.b.iii",
    kind="proof-step",
    label="Proof of Theorem 3.4 (b), case (iii)",
    printed=r"""Assume $1\le q<\min\{k,r-1\}$ and $(W,S)$ maximal: along
$(u_{q+1}\mathbf e_{q+1}^T,\mathbf e_{q+1}v_{q+1}^T)$, $D^2J=-2\sigma_{q+1}$""",
    hypotheses=[SELECTED, BALANCED],
    erratum=Erratum(
        "proof-gap",
        "u_{q+1} may be a column of Ū: with X = I_3, k = 2, Ū = u_2 the point is maximal, and D²J along the "
        "direction with u_2 "
        "is 0, not −2; with u_1 it is −2.",
        corrected_by="mf-landscape:theorem-3.4.b",
    ),
)
def direction_b_iii() -> Evidence:
    """Maximal is a property of the values, not of the indices of the eigenvectors."""
    return _check_b3(GAP_B3)


direction_b_iii.near_misses(
    _check_b3, {"half of it": replace(GAP_B3, claimed=-1), "the opposite sign": replace(GAP_B3, claimed=2)}
)


def _left_uncovered(margin: int) -> Callable[[BalancedCase], Mapping[str, Any] | None]:
    def failure(case: BalancedCase) -> Mapping[str, Any] | None:
        q, r = len(case.selection), len(case.sigma)
        covered = q == 0 or 1 <= q < min(case.k, r - margin)
        inside = q < min(case.k, r)
        negative = inertia(case.hessian()).negative > 0
        if inside and negative and not covered:
            return {"found": f"q = {q} < min(k, r) = {min(case.k, r)} is in no case of the proof", **case.to_record()}
        return None

    return failure


def _cover(margin: int) -> Evidence:
    return decide_at_points(
        _left_uncovered(margin),
        [BalancedCase(2, 2, (4, 1), 2, (0,))],
        "the cases cover every q < min{k, r}",
        "k=r=2, q=1",
    )


@claim(
    "mf-landscape:theorem-3.4.b.cases",
    kind="proof-step",
    label="Proof of Theorem 3.4 (b), the three cases",
    printed=r"For $q<\min\{k,r\}$ we consider three cases: $q=0$; (ii), (iii): $1\le q<\min\{k,r-1\}$",
    hypotheses=[SELECTED, BALANCED],
    erratum=Erratum(
        "proof-gap",
        "q = r − 1 < k is in none of them, e.g. k = r = 2 and q = 1, a strict saddle. The same argument covers it; r "
        "− 1 should "
        "be r.",
        corrected_by="mf-landscape:theorem-3.4.b",
    ),
)
def cases() -> Evidence:
    """A strict saddle of the statement that no case treats."""
    return _cover(1)


cases.near_misses(_cover, {"with r − 2 in place of r − 1": 2, "with r − 3": 3})

# λ_min with equality. Gaps: σ_max is the largest value left out, μ_k the k-th value (λ_k, or 0 if q < k).
_GAPS, mu_k, a_i, a_j, sigma_i, below, excess = ring("mu_k,a_i,a_j,sigma_i,b,g", QQ)


def _excesses(*, full: bool, sign: int = 1) -> dict[str, Any]:
    """Return every eigenvalue less μ_k − σ_max as polynomials in nonnegative gaps.

    λ_i = μ_k + a_i, λ_j = μ_k + a_j, σ_max = σ_i + b where a left-out σ_i occurs and σ_max = μ_k + g elsewhere.
    """
    found = {}
    for number, pair in enumerate(balanced_eigenpairs()):
        spare = any(vector.kind == "spare" for dyad, _ in pair.direction for vector in dyad)
        if full and spare:
            continue
        least = mu_k if full else 0 * mu_k
        total, occurs = -least, False
        for exponents, coefficient in pair.value.terms():
            names = [str(g) for g in pair.value.ring.gens]
            at = {name: power for name, power in zip(names, exponents, strict=True) if power}
            weight = _GAPS(coefficient)
            if at == {"root_i": 2}:
                total += weight * (least + a_i)
            elif at == {"root_j": 2}:
                total += weight * (least + a_j)
            elif at == {"sigma_i": 1}:
                total, occurs = total + weight * sigma_i, True
            else:
                raise ArithmeticError(f"an eigenvalue with the monomial {at}")
        highest = sigma_i + below if occurs else least + excess
        found[f"{number + 1} {pair.family}"] = total + sign * highest
    return found


_COUNTS, c, t, p = ring("c,t,p", QQ)


def _no_larger(*, needed: int = 1) -> Evidence:
    """No value v > σ_p is left out: all t of them are among σ_1, …, σ_{p−1}, and λ_i = σ_i there."""
    have = "λ_i = σ_i ≥ v for i ≤ t: at least t selected values are at least v"
    lack = "a value at least v is left out: at most t − 1 are selected"
    constraints = {have: c - t, lack: t - needed - c}
    return prove_infeasible(
        constraints, {have: 1, lack: 1}, "the largest value left out is σ_p (σ_{q+1} if maximal)", part="largest"
    )


def _is_not(bound: Callable[[BalancedCase], fmpq | None]) -> Callable[[BalancedCase], Mapping[str, Any] | None]:
    def failure(case: BalancedCase) -> Mapping[str, Any] | None:
        limit, hessian = bound(case), case.hessian()
        if limit is None:
            return None
        # λ_min = −γ iff H + γ is positive semidefinite and singular.
        shifted = inertia(hessian + identity(hessian.nrows()) * -limit)
        if shifted.negative == 0 and shifted.zero > 0:
            return None
        return {"found": f"the least eigenvalue is not {limit}", **case.to_record()}

    return failure


def _equality(
    *, sign: int = 1, needed: int = 1, bound: Callable[[BalancedCase], fmpq | None] = printed_bound
) -> list[Evidence]:
    return [
        decide_at_points(
            _is_not(bound),
            [*bounded_cases(full=True), *bounded_cases(full=False)],
            "the least eigenvalue of the exact Hessian is the printed bound",
            "balanced strict saddles with k(m + n) at most 12",
            part="no lower eigenvalue, q = k",
        ),
        prove_polynomials_nonnegative(
            _excesses(full=True, sign=sign),
            "every eigenvalue is at least λ_k − σ_max, and one is equal to it",
            part="no lower eigenvalue, q = k",
        ),
        prove_polynomials_nonnegative(
            _excesses(full=False, sign=sign),
            "every eigenvalue is at least −σ_max, and one is equal to it",
            part="no lower eigenvalue, q < k",
        ),
        _no_larger(needed=needed),
    ]


@claim(
    "mf-landscape:theorem-3.4.equality",
    kind="remark",
    label="Theorem 3.4 with equalities (ours)",
    printed=r"""At a strict saddle (24): $\lambda_{\min}(\nabla^2J(W,S))=-(\sigma_p-\lambda_k)$ for $q=k$ not maximal
at $p$;
$=-\sigma_{q+1}$ for $q<\min\{k,r\}$ maximal; $=-\sigma_p$ for $q<\min\{k,r\}$ not maximal at $p$. In all cases it is
$\mu_k-\sigma_{\max}$, $\sigma_{\max}$ the largest singular value left out, $\mu_k=\lambda_k$ if $q=k$ and $0$ if
$q<k$""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, BALANCED],
    depends_on=["mf-landscape:section-3.3.spectrum", "mf-landscape:theorem-3.4.a", "mf-landscape:theorem-3.4.b"],
    parts=["no lower eigenvalue, q = k", "no lower eigenvalue, q < k", "largest"],
)
def equality() -> list[Evidence]:
    """Of the whole spectrum μ_k − σ_max is the least, and the largest value left out is σ_p, or σ_{q+1} if maximal."""
    return _equality()


equality.near_misses(
    altered(_equality),
    {
        "the eigenvalues compared with μ_k + σ_max": {"sign": -1},
        "a value is left out with nothing needed": {"needed": 0},
        "the bound one lower": {"bound": lambda case: None if (b := printed_bound(case)) is None else b - 1},
        "half of the bound": {"bound": lambda case: None if (b := printed_bound(case)) is None else b / 2},
    },
)
