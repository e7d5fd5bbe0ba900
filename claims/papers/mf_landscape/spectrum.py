"""Section 3.3: all eigenvalues of the Hessian map at the canonical points, with multiplicities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from claims.checkers.landscape_points import (
    prove_polynomials_vanish,
)
from claims.checkers.landscape_spectrum import (
    BalancedCase,
    decide_balanced_spectrum,
    decide_critical_spectrum,
    exact_spectrum,
)
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_saddles import BALANCED
from claims.papers.mf_landscape.balanced_symbols import INVERTIBLE_LAMBDA, SELECTED, altered
from claims.registry import claim
from symbolic.landscape.canonical_points import CanonicalPoint, canonical_point
from symbolic.landscape.critical import CriticalPoint, canonical_charpoly
from symbolic.landscape.dyads import OMEGA, ROOT, SIGMA, VARSIGMA, basis_pairs, invariant_block
from symbolic.landscape.eigenvectors import (
    COUNTS,
    SIZE,
    Eigenpair,
    balanced_eigenpairs,
    uncovered_dyads,
)
from symbolic.landscape.hessian_spectrum import Spectrum
from symbolic.landscape.rational_svd import rational_svd

SPECTRUM_CASES = (
    *(BalancedCase(2, 3, (4, 1), k, s) for k, s in ((1, ()), (1, (1,)), (2, (0,)), (2, (0, 1)), (3, (1,)))),
    *(BalancedCase(3, 2, (4, 4), k, s) for k, s in ((1, (1,)), (2, (0, 1)), (3, (0,)))),
    *(BalancedCase(3, 3, (9, 1), 2, s) for s in ((), (1,), (0, 1))),
    *(BalancedCase(1, n, (1,), 2, s) for n in (1, 2) for s in ((), (0,))),
    BalancedCase(2, 2, (), 2, ()),
)

# The number of negative eigenvalues and the nullity, counted by classes: for o values left out and p unused columns.
q_, p_, o_, t_, w_ = (SIZE[name] for name in ("both", "spare", "out", "tall", "wide"))


def _counts(*, orbit: int = 2) -> Evidence:
    """The ``orbit`` family is as large as the orbit: q² + 2q(k − q) = k² − (k − q)²."""
    k = q_ + p_
    listed = sum((pair.count for pair in balanced_eigenpairs() if pair.family == "orbit"), COUNTS(0))
    tangents = k**2 - (k - q_) ** 2
    return prove_polynomials_vanish(
        {
            "the zero family less q(2k - q)": listed - q_ * (orbit * k - q_),
            "the zero family less the dimension of the orbit": listed - tangents,
        },
        "the zero eigenvalues that every point has are the tangents of its orbit, q(2k - q) of them",
        part="nullity",
    )


def _spectrum(
    *,
    pairs: Sequence[Eigenpair] | None = None,
    closed_form: Callable[[BalancedCase], Spectrum] = exact_spectrum,
    orbit: int = 2,
) -> list[Evidence]:
    return [
        decide_balanced_spectrum(
            pairs or balanced_eigenpairs(), closed_form, SPECTRUM_CASES, part="balanced points (24)"
        ),
        *_unbalanced(),
        _counts(orbit=orbit),
    ]


def _unbalanced(*, sign: int = -1) -> list[Evidence]:
    """The Hessian map of (18) in its invariant planes, by trace and determinant, for all dimensions."""
    wanted: dict[str, Any] = {"k(m + n) less the dyads covered": uncovered_dyads()}
    for number, pair in enumerate(basis_pairs()):
        block = invariant_block(pair)
        (first, second) = pair[0]
        inner = {
            name: table["j"] if has else 0
            for name, table, has in (
                ("g", OMEGA, _inner(pair) in ("both", "left")),
                ("p", VARSIGMA, _inner(pair) in ("both", "right")),
            )
        }
        name = f"{number + 1}: {first.kind} {first.space}, {second.kind} {second.space}"
        if len(pair) == 1:
            expected = inner["p"] ** 2 if first.space == "u" else inner["g"] ** 2
            wanted[name] = block[0][0] - expected
            continue
        trace = block[0][0] + block[1][1]
        det = block[0][0] * block[1][1] - block[0][1] * block[1][0]
        if first.kind == "out":
            wanted[f"{name}, trace"] = trace - inner["p"] ** 2 - inner["g"] ** 2
            wanted[f"{name}, determinant"] = det - inner["p"] ** 2 * inner["g"] ** 2 - sign * SIGMA["i"] ** 2
        else:
            wanted[f"{name}, trace"] = trace - OMEGA["i"] ** 2 - VARSIGMA["j"] ** 2
            wanted[f"{name}, determinant"] = det
    shows = "the planes of a left-out pair have t² - (p + g)t + pg - σ², those of a used pair t² - (ω² + ς²)t"
    return [prove_polynomials_vanish(wanted, shows, part="canonical points (18)")]


def _inner(pair: Sequence[Any]) -> str:
    """Return the class of the index of ℝᵏ of a pair's first dyad."""
    return str(next(vector.kind for vector in pair[0] if vector.space == "e"))


@claim(
    "mf-landscape:section-3.3.spectrum",
    kind="section",
    label="Section 3.3, all Hessian eigenvalues",
    printed=r"""Using a more technical analysis it is possible to derive expressions for all of the Hessian
eigenvalues at a canonical
strict saddle. This indicates the number of negative eigenvalues and gives an expression for the minimum eigenvalue.
(Ours: at (24),
with $\mu_j=\lambda_j$ for $j\le q$ and $\mu_j=0$ for $q<j\le k$, $d=\min\{m,n\}$, $\sigma_a$ the $d-q$ values left
out, zeros counted:
$\mu_j\pm\sigma_a$, each $j\le k$ and $a$; $\mu_j$, $|m-n|$ times for each $j\le k$; $\lambda_i+\lambda_j$ for
$i,j\le q$; and $0$,
$q(2k-q)$ times)""",
    hypotheses=[SELECTED, INVERTIBLE_LAMBDA, BALANCED],
    depends_on=["mf-landscape:equation-24", "mf-landscape:equation-5"],
    parts=["balanced points (24)", "canonical points (18)", "nullity"],
)
def spectrum() -> list[Evidence]:
    """Orthogonal eigenvectors made of dyads u_a e_jᵀ and e_j v_aᵀ, k(m + n) in all; so the list is complete.

    Negative ones are the μ_j − σ_a with σ_a > μ_j. The nullity is at least the dimension of the orbit, and larger only
    if some μ_j is a left-out value, or zero beside |m − n| > 0 or σ_a = 0.
    """
    return _spectrum()


def _altered(number: int, **change: Any) -> list[Eigenpair]:
    return [replace(pair, **change) if i == number else pair for i, pair in enumerate(balanced_eigenpairs())]


def _without_orbit(case: BalancedCase) -> Spectrum:
    whole = exact_spectrum(case)
    return Spectrum(
        (
            *whole.families[:3],
            replace(whole.families[3], values=tuple(2 * x for x in whole.families[3].values)),
            whole.families[4],
        )
    )


spectrum.near_misses(
    altered(_spectrum),
    {
        "the descending value with a plus": {"pairs": _altered(0, value=ROOT["j"] ** 2 + SIGMA["i"])},
        "one extra column fewer": {"pairs": _altered(3, count=w_ * (q_ - 1))},
        "the pair family missing": {"pairs": [x for x in balanced_eigenpairs() if x.family != "pair"]},
        "twice the sums of the selected values": {"closed_form": _without_orbit},
        "q(3k - q) zeros": {"orbit": 3},
    },
)

CANONICAL_CASES = ((2, 3, (2, 1), (1,), 2), (3, 2, (2,), (0, 1), 3), (1, 2, (1,), (), 2), (3, 3, (1, 1), (0, 2), 2))


def _canonical(sign: int) -> Evidence:
    """Compare the factors at (18), Λ singular and C₀ ≠ 0 among them, with the Hessian's characteristic polynomial."""
    points: list[CriticalPoint] = []
    table: list[fmpq_poly] = []
    for m, n, values, chosen, k in CANONICAL_CASES:
        svd = rational_svd(m, n, values)
        C_0 = fmpq_mat(n - svd.rank, k - len(chosen))
        squares = []
        for i in range(min(C_0.nrows(), C_0.ncols())):
            C_0[i, i] = fmpq(i + 2)
            squares.append(fmpq((i + 2) ** 2))
        point: CanonicalPoint = canonical_point(svd, chosen, k, C_0=C_0)
        points.append(CriticalPoint(point.W, point.S, svd.X))
        product = fmpq_poly([1])
        for factor, count in canonical_charpoly(svd, point.selection, k, [x * sign for x in squares]):
            product *= factor**count
        table.append(product)
    found = iter(table)
    return decide_critical_spectrum(
        lambda _: next(found), points, "canonical points, C_0 nonzero, Λ singular", part="factors"
    )


@claim(
    "mf-landscape:section-3.3.spectrum.unbalanced",
    kind="remark",
    label="All Hessian eigenvalues at the unbalanced canonical points (ours)",
    printed=r"""At (18), with $(p,g)$ running over the $k$ pairs $(\lambda_j^2,1)$, $(c_l^2,0)$, $(0,0)$ of
eigenvalues of $SS^T$ and
$W^TW$, $c_l$ the singular values of $C_0$: the roots of $t^2-(p+g)t+pg-\sigma^2$ for each pair and each left-out
$\sigma$; $1+p$
for each of the $q$ selected directions and each nonzero $p$; $p$ and $g$ for extra rows and columns; and $0$ for the
rest""",
    hypotheses=[SELECTED],
    depends_on=["mf-landscape:equation-18", "mf-landscape:section-3.3.spectrum"],
    parts=["canonical points (18)", "factors"],
)
def unbalanced() -> list[Evidence]:
    """Aligned points are block diagonal in the dyads; the planes are read off for all dimensions."""
    return [*_unbalanced(), _canonical(1)]


@unbalanced.mutant("the determinant with +σ²")
def _() -> list[Evidence]:
    return [*_unbalanced(sign=1), _canonical(1)]


@unbalanced.mutant("the squares of C₀ negated")
def _() -> list[Evidence]:
    return [*_unbalanced(), _canonical(-1)]
