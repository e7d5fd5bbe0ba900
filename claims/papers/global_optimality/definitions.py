"""Section 3: positive homogeneity and the one-sided directional derivative."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.evidence import Evidence
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.homogeneous.argument import ARBITRARY, Argument

HOMOGENEOUS = Hypothesis(
    "homogeneous", r"$\theta(\alpha x)=\alpha^p\theta(x)$ for $\alpha\ge 0$ with $p\ne 0$, so $2^p\ne 1$"
)


def _value_at_zero(*, degree_not_zero: bool = True, factor: int = 2) -> Argument:
    argument = Argument(("power", "inverse", "theta"))
    power, inverse, theta = argument.generators
    scaled = argument.given("θ(α0) = α^pθ(0) at α = 2, with power = 2^p", power * theta - theta, "=", by="homogeneous")
    invertible = argument.given("1/(2^p − 1) exists", inverse * (power - 1) - 1, "=", by="homogeneous")
    premises = {scaled: inverse, invertible: -theta} if degree_not_zero else {scaled: inverse}
    argument.conclude("θ(0) = 0", theta * (factor - 1), premises)
    return argument


@claim(
    "global-optimality:definition-3",
    kind="definition",
    label="Definition 3",
    printed=r"""$\theta$ is positively homogeneous with degree $p$ if $\theta(\alpha x)=\alpha^p\theta(x)$ for all
$\alpha\ge 0$; this implies $\theta(0,\dots,0)=0$ for $p\ne 0$""",
    hypotheses=[Hypothesis("finite values", r"$\theta$ has values in $\mathbb R^D$"), HOMOGENEOUS],
)
def definition_3() -> Evidence:
    """(2^p − 1)θ(0) = 0. At α = 0 the definition itself excludes p < 0, for 0^p is not defined then."""
    return prove_by_argument(
        _value_at_zero,
        "θ(0) = 0 unless p = 0",
        concludes=lambda q: {"θ(0) = 0": (q["theta"], "=")},
        idle={"finite values": "it says that 2^pθ(0) and θ(0) may be subtracted"},
    )


@definition_3.mutant("p = 0 allowed")
def _() -> Evidence:
    return prove_by_argument(lambda: _value_at_zero(degree_not_zero=False), "mutant")


@definition_3.mutant("twice the value")
def _() -> Evidence:
    return prove_by_argument(lambda: _value_at_zero(factor=3), "mutant")


def _directional(power: int = 1, sign: int = 1) -> Argument:
    argument = Argument(
        ("e", "inverse", "q", "G", "d", "rho"),
        nonnegative={"e": ARBITRARY, "rho": ARBITRARY},
        follows={"rho": ("e", "inverse", "d", "q"), "e": ("inverse", "d", "q")},
    )
    e, inverse, q, G, d, rho = argument.generators
    step = argument.given("a step e > 0", e, ">", by=ARBITRARY)
    above = argument.given("θ(x+ez) − θ(x) − e⟨∇θ(x), z⟩ ≤ ρe once e is small", rho * e - (d - e * G), by="gradient")
    below = argument.given("and it is at least −ρe", rho * e + (d - e * G), by="gradient")
    reciprocal = argument.reciprocal("1/e", inverse, step)
    quotient = argument.define("q is the difference quotient", q, inverse * d)
    # (1/e)(ρe − d + eG) = ρ − q + G by both equations.
    argument.conclude(
        "q − ⟨∇θ, z⟩ ≤ ρ",
        rho - q + sign * G,
        {above: inverse**power, quotient: -1, reciprocal: -(rho + G)},
    )
    argument.conclude(
        "q − ⟨∇θ, z⟩ ≥ −ρ", rho + q - sign * G, {below: inverse**power, quotient: 1, reciprocal: -(rho - G)}
    )
    return argument


@claim(
    "global-optimality:definition-5",
    kind="definition",
    label="Definition 5",
    printed=r"""$d\theta(x)(z)\equiv\lim_{\epsilon\searrow 0}(\theta(x+\epsilon z)-\theta(x))\epsilon^{-1}$, and for a
differentiable function $d\theta(x)(z)=\langle\nabla\theta(x),z\rangle$""",
    hypotheses=[
        Hypothesis(
            "gradient",
            r"""for every $\rho>0$, $|\theta(x+\epsilon z)-\theta(x)-\epsilon\langle\nabla\theta(x),z\rangle|
\le\rho\epsilon$ once $\epsilon>0$ is small""",
        )
    ],
)
def definition_5() -> Evidence:
    """Differentiable means that the remainder along z is at most ρε; divide by ε."""
    return prove_by_argument(
        _directional,
        "the difference quotient comes within any ρ of the inner product",
        concludes=lambda q: {
            "q − ⟨∇θ, z⟩ ≤ ρ": -q["q"] + q["G"] + q["rho"],
            "q − ⟨∇θ, z⟩ ≥ −ρ": q["q"] - q["G"] + q["rho"],
        },
    )


definition_5.near_misses(
    lambda pair: prove_by_argument(lambda: _directional(*pair), "mutant"),
    {"divided by the square of epsilon": (2, 1), "the gradient with the other sign": (1, -1)},
)
