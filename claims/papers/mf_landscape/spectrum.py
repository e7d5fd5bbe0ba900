"""Section 3.3, after Theorem 3.4: one γ for all strict saddles on M_0, and all eigenvalues of the Hessian map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from claims.checkers.landscape_points import (
    decide_at_points,
    prove_polynomials_nonnegative,
    prove_polynomials_vanish,
)
from claims.checkers.landscape_spectrum import (
    BalancedCase,
    decide_balanced_spectrum,
    decide_critical_spectrum,
    exact_spectrum,
)
from claims.evidence import Evidence
from claims.papers.mf_landscape.balanced_saddles import BALANCED, bounded_cases
from claims.papers.mf_landscape.balanced_symbols import INVERTIBLE_LAMBDA, SELECTED
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.landscape.inertia import inertia
from symbolic.landscape.canonical_points import CanonicalPoint, canonical_point
from symbolic.landscape.critical import CriticalPoint, canonical_charpoly
from symbolic.landscape.dyads import OMEGA, SIGMA, VARSIGMA, basis_pairs, invariant_block
from symbolic.landscape.eigenvectors import (
    COUNTS,
    ROOT,
    SIZE,
    Eigenpair,
    balanced_eigenpairs,
    uncovered_dyads,
)
from symbolic.landscape.hessian_spectrum import Spectrum, sharp_uniform_gamma, uniform_gamma_as_printed
from symbolic.landscape.rational_svd import identity, rational_svd

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
    printed=r"""There exists $\gamma>0$ such that $\lambda_{\min}(\nabla^2J(W,S))\le-\gamma$ for every strict saddle $(W,S)$ in
$\mathcal M_0$. If the rank of $W$ is $\min\{k,r\}$, the bound depends on the separation of two distinct nonzero singular values,
otherwise on the size of a single nonzero singular value. The uniform bound for all strict saddles on $\mathcal M_0$ is the
minimum of the smallest nonzero singular value and the smallest gap between distinct singular values""",
    hypotheses=[NONZERO],
    depends_on=[
        "mf-landscape:section-3.3.spectrum",
        "mf-landscape:theorem-3.4.equality",
        "mf-landscape:corollary-3.1.corrected",
        "mf-landscape:theorem-3.1.c",
    ],
    parts=["the others", "the negative eigenvalues"],
    erratum=Erratum(
        "overclaim",
        "The minimum named is a valid γ, and that is what is proved here; it is not *the* bound, in the sense of the largest "
        "valid one: only gaps at the cut k matter. With singular values 16, 9, 1 and k = 1 it is 1, while every strict saddle on "
        "$\\mathcal M_0$ has $\\lambda_{\\min}\\le-7$.",
        corrected_by="mf-landscape:section-3.3.uniform.sharp",
    ),
)
def uniform() -> list[Evidence]:
    """At a strict saddle λ_min is negative, hence minus a nonzero singular value or minus a gap of two distinct ones.

    By Corollary 3.1 every critical point on M_0 is on the suborbit of a point (24), with the same eigenvalues.
    """
    return _uniform()


uniform.near_misses(
    lambda change: _uniform(**change), {"twice the gap": {"gap": 2}, "a bound three times as large": {"scale": 3}}
)


@dataclass(frozen=True)
class Claimed:
    """A number claimed to be attained by λ_min at some balanced strict saddle."""

    m: int
    n: int
    sigma: tuple[int, ...]
    k: int
    gamma: fmpq


def _is_not_attained(at: Claimed) -> Mapping[str, Any] | None:
    """Look at every balanced critical point, one for each selection; Corollary 3.1 says there are no others."""
    worst = []
    for mask in range(2 ** len(at.sigma)):
        chosen = tuple(i for i in range(len(at.sigma)) if mask >> i & 1)
        if len(chosen) <= at.k:
            hessian = BalancedCase(at.m, at.n, at.sigma, at.k, chosen).hessian()
            shifted = inertia(hessian + identity(hessian.nrows()) * at.gamma)
            if inertia(hessian).negative and shifted.negative == 0:
                return None
            worst.append([list(chosen), shifted.negative])
    words = f"every balanced strict saddle has an eigenvalue below -{at.gamma}"
    return {"found": words, "singular_values": list(at.sigma), "k": at.k, "eigenvalues_below": worst}


def _best(at: Claimed) -> Evidence:
    return decide_at_points(_is_not_attained, [at], "some strict saddle on M_0 attains the bound", "X 3×3, k=1")


SPREAD_OUT = Claimed(3, 3, (16, 9, 1), 1, fmpq(1))


@claim(
    "mf-landscape:section-3.3.uniform.best",
    kind="remark",
    label="Section 3.3, read as the best bound",
    printed=r"""*The* uniform bound, the largest $\gamma$ with $\lambda_{\min}\le-\gamma$ at all strict saddles on $\mathcal M_0$, is the
minimum of the smallest nonzero singular value and the smallest gap between distinct singular values""",
    hypotheses=[NONZERO],
    erratum=Erratum(
        "overclaim",
        "With singular values 16, 9, 1 and k = 1 the balanced strict saddles have least eigenvalues −16, −7 and −15, so 7 is valid; "
        "the printed minimum is 1.",
        corrected_by="mf-landscape:section-3.3.uniform.sharp",
    ),
)
def best() -> Evidence:
    """The gap 9 − 1 and the value 1 do not matter at k = 1."""
    return _best(SPREAD_OUT)


best.near_misses(
    _best,
    {
        "the smallest gap alone": replace(SPREAD_OUT, gamma=fmpq(6)),
        "the printed minimum for 9, 4, 1": replace(SPREAD_OUT, sigma=(9, 4, 1), gamma=fmpq(1)),
    },
)


@dataclass(frozen=True)
class OrderType:
    """Singular values by their order alone: how many copies of each distinct nonzero one, largest first, and k."""

    copies: tuple[int, ...]
    k: int


def order_types(largest: int) -> Iterator[OrderType]:
    """Yield all order types of up to ``largest`` nonzero singular values, with every k that matters."""
    for r in range(1, largest + 1):
        for cuts in range(2 ** (r - 1)):
            copies, run = [], 1
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
    kind="correction",
    label="Section 3.3, the sharp uniform bound",
    printed=r"""The largest $\gamma$ with $\lambda_{\min}\le-\gamma$ at all strict saddles on $\mathcal M_0$ is $\sigma_r$ for $k\ge r$;
$\sigma_k-\sigma_{k+1}$ for $k<r$, $\sigma_k>\sigma_{k+1}$; and for $k<r$, $\sigma_k=\sigma_{k+1}=s$ the least of $s$, (next larger
value) $-s$ and $s-$ (next smaller nonzero value), where these exist""",
    hypotheses=[NONZERO],
    depends_on=["mf-landscape:theorem-3.4.equality", "mf-landscape:corollary-3.1.corrected"],
)
def sharp() -> Evidence:
    """For every order type the saddles' values are compared with the candidates as linear forms in the gaps.

    In words: with q < k the largest value left out is at least σ_k. With q = k, λ_k ≤ σ_{k+1} if there is a strict drop at k;
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
    shows = "the planes of a left-out pair have t² - (p + g)t + pg - σ², those of a selected and a used index t² - (ω² + ς²)t"
    return [prove_polynomials_vanish(wanted, shows, part="canonical points (18)")]


def _inner(pair: Sequence[Any]) -> str:
    """Return the class of the index of ℝᵏ of a pair's first dyad."""
    return next(vector.kind for vector in pair[0] if vector.space == "e")


@claim(
    "mf-landscape:section-3.3.spectrum",
    kind="section",
    label="Section 3.3, all Hessian eigenvalues",
    printed=r"""Using a more technical analysis it is possible to derive expressions for all of the Hessian eigenvalues at a canonical
strict saddle. This indicates the number of negative eigenvalues and gives an expression for the minimum eigenvalue. (Ours: at (24),
with $\mu_j=\lambda_j$ for $j\le q$ and $\mu_j=0$ for $q<j\le k$, $d=\min\{m,n\}$, $\sigma_a$ the $d-q$ values left out, zeros counted:
$\mu_j\pm\sigma_a$, each $j\le k$ and $a$; $\mu_j$, $|m-n|$ times for each $j\le k$; $\lambda_i+\lambda_j$ for $i,j\le q$; and $0$,
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
    lambda change: _spectrum(**change),
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
    printed=r"""At (18), with $(p,g)$ running over the $k$ pairs $(\lambda_j^2,1)$, $(c_l^2,0)$, $(0,0)$ of eigenvalues of $SS^T$ and
$W^TW$, $c_l$ the singular values of $C_0$: the roots of $t^2-(p+g)t+pg-\sigma^2$ for each pair and each left-out $\sigma$; $1+p$
for each of the $q$ selected directions and each nonzero $p$; $p$ and $g$ for extra rows and columns; and $0$ for the rest""",
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
