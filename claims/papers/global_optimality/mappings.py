"""Section 4.1: elemental mappings, their sums over slices, and the degrees of the examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points, exhibit
from claims.checkers.homogeneity import decide_degree
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.exact_layers import (
    pooled_network,
    rectified_power,
    response_normalized_fourth_power,
    with_biases,
)
from numeric.homogeneous.exact_maps import ScalingPoint, fractions, network, outer, scaling_points, two_layers
from numeric.homogeneous.exact_point import ExactPoint, at
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.degrees import Term, added, factor, linear, multilinear, pooled, raised, rectified

X1, X2, X3, X4 = (factor(f"x{i}") for i in (1, 2, 3, 4))
DATA = fractions([[1, -2], ["1/2", 3], [-1, "1/3"]])

Degree = Callable[[int], Evidence]


def _degree_of(term: Term, points: Sequence[ScalingPoint]) -> Degree:
    return lambda printed: decide_degree(term, printed, points)


def _sum_of_slices(power: int = 1) -> Argument:
    names = ("t", "f", "m", "F", "M")
    argument = Argument(
        names, nonnegative={"t": "positive degree"}, indexed={"f": "i", "m": "i"}, totals={"F": ("f",), "M": ("m",)}
    )
    t, f, m, F, M = argument.generators
    slice_ = argument.given("φ(αX_i) = t φ(X_i), t = α^p", m - t**power * f, "=", by="positive degree", each="i")
    argument.sum_over("summed over the slices", slice_)
    argument.conclude("Φ_r(αX) = α^pΦ_r(X)", M - t * F, {argument.inferences[-1].conclusion: 1})
    return argument


@claim(
    "global-optimality:definition-6",
    kind="definition",
    label="Definition 6",
    printed=r"""an elemental mapping is positively homogeneous with degree $p\ne 0$;
$\Phi_r(X^1,\dots,X^K)=\sum_{i=1}^r\phi(X^1_i,\dots,X^K_i)$""",
    hypotheses=[DEGREE],
)
def definition_6() -> Evidence:
    """Not vacuous: uvᵀ is one, with degree 2."""
    return decide_degree(multilinear(X1, X2, name="outer product"), 2, scaling_points(outer, [(2,), (3,)]))


definition_6.near_misses(
    _degree_of(multilinear(X1, X2), scaling_points(outer, [(2,), (3,)])), {"degree 1": 1, "degree 3": 3}
)


@claim(
    "global-optimality:equation-10",
    kind="equation",
    label="Equation (10)",
    printed=r"""$\Phi_r(X^1,\dots,X^K)=\sum_{i=1}^r\phi(X^1_i,\dots,X^K_i)$; it is positively homogeneous with the
    degree
of $\phi$""",
    hypotheses=[DEGREE],
)
def equation_10() -> Evidence:
    """Each slice takes the same factor α^p; sums over more slices are sums of such terms."""
    return prove_by_argument(
        _sum_of_slices,
        "all slices scale with the same factor",
        concludes=lambda q: {"Φ_r(αX) = α^pΦ_r(X)": (-q["t"] * q["F"] + q["M"], "=")},
    )


equation_10.near_misses(
    lambda power: prove_by_argument(lambda: _sum_of_slices(power), "mutant"), {"degree 2p": 2, "degree 0": 0}
)


def _example(  # noqa: PLR0913, PLR0917 - a statement has this many fields
    equation: int, printed: str, check: Degree, right: int, wrong: dict[str, int], why: str
) -> None:
    def settle() -> Evidence:
        return check(right)

    settle.__doc__ = why
    settle.__qualname__ = f"equation_{equation}"
    registered = claim(
        f"global-optimality:equation-{equation}", kind="equation", label=f"Equation ({equation})", printed=printed
    )(settle)
    registered.near_misses(check, wrong)


_example(
    11,
    r"$\phi(u,v)=uv^\top$ is positively homogeneous with degree 2, and $\Phi_r(U,V)=UV^\top$",
    _degree_of(multilinear(X1, X2, name="u vᵀ"), scaling_points(outer, [(2,), (3,)])),
    2,
    {"degree 1": 1, "degree 4": 4},
    "Bilinear: the degrees of both factors add.",
)
_example(
    12,
    r"$\phi(x^1,\dots,x^K)=x^1\otimes\dots\otimes x^K$, or any multilinear map, is homogeneous with degree $K$",
    _degree_of(multilinear(X1, X2, X3, name="x1 ⊗ x2 ⊗ x3"), scaling_points(outer, [(2,), (3,), (2,)])),
    3,
    {"degree K - 1": 2, "degree K + 1": 4},
    "The rule for multilinear maps adds K degrees for every K; shown composed for K = 3.",
)
_example(
    13,
    r"$\phi(x^1,x^2)=\psi^+(Vx^1)(x^2)^\top$ is positively homogeneous with degree 2",
    _degree_of(multilinear(rectified(linear(X1, "V x1")), X2), scaling_points(two_layers(DATA), [(2,), (2,)])),
    2,
    {"degree 1": 1, "degree 3": 3},
    "Rectification keeps the degree for α ≥ 0; the output weights add theirs.",
)


def _four_layers() -> Term:
    hidden = rectified(linear(X1, "V x1"))
    for x in (X2, X3):
        hidden = rectified(multilinear(hidden, x))
    return multilinear(hidden, X4)


_example(
    14,
    r"$\phi(x^1,x^2,x^3,x^4)=\psi^+(\psi^+(\psi^+(Vx^1)x^2)x^3)x^4$ is positively homogeneous with degree 4",
    _degree_of(_four_layers(), scaling_points(network(DATA), [(2, 2), (2, 3), (3, 2), (2, 1)])),
    4,
    {"degree 2": 2, "degree 3": 3},
    "Four layers of weights, three rectifications.",
)

POOLED = multilinear(pooled(rectified(linear(X1, "V x1"))), X2)


def _pooling(printed: int) -> Evidence:
    points = scaling_points(pooled_network(fractions([[1, -2], ["1/2", 3], [-1, 1], [2, 1]])), [(2,), (2,)])
    return decide_degree(POOLED, printed, points, part="pooling and rectification")


def _normalization(offset: int, part: str = "response normalization") -> Evidence:
    """Compare the values at x, 2x and 4x: with one degree, their ratios would be equal."""

    def has_no_degree(point: ExactPoint) -> bool:
        first, second, third = (
            response_normalized_fourth_power(fractions([k * point["x1"], k * point["x2"]]), point["offset"])[0]
            for k in (1, 2, 4)
        )
        return bool(second * second != first * third)

    return exhibit(
        at(x1=1, x2=2, offset=offset),
        {"θ(2x)/θ(x) ≠ θ(4x)/θ(2x)": has_no_degree},
        "response normalization x/(c + Σx²)^{3/4} with c = 2 is not positively homogeneous",
        part=part,
    )


@claim(
    "global-optimality:section-4.1.max-pooling",
    kind="section",
    label="Section 4.1, max-pooling and rectification",
    printed="max-pooling and rectification are both positively homogeneous; response normalization is not",
    parts=["pooling and rectification", "response normalization"],
)
def max_pooling() -> list[Evidence]:
    """Maxima of scaled entries are scaled maxima; with a constant in its denominator, normalization has no degree."""
    return [_pooling(2), _normalization(2)]


max_pooling.near_misses(_pooling, {"pooling raises the degree": 3, "pooling lowers the degree": 1})


@max_pooling.mutant("normalization without the constant in the denominator")
def _() -> Evidence:
    return _normalization(0)


@claim(
    "global-optimality:section-4.1.imagenet",
    kind="section",
    label="Section 4.1, the ImageNet network",
    printed=r"""a series of convolutional, rectification, max-pooling and fully connected layers is an elemental mapping
with $r=1$, once response normalization is removed""",
    hypotheses=[
        Hypothesis("linear layers", "every layer of weights is linear in its weights; with biases there is no degree")
    ],
)
def imagenet() -> Evidence:
    """For layers that are linear in their weights, as listed: the degree is the number of layers of weights. The
    network of the reference has biases as well, and none of a single degree: the paper does not speak of them."""  # noqa: D205, D209
    return _convolutional(5)


def _convolutional(printed: int) -> Evidence:
    layer = pooled(rectified(linear(factor("w1"), "conv1")))
    for name in ("w2", "w3"):
        layer = pooled(rectified(multilinear(layer, factor(name), name="conv")))
    for name in ("w4", "w5"):
        layer = multilinear(rectified(layer), factor(name), name="fully connected")
    shapes = [(2, 2), (2, 3), (3, 2), (2, 2), (2, 1)]
    return decide_degree(layer, printed, scaling_points(network(DATA), shapes))


imagenet.near_misses(_convolutional, {"degree 1, as if only r counted": 1, "degree 2": 2})


@imagenet.mutant("two layers with biases")
def _() -> Evidence:
    hidden = rectified(added(linear(factor("w1")), factor("b1")))
    biased = added(multilinear(hidden, factor("w2")), factor("b2"))
    return decide_degree(biased, 2, scaling_points(with_biases(Fraction(3)), [(2,), (2,), (2,), (2,)]))


def _power(exponent: int, degree: int) -> Evidence:
    alphas = (Fraction(0), Fraction(2)) if degree > 0 else (Fraction(2),)
    points = [ScalingPoint(rectified_power(exponent), (fractions([1, -2, 3]),), alpha) for alpha in alphas]
    return decide_degree(raised(rectified(X1), exponent), degree, points)


@claim(
    "global-optimality:section-4.1.powers",
    kind="section",
    label="Section 4.1, powers of rectified values",
    printed=r"""$p\ne 0$ is sufficient; for example, rectification followed by raising each element to a non-zero
    power is
positively homogeneous""",
    erratum=Erratum(
        "missing-hypothesis",
        "The power must be positive. A negative power has no finite value where the rectified entry is zero, so it is "
        "no map into R^D; nor can 0^p be formed at α = 0 in Definition 3 for p < 0.",
        corrected_by="global-optimality:section-4.1.powers.corrected",
    ),
)
def powers() -> Evidence:
    """ψ⁺(x)⁻¹ has no finite value at x = −2, a point where every elemental mapping must have one."""
    return _finite_power(-1)


def _finite_power(exponent: int) -> Evidence:
    return decide_at_points(
        [at(x=-2, exponent=exponent)],
        {"the power is not zero": lambda p: p["exponent"] != 0},
        lambda p: max(p["x"], Fraction(0)) > 0 or p["exponent"] > 0,
        "a non-zero power of a rectified value is finite",
        "x = −2",
    )


powers.near_misses(_finite_power, {"power -2": -2, "power 0 is non-zero": 0})


@claim(
    "global-optimality:section-4.1.powers.corrected",
    kind="correction",
    label="Section 4.1, powers of rectified values, corrected",
    printed=r"rectification followed by raising each element to a power $q>0$ multiplies the degree by $q$",
)
def powers_corrected() -> Evidence:
    """(αx)^q = α^q x^q for x ≥ 0, α ≥ 0 and q > 0."""
    return _power(3, 3)


powers_corrected.near_misses(
    lambda pair: _power(*pair), {"the degree is kept": (3, 1), "degrees add": (3, 4), "power -1": (-1, -1)}
)
