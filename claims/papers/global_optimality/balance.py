"""Section 6.1: degrees that do not balance, and paths that leave the origin."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.checkers.homogeneity import decide_degree
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import INTERMEDIATE
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.degree_examples import CubicPoint, EscapePath, curve_point
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.degrees import added, factor, norm, raised

MISMATCH = Hypothesis(
    "mismatched degrees",
    r"""$\ell$ is convex with $\partial\ell(0)\ne\emptyset$; $\Phi$ has degree $p$, $G\ge 0$ has degree $p'<p$;
    $G(0)=0$ and
$G>0$ where $\Phi\ne 0$""",
)
CORRECTED = "global-optimality:proposition-19.corrected"
BOUNDS = Hypothesis(
    "bounds",
    r"""$G(X)\ge c\|X\|^{p'}$ and $\|\Phi(X)\|\le C\|X\|^p$ with $c>0$: as for continuous $\Phi$ and $G$ with $G$
positive off 0""",
)


def _local_minimum(points: list[CubicPoint]) -> Evidence:
    return decide_at_points(
        points,
        {
            "degrees 3 and 2, and G > 0 where Φ ≠ 0": CubicPoint.satisfies_hypotheses,
            "within distance 1 of the origin": lambda p: p.is_within(Fraction(1)),
        },
        CubicPoint.is_above_origin,
        "f(X) ≥ f(0) near the origin",
        "Φ = xy², G = x², ℓ = ½(X − 1)², along x = y²/4",
    )


def _below_near_origin(coefficient: int = 1) -> Argument:
    """f(y²/4, y) − ½ = −(3/16)y⁴ + y⁸/32: below ½ at every distance, for y² ≤ 1."""
    argument = Argument(("y", "f"))
    y, f = argument.generators
    quarter = y**4 * Fraction(1, 4)
    small = argument.given("y⁴ ≤ 1", 1 - y**4, by="near the origin")
    value = argument.define("f at (y²/4, y)", f, (quarter - 1) ** 2 * Fraction(1, 2) + y**4 * Fraction(1, 16))
    argument.conclude(
        "f ≤ ½ − (5/32)y⁴ for all such y",
        Fraction(1, 2) - Fraction(5, 32) * y**4 * coefficient - f,
        {value: -1, small: y**4 * Fraction(1, 32)},
    )
    return argument


@claim(
    "global-optimality:proposition-19",
    kind="proposition",
    label="Proposition 19",
    printed=r"""$\min\tilde f=\ell(\Phi(X))+G(X)$ will always have a local minimum at $0$; additionally, for every
    $X$ with
$\Phi(X)\ne 0$, $\tilde f(\epsilon X)>\tilde f(0)$ for $\epsilon>0$ sufficiently small""",
    hypotheses=[MISMATCH, Hypothesis("near the origin", r"for the witness: $|y|\le 1$")],
    erratum=Erratum(
        "false-as-printed",
        "How small ε must be depends on the direction, so the origin need not be a local minimum: for Φ = xy², "
        "G = x², ℓ = ½(X − 1)² the values at (y²/4, y) are below f(0) for all small y. The second claim is right, and "
        "so is the first if on the unit sphere G is bounded below by a positive number and Φ is bounded, as for "
        "continuous Φ and G with G positive off 0.",
        corrected_by="global-optimality:proposition-19.corrected",
    ),
)
def proposition_19() -> list[Evidence]:
    """Along x = y²/4 the regularizer y⁴/16 is beaten by the gain y⁴/4 of the loss."""
    return [
        prove_by_argument(
            _below_near_origin,
            "points below f(0) at every distance",
            concludes=lambda q: {
                "f ≤ ½ − (5/32)y⁴ for all such y": -(q["y"] ** 4) * Fraction(5, 32) - q["f"] + Fraction(1, 2)
            },
        ),
        _local_minimum([curve_point("1/10")]),
    ]


proposition_19.near_misses(
    _local_minimum,
    {"a point far off": [curve_point(2)], "a point on the axis of directions": [curve_point(3, 1)]},
)


@proposition_19.mutant("below by twice as much")
def _() -> Evidence:
    return prove_by_argument(lambda: _below_near_origin(2), "mutant")


def _along_rays(small: int = 1) -> Argument:
    """(54)–(56): with E = ε^{p−p'}, the difference over ε^{p'} is at least E⟨s, Φ⟩ + G."""
    argument = Argument(
        ("E", "scale", "sPhi", "size", "G", "difference", "inverse"),
        nonnegative={"E": "mismatched degrees", "scale": "mismatched degrees"},
    )
    E, scale, sPhi, size, G, difference, inverse = argument.generators
    by = "mismatched degrees"
    subgradient = argument.given(
        "(55)–(56): difference ≥ ε^{p'}(E⟨s, Φ⟩ + G), s ∈ ∂ℓ(0)", difference - scale * (E * sPhi + G), by=by
    )
    bound = argument.given("size = |⟨s, Φ⟩|", sPhi + size, by=by)
    choice = argument.given(
        "E·size ≤ G/2 for ε small, as p > p' and G > 0", small * G * Fraction(1, 2) - E * size, by=by
    )
    half = argument.conclude(
        "difference ≥ ε^{p'}G/2",
        difference - scale * G * Fraction(1, 2),
        {subgradient: 1, bound: scale * E, choice: scale},
    )
    positive = argument.given("G > 0, as Φ ≠ 0", G, ">", by=by)
    unit = argument.reciprocal("1/ε^{p'}", inverse, argument.given("ε^{p'} > 0", scale, ">", by=by))
    # inverse·difference = inverse(difference − scale·G/2) + (G/2)(inverse·scale − 1) + G/2.
    argument.conclude(
        "(f(εX) − f(0))/ε^{p'} > 0",
        inverse * difference,
        {half: inverse, unit: G * Fraction(1, 2), positive: Fraction(1, 2)},
    )
    return argument


@claim(
    "global-optimality:proposition-19.rays",
    kind="proposition",
    label="Proposition 19, the second claim",
    printed=r"for every $X$ with $\Phi(X)\ne 0$, $\tilde f(\epsilon X)>\tilde f(0)$ for "
    r"$\epsilon>0$ sufficiently small",
    hypotheses=[MISMATCH],
)
def proposition_19_rays() -> Evidence:
    """On one ray the ratio of the two terms is ε^{p−p'} times a constant."""
    return prove_by_argument(
        _along_rays,
        "the regularizer dominates on each ray",
        concludes=lambda q: {
            "difference ≥ ε^{p'}G/2": q["difference"] - q["scale"] * q["G"] * Fraction(1, 2),
            "(f(εX) − f(0))/ε^{p'} > 0": (q["inverse"] * q["difference"], ">"),
        },
    )


proposition_19_rays.near_misses(
    lambda small: prove_by_argument(lambda: _along_rays(small), "mutant"), {"E·size ≤ G": 2, "E·size ≤ 3G/2": 3}
)


def _uniform(half: int = 1) -> Argument:
    names = ("n", "E", "c", "C", "s", "sPhi", "G", "difference", "share")
    reasons = dict.fromkeys(("n", "E", "s"), "near the origin") | {"c": "bounds", "C": "bounds"}
    argument = Argument(names, nonnegative=reasons)
    n, E, c, C, s, sPhi, G, difference, share = argument.generators
    subgradient = argument.given("difference ≥ ⟨s, Φ⟩ + G", difference - sPhi - G, by="mismatched degrees")
    image = argument.given(
        "⟨s, Φ⟩ ≥ −|s|C‖X‖^p = −|s|C·E·n with n = ‖X‖^{p'}, E = ‖X‖^{p−p'}", sPhi + s * C * E * n, by="bounds"
    )
    lower = argument.given("G ≥ c n", G - c * n, by="bounds")
    near = argument.given("‖X‖ so small that |s|C·E ≤ c/2", half * c * Fraction(1, 2) - s * C * E, by="near the origin")
    bound = argument.conclude(
        "f(X) − f(0) ≥ ½c‖X‖^{p'}", difference - c * n * Fraction(1, 2), {subgradient: 1, image: 1, lower: 1, near: n}
    )
    away = argument.given("X ≠ 0", n, ">", by="near the origin")
    unit = argument.reciprocal("1/‖X‖^{p'}", share, away)
    rate = argument.given("c > 0", c, ">", by="bounds")
    # share·difference − c/2 = share(difference − cn/2) + (c/2)(share·n − 1).
    argument.conclude(
        "(f(X) − f(0))/‖X‖^{p'} > 0: a strict minimum",
        share * difference,
        {bound: share, unit: c * Fraction(1, 2), rate: Fraction(1, 2)},
    )
    return argument


def _leaving(half: int = 1) -> Argument:
    """A path from 0 that leaves a ball within which the bound holds passes a point of any smaller norm border > 0."""
    argument = Argument(("c", "n", "border", "difference", "inverse"), nonnegative={"c": "bounds"})
    c, n, border, difference, inverse = argument.generators
    bound = argument.given(
        "f − f(0) ≥ ½c‖X‖^{p'} at the points of the path in the ball", difference - c * n * Fraction(1, 2), by="ball"
    )
    first = argument.given("where it first has the norm of the border", n - border, "=", by=INTERMEDIATE)
    risen = argument.conclude(
        "f has risen by ½c·border there",
        difference - half * c * border * Fraction(1, 2),
        {bound: 1, first: c * Fraction(1, 2)},
    )
    away = argument.given("a border between the norms 0 and that of a point passed", border, ">", by=INTERMEDIATE)
    unit = argument.reciprocal("1/border", inverse, away)
    rate = argument.given("c > 0", c, ">", by="bounds")
    # inverse·difference = inverse(difference − c·border/2) + (c/2)(inverse·border − 1) + c/2.
    argument.conclude(
        "f has risen: (f(X) − f(0))/border > 0",
        inverse * difference,
        {risen: inverse, unit: c * Fraction(1, 2), rate: Fraction(1, 2)},
    )
    return argument


@claim(
    "global-optimality:proposition-19.corrected",
    kind="correction",
    label="Proposition 19, corrected",
    printed=r"""if moreover $G(X)\ge c\|X\|^{p'}$ and $\|\Phi(X)\|\le C\|X\|^p$ with $c>0$, then
$\tilde f(X)-\tilde f(0)\ge\tfrac c2\|X\|^{p'}$ near 0: a strict local minimum, which every path must leave upwards""",
    hypotheses=[
        MISMATCH,
        BOUNDS,
        Hypothesis("near the origin", r"$X\ne 0$ and $|s|C\|X\|^{p-p'}\le c/2$ for some $s\in\partial\ell(0)$"),
    ],
    depends_on=[INTERMEDIATE],
    parts=["ball", "leaving"],
)
def proposition_19_corrected() -> list[Evidence]:
    """One radius serves all directions, and the norm is continuous along a path."""
    return [
        prove_by_argument(
            _uniform,
            "the regularizer dominates on a ball",
            part="ball",
            concludes=lambda q: {
                "f(X) − f(0) ≥ ½c‖X‖^{p'}": q["difference"] - q["c"] * q["n"] * Fraction(1, 2),
                "(f(X) − f(0))/‖X‖^{p'} > 0: a strict minimum": (q["difference"] * q["share"], ">"),
            },
        ),
        prove_by_argument(
            _leaving,
            "a path that leaves the ball rises",
            part="leaving",
            concludes=lambda q: {
                "f has risen by ½c·border there": -q["c"] * q["border"] * Fraction(1, 2) + q["difference"],
                "f has risen: (f(X) − f(0))/border > 0": (q["inverse"] * q["difference"], ">"),
            },
        ),
    ]


proposition_19_corrected.near_misses(
    lambda half: prove_by_argument(lambda: _uniform(half), "mutant", part="ball"),
    {"|s|C·E ≤ c only": 2, "|s|C·E ≤ 3c/2 only": 3},
)


@proposition_19_corrected.mutant("it rises by twice as much")
def _() -> Evidence:
    return prove_by_argument(lambda: _leaving(2), "mutant", part="leaving")


def _must_increase(path: EscapePath) -> Evidence:
    return decide_at_points(
        [path],
        {"the path leads from the origin to a smaller value": EscapePath.starts_at_origin_and_escapes},
        EscapePath.must_increase,
        "every path that escapes the origin increases somewhere",
        "Φ = xy², G = x², ℓ = ½(X − 1)²",
    )


@claim(
    "global-optimality:section-6.1.increasing-path",
    kind="section",
    label="Section 6.1, leaving the origin",
    printed="""unless the origin is a global minimizer, there will always be a local minimum at the origin, and
    from the origin
it will always be necessary to take an increasing path to escape the local minimum""",
    hypotheses=[MISMATCH],
    depends_on=["global-optimality:proposition-19"],
    erratum=Erratum(
        "false-as-printed",
        "Where Φ and G both vanish the objective is flat, and a path may leave along there: for Φ = xy², G = x², "
        "(0, 0) → (0, 1) is flat and → (1/3, 1) descends from 1/2 to 1/3. True if the "
        "origin is a strict local minimum.",
        corrected_by="global-optimality:proposition-19.corrected",
    ),
)
def increasing_path() -> Evidence:
    """f(0, y) = 1/2, and f(x, 1) = ½(x − 1)² + x² falls until x = 1/3."""
    return _must_increase(EscapePath(Fraction(1), Fraction(1, 3)))


increasing_path.near_misses(
    _must_increase,
    {
        "a path that does not get below": EscapePath(Fraction(1), Fraction(1)),
        "a path that stays": EscapePath(Fraction(1), Fraction(0)),
    },
)


def _regularizer_57(printed: int) -> Evidence:
    return decide_degree(added(*(raised(norm(factor(f"X{i}")), 2) for i in (1, 2, 3))), printed, [], part="degree")


def _lower_bound_57(c: int = 1) -> Argument:
    """Σ‖X^i‖^{p'} bounds itself: G = λ‖X‖^{p'} for the joint norm (Σ‖X^i‖^{p'})^{1/p'}, p' = 1 or 2."""
    argument = Argument(("lam", "n", "N", "G", "joint"), indexed={"n": "i"}, totals={"N": ("n",)})
    lam, _, N, G, joint = argument.generators
    value = argument.given("G = λΣ‖X^i‖^{p'}", G - lam * N, "=", by="regularizer")
    norm_ = argument.given("‖X‖^{p'} = Σ‖X^i‖^{p'} for the joint norm", joint - N, "=", by="regularizer")
    argument.conclude("G = λ‖X‖^{p'}", G - c * lam * joint, {value: 1, norm_: -lam})
    return argument


def _minimum_57(half: int = 1) -> Argument:
    argument = Argument(("lam", "n", "c", "difference"), nonnegative={"lam": "regularizer", "n": "regularizer"})
    lam, n, c, difference = argument.generators
    level = argument.define("c = λ, by the part before", c, lam)
    bound = argument.given("f(X) − f(0) ≥ ½c‖X‖^{p'} near 0", difference - c * n * Fraction(1, 2), by=CORRECTED)
    rises = argument.conclude(
        "f(X) − f(0) ≥ ½λ‖X‖^{p'} near 0",
        half * difference - lam * n * Fraction(1, 2),
        {bound: 1, level: n * Fraction(1, 2)},
    )
    size = argument.known("λ‖X‖^{p'} ≥ 0", lam * n)
    argument.conclude("f(X) ≥ f(0) near 0", difference, {rises: 1, size: Fraction(1, 2)})
    return argument


@claim(
    "global-optimality:equation-57",
    kind="equation",
    label="Equation (57)",
    printed=r"""$\ell(\Phi(X))+\lambda\sum_{i=1}^K\|X^i\|^{p'}$ with $\Phi$ of degree $K>2$ and $p'\in\{1,2\}$ is
    an instance of
$p>p'$: the origin is a local minimum (read with $\Phi$ continuous, or $\|\Phi(X)\|\le C\|X\|^K$; here $p'<K$)""",
    hypotheses=[
        Hypothesis(
            "bounded map",
            r"""$\|\Phi(X)\|\le C\|X\|^K$, as for every continuous $\Phi$; the paper does not say it, and without it the
origin need not be a local minimum. $G\ge\lambda\|X\|^{p'}$ is the first part on $G$""",
        ),
        Hypothesis(
            "regularizer",
            r"$G=\lambda\sum_i\|X^i\|^{p'}$, $\lambda>0$, with the norm $\|X\|=(\sum_i\|X^i\|^{p'})^{1/p'}$",
        ),
        Hypothesis(
            "degrees",
            r"""$\ell$ is convex with $\partial\ell(0)\ne\emptyset$; $\Phi$ has degree $K>2$ and
$p'\in\{1,2\}$, so $p'<K$; $G\ge 0$ has degree $p'$, and $G>0$ off 0""",
        ),
        Hypothesis("neighbourhood", r"$X\ne 0$ and $|s|C\|X\|^{K-p'}\le\lambda/2$ for some $s\in\partial\ell(0)$"),
    ],
    depends_on=[CORRECTED],
    parts=["degree", "bound", "minimum"],
)
def equation_57() -> list[Evidence]:
    """G is λ times the power of a norm, so the corrected Proposition 19 applies with c = λ. Without the bound of Φ it
    fails: |X|³/θ, θ the angle in (0, 2π], with λ|X|², ½(z − 1)² is below its value at 0 along θ = |X|². The degree of
    the regularizer is decided at K = 3, p' = 2."""  # noqa: D205, D209
    return [
        _regularizer_57(2),
        prove_by_argument(
            _lower_bound_57,
            "the regularizer is λ times the power of the joint norm",
            concludes=lambda q: {"G = λ‖X‖^{p'}": (q["G"] - q["lam"] * q["joint"], "=")},
            part="bound",
        ),
        prove_by_argument(
            _minimum_57,
            "the origin is a local minimum",
            concludes=lambda q: {
                "f(X) − f(0) ≥ ½λ‖X‖^{p'} near 0": q["difference"] - q["lam"] * q["n"] * Fraction(1, 2),
                "f(X) ≥ f(0) near 0": q["difference"],
            },
            discharged={
                CORRECTED: {
                    "mismatched degrees": "degrees",
                    "bounds": "bounded map",
                    "near the origin": "neighbourhood",
                }
            },
            part="minimum",
        ),
    ]


equation_57.near_misses(_regularizer_57, {"the degree is K p'": 6})


@equation_57.mutant("twice the bound")
def _() -> Evidence:
    return prove_by_argument(lambda: _lower_bound_57(2), "mutant", part="bound")
