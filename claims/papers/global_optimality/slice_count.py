"""Theorem 17: with card(D) slices a path to a global minimizer may have to increase."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import exhibit
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, INTERMEDIATE
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.homogeneous.barrier_pair import QuarticSlice, slice_at
from symbolic.homogeneous.argument import Argument


def _barrier(height: Fraction = Fraction(77, 18)) -> Argument:
    """ℓ = ½(Φ − 3)², λ = 1, by coordinates: one slice stands at the barrier, the others on their side of it."""
    names = ("x", "y", "phi", "f", "z", "v", "psi", "h", "one", "R", "n")
    argument = Argument(
        names, indexed={"h": "j", "one": "j", "psi": "j", "z": "j", "v": "j"}, totals={"R": ("h",), "n": ("one",)}
    )
    x, y, phi, f, z, v, psi, h, one, R, n = argument.generators
    at = argument.given("y² − 2x² changes its sign, so it is 0 first", y**2 - 2 * x**2, "=", by=INTERMEDIATE)
    image = argument.define("φ = (x² + y²)²", phi, (x**2 + y**2) ** 2)
    value = argument.define(
        "f = ½(φ − 3)² + x⁴ + 2y⁴ + 6x²y²", f, (phi - 3) ** 2 / 2 + x**4 + 2 * y**4 + 6 * x**2 * y**2
    )
    square = argument.square("(φ − 2/3)² ≥ 0", phi - Fraction(2, 3))
    # There g = (7/3)φ: x⁴ + 2y⁴ + 6x²y² = (7/3)(x² + y²)² − (y² − 2x²)²/3.
    ratio = (2 * x**2 - y**2) * Fraction(1, 3)
    high = argument.conclude(
        "f ≥ 77/18 there", f - height, {value: 1, square: Fraction(1, 2), at: ratio, image: -Fraction(7, 3)}
    )
    side = argument.given("the others: v² ≥ 2z²", v**2 - 2 * z**2, by="quartic pair", each="j")
    their_image = argument.define("ψ = (z² + v²)²", psi, (z**2 + v**2) ** 2)
    their_value = argument.define(
        "h, the value of coordinate j", h, (psi - 3) ** 2 / 2 + z**4 + 2 * v**4 + 6 * z**2 * v**2
    )
    their_square = argument.square("(ψ − 1)² ≥ 0", psi - 1)
    gain = argument.square("z⁴ ≥ 0", z**2)
    unit = argument.given("one counts the others", one - 1, "=", by="quartic pair", each="j")
    # g − 2ψ = z²(2v² − z²) = 2z²(v² − 2z²) + 3z⁴.
    each = argument.conclude(
        "h ≥ 4",
        h - 4 * one,
        {their_value: 1, their_square: Fraction(1, 2), side: 2 * z**2, gain: 3, their_image: -2, unit: -4},
    )
    rest = argument.sum_over("the others together are at least 4 each", each)
    argument.conclude("f_r ≥ 4(D − 1) + 77/18 > 4D", f + R - 4 * n - height, {high: 1, rest: 1})
    return argument


def _pair(factor: int = 1) -> Argument:
    """φ ≤ g on a slice: where g ≤ 1 the slice is bounded by 1, and g > 0 where φ ≠ 0."""
    argument = Argument(("x", "y", "phi", "g"))
    x, y, phi, g = argument.generators
    by = "quartic pair"
    image = argument.given("φ = (x² + y²)²", phi - (x**2 + y**2) ** 2, "=", by=by)
    cost = argument.given("g = x⁴ + 2y⁴ + 6x²y²", g - x**4 - 2 * y**4 - 6 * x**2 * y**2, "=", by=by)
    fourth, mixed = argument.square("y⁴ ≥ 0", y**2), argument.square("x²y² ≥ 0", x * y)
    argument.conclude("φ ≤ g", g - factor * phi, {cost: 1, image: -1, fourth: 1, mixed: 4})
    return argument


def _two_sides(points: tuple[QuarticSlice, QuarticSlice]) -> Evidence:
    """Whether the first slice is a spurious start and the second a smaller value beyond the barrier."""
    start, better = points
    return exhibit(
        start,
        {
            "the start has the value 4 and lies on its side": lambda p: p.value == 4 and p.side > 0,
            "a smaller value lies on the other": lambda _: better.value < 4 and better.side < 0,
        },
        "f₁(0, 1) = 4 with y² > 2x² and f₁(1, 0) = 3 with y² < 2x²",
        part="two sides",
    )


@claim(
    "global-optimality:theorem-17.sharp",
    kind="remark",
    label="Theorem 17, the number of slices",
    printed=r"""$r>\mathrm{card}(D)$ is sharp: for every $\mathrm{card}(D)$ there are a nondegenerate pair with $\Gamma$
compact and a point with $r=\mathrm{card}(D)$ from which every continuous path to a global minimizer must increase, by
at least $5/18$. On slices of $D$ pairs $(x_j,y_j)$, at most one of them not zero, take $\phi_j=(x_j^2+y_j^2)^2$,
$g=\sum_j(x_j^4+2y_j^4+6x_j^2y_j^2)$, $\ell=\tfrac12\sum_j(X_j-3)^2$, $\lambda=1$, and one slice $(0,1)$ in each
coordinate""",
    hypotheses=[
        DEGREE,
        Hypothesis(
            "quartic pair",
            r"""the pair printed, and the point where a path to the other side first meets $y^2=2x^2$ in some slice:
that slice is there, the others still have $y^2\ge 2x^2$ and are one in each coordinate""",
        ),
    ],
    depends_on=[INTERMEDIATE],
    parts=["barrier", "pair", "two sides"],
)
def theorem_17_sharp() -> list[Evidence]:
    """y² − 2x² is continuous along each slice, and 0 where a slice is zero, so none can change its coordinate before.
    On the side of the start f_r ≥ 4D, so a path to a smaller value must meet the barrier, where f_r is higher still. On
    the other side the slices (1, 0) have at most 3D < 4D; the least value there is 5D/2. As φ ≤ g, the slices with
    g ≤ 1 are a closed bounded set, and Γ is its continuous image; on the circle that is the fibre of an output not 0
    the continuous g is positive and has a least value, so the pair is nondegenerate."""  # noqa: D205, D209
    return [
        prove_by_argument(
            _barrier,
            "f_r at the barrier exceeds f_r at the start",
            part="barrier",
            concludes=lambda q: {
                "on the side of the start h ≥ 4 for each coordinate": q["h"] - 4 * q["one"],
                "f_r ≥ 4(D − 1) + 77/18 > 4D": q["f"] + q["R"] - q["n"] * 4 - Fraction(77, 18),
            },
            idle={"positive degree": "the pair is given by formulas, of degree 4"},
        ),
        prove_by_argument(
            _pair,
            "a slice of cost at most 1 is bounded, and one with an output costs something",
            part="pair",
            concludes=lambda q: {"φ ≤ g": q["g"] - q["phi"]},
            idle={"positive degree": "the pair is given by formulas, of degree 4"},
        ),
        _two_sides((slice_at(0, 1), slice_at(1, 0))),
    ]


theorem_17_sharp.near_misses(
    lambda height: prove_by_argument(lambda: _barrier(height), "mutant", part="barrier"),
    {"a barrier of height 79/18": Fraction(79, 18), "a barrier of height 4 + 1/3": Fraction(13, 3)},
)
theorem_17_sharp.near_misses(
    lambda factor: prove_by_argument(lambda: _pair(factor), "mutant", part="pair"), {"2φ ≤ g": 2}
)
theorem_17_sharp.near_misses(
    _two_sides,
    {
        "a start beyond the barrier": (slice_at(1, 0), slice_at(1, 0)),
        "no smaller value": (slice_at(0, 1), slice_at("1/2", 0)),
    },
)
