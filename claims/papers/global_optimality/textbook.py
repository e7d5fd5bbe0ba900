"""Facts of convex analysis and linear algebra that the paper's proofs use without stating them."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.citation import cite as cite_tried
from claims.checkers.standing import cite
from claims.evidence import Evidence
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.homogeneous.dependent_vectors import VectorFamily, families
from numeric.homogeneous.exact_spectra import RationalSpectrum, rational_spectra
from symbolic.homogeneous.argument import ARBITRARY, Argument

SMOOTH_CONVEX = Hypothesis("convex", r"$\ell$ is convex")
DIFFERENTIABLE = Hypothesis(
    "differentiable",
    r"""$\ell$ is differentiable at $X$: the difference quotient along $Z-X$ differs by less than any given $\rho>0$
from $\langle\nabla\ell(X),Z-X\rangle$ once the step is small""",
)


def _tangent(coefficient: int = 1) -> Argument:
    argument = Argument(
        ("e", "inverse", "rho", "L", "L0", "Le", "q", "d"),
        nonnegative={"e": ARBITRARY},
        small={"rho": ("e", "inverse", "Le", "q")},
        fixed=("L", "L0", "d"),
        follows={"e": ("inverse", "Le", "q")},
    )
    e, inverse, rho, L, L0, Le, q, d = argument.generators
    step = argument.given("a step e > 0", e, ">", by=ARBITRARY)
    convex = argument.given("ℓ(X + e(Z − X)) ≤ (1 − e)ℓ(X) + eℓ(Z)", (1 - e) * L0 + e * L - Le, by="convex")
    reciprocal = argument.reciprocal("1/e", inverse, step)
    quotient = argument.define("q = (ℓ(X + e(Z − X)) − ℓ(X))/e", q, inverse * (Le - L0))
    bounded = argument.conclude("q ≤ ℓ(Z) − ℓ(X)", L - L0 - q, {convex: inverse, reciprocal: -(L - L0), quotient: -1})
    close = argument.given("q ≥ ⟨∇ℓ(X), Z − X⟩ − ρ for small steps", q - d + rho, by="differentiable")
    nearly = argument.conclude("up to ρ", L - L0 - coefficient * d + rho, {bounded: 1, close: 1})
    argument.limit("ℓ(Z) ≥ ℓ(X) + ⟨∇ℓ(X), Z − X⟩", nearly, rho)
    return argument


@claim(
    "global-optimality:textbook.tangent",
    kind="fact",
    label="Convex functions lie above their tangents",
    printed=r"$\ell(Z)\ge\ell(X)+\langle\nabla\ell(X),Z-X\rangle$ for a convex function differentiable at $X$",
    hypotheses=[SMOOTH_CONVEX, DIFFERENTIABLE],
)
def tangent() -> Evidence:
    """Divide the inequality of convexity by the step, and let it tend to 0."""
    return prove_by_argument(
        _tangent,
        "the difference quotient is at most ℓ(Z) − ℓ(X)",
        concludes=lambda q: {"ℓ(Z) ≥ ℓ(X) + ⟨∇ℓ(X), Z − X⟩": q["L"] - q["L0"] - q["d"]},
    )


tangent.near_misses(
    lambda coefficient: prove_by_argument(lambda: _tangent(coefficient), "mutant"),
    {"twice the slope": 2, "the other sign": -1},
)


def _dependent(instances: list[VectorFamily]) -> Evidence:
    return cite_tried(
        "more than n vectors of an n-dimensional space are linearly dependent",
        "Axler, Linear Algebra Done Right, 2.22",
        VectorFamily.is_dependent,
        instances,
    )


@claim(
    "global-optimality:textbook.dependence",
    kind="fact",
    label="Linear dependence",
    printed=r"for $r>\mathrm{card}(D)$ vectors of $\mathbb R^D$ there is a $\theta\ne 0$ with $\sum_i\theta_i\phi_i=0$",
)
def dependence() -> Evidence:
    """The definition of dimension; tried at rational families, some with zero or equal vectors."""
    return _dependent(families(extra=1))


dependence.near_misses(
    _dependent, {"as many vectors as dimensions": families(extra=0), "one vector less": families(extra=-1)}
)


def _spectra(value: str) -> Evidence:
    return cite_tried(
        "every real matrix is UΣVᵀ with orthonormal columns and σ ≥ 0, and ⟨W, Z⟩ ≤ ‖W‖‖Z‖_* for the largest and the "
        "sum of the singular values",
        "Horn and Johnson, Matrix Analysis, Theorems 2.6.3 and 7.4.1.3",
        lambda i: i.dual_pairing() == getattr(i, value)(),
        rational_spectra(),
    )


@claim(
    "global-optimality:textbook.singular-values",
    kind="fact",
    label="Singular values",
    printed=r"""$Z=\sum_i\sigma_iu_iv_i^\top$ with orthonormal $u_i$, $v_i$ and $\sigma\ge 0$;
$\|Z\|_*=\sum_i\sigma_i$, $\|W\|=\max_i\sigma_i(W)$, $\langle W,Z\rangle\le\|W\|\,\|Z\|_*$,
$\langle W,uv^\top\rangle\le\|W\|\|u\|_2\|v\|_2$""",
)
def singular_values() -> Evidence:
    """Tried where the decomposition is rational: ⟨UVᵀ, Z⟩ = Σσ."""
    return _spectra(RationalSpectrum.sum.__name__)


singular_values.near_misses(
    _spectra,
    {
        "the sum of the squares": RationalSpectrum.square_sum.__name__,
        "soft-thresholded values": RationalSpectrum.thresholded_sum.__name__,
    },
)


@claim(
    "global-optimality:textbook.compactness",
    kind="fact",
    label="Compact sets of a finite-dimensional space",
    printed="""a bounded sequence has a convergent subsequence, and a continuous function on a compact set attains its
least and greatest value; so two norms bound each other by constants""",
)
def compactness() -> Evidence:
    """Outside theory."""
    return cite("Bolzano-Weierstrass, and the extreme value theorem", "Rudin, Principles, Theorems 3.6 and 4.16")


@claim(
    "global-optimality:textbook.subgradient",
    kind="fact",
    label="Subgradients in the relative interior",
    printed=r"""a convex function has a subgradient at every point of the relative interior of its domain, and
$W\in\partial\Omega(X)$ if and only if $\langle W,X\rangle=\Omega(X)+\Omega^*(W)$""",
)
def subgradient() -> Evidence:
    """Outside theory."""
    return cite("existence of subgradients, and Fenchel's equality", "Rockafellar, Convex Analysis, 23.4 and 23.5")


@claim(
    "global-optimality:textbook.linear-programming",
    kind="fact",
    label="Linear programming",
    printed=r"""over $\{w\ge 0:Aw=X\}$ with $A$ of rank $d$ a cost $c\ge 0$ has a least value, attained at a basic
solution, which has at most $d$ nonzero entries; from any basic solution one is reached along finitely many edges, each
with at most $d+1$ nonzero entries, on which the cost never increases; with ties broken lexicographically the optimal
basic solution, which can be reached in this way, is a continuous, piecewise affine function of $X$ on every segment""",
)
def linear_programming() -> Evidence:
    """Outside theory; every path drawn from it here is verified segment by segment."""
    return cite(
        "the simplex method with a rule against cycling, and parametric right-hand sides",
        "Dantzig and Thapa, Linear Programming 2: Theory and Extensions, chapters 3 and 6; Murty, chapter 8",
    )


@claim(
    "global-optimality:textbook.logarithm",
    kind="fact",
    label="The tangent of the logarithm",
    printed=r"$\ln y\le y-1$ for $y>0$",
)
def logarithm() -> Evidence:
    """Outside theory."""
    return cite("the logarithm is concave with slope 1 at 1", "Rudin, Principles, chapter 8")


@claim(
    "global-optimality:textbook.intermediate-value",
    kind="fact",
    label="Intermediate values",
    printed="""a continuous function on an interval with a positive and a negative value has a zero, and among its zeros
there is a first""",
)
def intermediate_value() -> Evidence:
    """Outside theory."""
    return cite("the intermediate value theorem; the zeros are a closed set", "Rudin, Principles, Theorem 4.23")
