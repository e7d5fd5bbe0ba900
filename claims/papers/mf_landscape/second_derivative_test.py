"""Section 2: the second derivative test and strict saddles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_identity import MatrixIdentity, MatrixInstance
from claims.evidence import Evidence
from claims.papers.mf_landscape.notation import (
    PLAIN,
    G,
    H,
    J,
    S,
    W,
    X,
    free_instances,
    hessian_blocks,
    moved,
    pair,
    second,
    second_by_differences,
    settle,
    small,
    t,
)
from claims.papers.mf_landscape.preliminaries import (
    CRITICAL,
    CRITICAL_WORDS,
    CUBIC,
    G2,
    H2,
    OF_J,
    ONE,
    QUARTIC,
    critical_instances,
)
from claims.registry import claim
from claims.statement import Erratum
from numeric.landscape.inertia import inertia
from numeric.landscape.objective import hessian_by_differences
from symbolic.matrix.arithmetic import as_expression
from symbolic.matrix.operations import norm2
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.symbols import matrix, scalar, vector, zeros

# The second derivative test. At (0, 0), m=n=k=1, X=1: D²J[(g, h)] = −2gh.


def _printed_degenerate(at: MatrixInstance) -> Fraction:
    """Return 1 if the given nonzero direction makes D² vanish, which by the text makes the point degenerate."""
    nonzero = any(e != 0 for name in ("G", "H") for e in at[name].entries())
    return Fraction(int(nonzero and second_by_differences(at)[0, 0] == 0))


def _singular_hessian(at: MatrixInstance) -> Fraction:
    return Fraction(int(inertia(hessian_by_differences(at["W"], at["S"], at["X"])).zero > 0))


def _along(g: int, h: int) -> MatrixInstance:
    return MatrixInstance(ONE.sizes, {**ONE.values, "G": small(1, 1, g), "H": small(1, 1, h)})


def _test_as_printed(instance: MatrixInstance) -> Evidence:
    scope = "J at (0, 0), m=n=k=1, X=1: the Hessian is [[0, −1], [−1, 0]]"
    return decide_at_instances(_printed_degenerate, _singular_hessian, [instance], scope)


@claim(
    "mf-landscape:section-2.classification",
    kind="section",
    label="Section 2, second derivative test",
    printed=r"""If $\forall H$, $D^2f(X_0)[H]>0$, $X_0$ is a local minimum; if $\forall H$, $D^2f(X_0)[H]<0$, a
local maximum; if $\forall H$, $D^2f(X_0)[H]\ne0$ but is sign indefinite, a saddle point. If there exists nonzero
$H$ with $D^2f(X_0)[H]=0$, the test is inconclusive and $X_0$ is termed degenerate""",
    hypotheses=[CRITICAL_WORDS],
    erratum=Erratum(
        "false-as-printed",
        "At the saddle (0, 0) of J with m = n = k = 1, X = 1, D²J[(g, h)] = −2gh vanishes at (1, 0), so the text "
        "calls it degenerate and the test inconclusive; its Hessian is invertible and the test conclusive. The saddle "
        "clause is empty: a form of both signs vanishes at some nonzero H. (And H ≠ 0 is meant in every clause.)",
        corrected_by="mf-landscape:section-2.classification.corrected",
    ),
)
def section_2_classification() -> Evidence:
    """A nondegenerate saddle is declared degenerate."""
    return _test_as_printed(_along(1, 0))


section_2_classification.near_misses(
    _test_as_printed,
    {"vanishing along the other axis": _along(0, 1), "vanishing along a multiple": _along(-3, 0)},
)

x = scalar("x")
KERNEL = matrix("K", "k", "k")


def _test_corrected(*, sign: int = 1, flat: int = 1) -> list[Evidence]:
    z, d = (W, S), (G, H)
    first, other = (G, H), (G2, H2)
    combined = (x * G + G2, x * H + H2)
    value, mixed = second(z, first), pair(hessian_blocks(z, other), first)
    # q(xH + K)·q(H) = (x q(H) + b)² − (b² − q(H)q(K)): if q(H) and q(K) have opposite signs a real x makes it zero.
    vanishing = MatrixIdentity(
        value * second(z, combined), (x * value + mixed) ** 2 - (mixed**2 - sign * value * second(z, other))
    )
    tangent = (W * KERNEL, -flat * KERNEL * S)
    return [
        *settle({"an indefinite form vanishes": vanishing}, free_instances([X, W, S, G, H, G2, H2, x])),
        *settle(
            {
                "both signs make a saddle": MatrixIdentity(
                    J(moved(z, t, d)) - J(), t**2 * (second() / 2 + t * CUBIC + t**2 * QUARTIC), CRITICAL
                )
            },
            critical_instances,
        ),
        *settle(
            {"never definite away from the origin": MatrixIdentity(second(z, tangent), as_expression(0), CRITICAL)},
            _critical_with_tangent,
        ),
        *settle({"never definite at the origin": _odd_at_the_origin()}, free_instances([X, G, H])),
    ]


def _critical_with_tangent() -> Iterator[MatrixInstance]:
    for at in critical_instances():
        k = at.sizes["k"]
        yield MatrixInstance(at.sizes, {**at.values, "K": small(k, k, *range(1, k * k + 1))})


def _odd_at_the_origin() -> MatrixIdentity:
    origin = (zeros("m", "k"), zeros("k", "n"))
    return MatrixIdentity(second(origin, (-G, H)), -second(origin, (G, H)))


@claim(
    "mf-landscape:section-2.classification.corrected",
    kind="correction",
    label="Section 2, second derivative test, corrected",
    printed=r"""Let $X_0$ be a critical point and $q(H)=D^2f(X_0)[H]$. If $q$ takes a negative (positive) value,
$X_0$ is not a local minimum (maximum), so it is a saddle point if $q$ takes both signs; then $q(H)=0$ for some
$H\neq0$, whether or not the Hessian map is singular. $X_0$ is degenerate if the Hessian map is singular; the test
is inconclusive only if moreover $q$ is semidefinite. For $J$, $q$ is never definite: $q(WK,-KS)=0$, and at the
origin $q(-G,H)=-q(G,H)$""",
    hypotheses=[OF_J, CRITICAL_WORDS],
    depends_on=["mf-landscape:equation-2.corrected", "mf-landscape:equation-5"],
    parts=[
        "an indefinite form vanishes",
        "both signs make a saddle",
        "never definite away from the origin",
        "never definite at the origin",
    ],
)
def section_2_classification_corrected() -> list[Evidence]:
    """The sign of J(Z + tD) − J(Z) = t²(½q(D) + O(t)) is that of q(D) for small t.

    If q(H) > 0 > q(K), then q(xH + K) = 0 for a real x, and xH + K ≠ 0 because K is no multiple of H.
    """
    return _test_corrected()


section_2_classification_corrected.near_misses(
    lambda run: run(),
    {
        "the discriminant with the wrong sign": partial(_test_corrected, sign=-1),
        "the tangent with equal signs": partial(_test_corrected, flat=-1),
    },
)


u, v, y = vector("u", "m"), vector("v", "n"), vector("y", "k")
sigma = scalar("sigma")
SINGULAR_PAIR = (Relation(X * v, sigma * u), Relation(X.T * u, sigma * v))


def _strict_saddle(*, factor: int = 1) -> list[Evidence]:
    z, d = (W, S), (G, H)
    origin = (zeros("m", "k"), zeros("k", "n"))
    image = hessian_blocks(origin, (u * y.T, y * v.T))
    taylor = MatrixIdentity(
        J(moved(z, t, d)) - J(), t**2 * (second() / 2 + factor * t * CUBIC + t**2 * QUARTIC), CRITICAL
    )
    return [
        *settle({"not a minimum": taylor}, critical_instances),
        *settle(
            {
                "inhabited, W": MatrixIdentity(image[0], -factor * sigma * (u * y.T), SINGULAR_PAIR),
                "inhabited, S": MatrixIdentity(image[1], -factor * sigma * (y * v.T), SINGULAR_PAIR),
            },
            _singular_pairs,
        ),
        # With S ≠ 0 (or W ≠ 0, transposed) J grows along some G both ways; at the origin see the test above.
        *settle({"no local maximum": MatrixIdentity(second(z, (G, zeros("k", "n"))), factor * norm2(G * S))}, PLAIN),
    ]


def _singular_pairs() -> Iterator[MatrixInstance]:
    for m, n, k in ((2, 3, 4), (4, 3, 2), (1, 1, 1)):
        values = {"X": small(m, n, *([0] * (m * n))), "u": small(m, 1, *([0] * m)), "v": small(n, 1, *([0] * n))}
        values["X"][0, n - 1], values["u"][0, 0], values["v"][n - 1, 0] = 3, 1, 1
        values |= {"sigma": small(1, 1, 3), "y": small(k, 1, *range(1, k + 1))}
        yield MatrixInstance({"m": m, "n": n, "k": k}, values)


@claim(
    "mf-landscape:section-2.strict-saddle",
    kind="definition",
    label="Section 2, strict saddles",
    printed=r"""A strict saddle is a critical point whose Hessian map has at least one negative eigenvalue (this
includes local maxima); for $\gamma>0$ a $\gamma$-strict saddle is a critical point with
$\lambda_{\min}(\nabla^2f(X_0))\le-\gamma$""",
    hypotheses=[OF_J],
    depends_on=["mf-landscape:equation-2.corrected", "mf-landscape:equation-5"],
    parts=["not a minimum", "inhabited, W", "inhabited, S", "no local maximum"],
)
def section_2_strict_saddle() -> list[Evidence]:
    """A definition: it excludes minima, and (0, 0) is σ-strict for every singular pair Xv = σu, Xᵀu = σv.

    The parenthesis is empty for J. If S ≠ 0 then D²J[(G, 0)] = ‖GS‖² > 0 for some G, likewise if W ≠ 0; at the origin
    D²J takes both signs or X = 0, where J vanishes at the origin and is positive somewhere near it.
    """
    return _strict_saddle()


section_2_strict_saddle.near_misses(
    lambda factor: _strict_saddle(factor=factor), {"twice the eigenvalue": 2, "a positive eigenvalue": -1}
)
