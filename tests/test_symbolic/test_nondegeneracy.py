"""Definition 8 decided: proofs where it holds, and witnesses evaluated by other maps where it fails."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from numeric.homogeneous.exact_maps import fractions, max_pool, network, outer, rectify
from symbolic.homogeneous.elemental import (
    Cone,
    ElementalInputError,
    ElementalMap,
    ElementalRegularizer,
    Part,
    exact_matrix,
    kernel,
)
from symbolic.homogeneous.nondegeneracy import NondegeneracyUndecidedError, decide_nondegeneracy

V = exact_matrix([[1, -2], ["1/2", 3], [-1, 1]])
OUTER = ElementalMap("outer", (2, 3))
TENSOR = ElementalMap("outer", (2, 2, 2))
RECTIFIED = ElementalMap("rectified", (2, 2), V)
POOLED = ElementalMap("pooled", (2, 1), V, ((0, 1), (2,)))
DEEP = ElementalMap("deep", (2, 2, 2, 1), V)
MAPS = [OUTER, TENSOR, RECTIFIED, POOLED, DEEP]
CONES = [
    Cone(),
    Cone("orthant"),
    Cone("sparse", most=1),
    Cone("kernel", exact_matrix([[1, -1]])),
    Cone("polyhedral", exact_matrix([[1, -1]])),
]


def regularizer(form, phi, **changes):
    """The usual g, with the part of the factors in ``changes`` (f0, f1, …) replaced."""
    K = len(phi.sizes)
    usual = Part(power=Fraction(K if form == "sum" else 1))
    return ElementalRegularizer(form, tuple(changes.get(f"f{i}", usual) for i in range(K)))


def image(phi, factors):
    """φ by the definitions of the exact maps."""
    if phi.name == "outer":
        return outer(*map(fractions, factors))
    data = fractions(phi.V)
    if phi.name == "deep":
        shapes = list(zip(phi.dimensions, phi.dimensions[1:], strict=False))
        return network(data)(*(fractions(x).reshape(shape) for x, shape in zip(factors, shapes, strict=True)))
    hidden = rectify(data.dot(fractions(factors[0])))
    if phi.name == "pooled":
        hidden = np.array([max(hidden[list(group)]) for group in phi.groups], dtype=object)
    return outer(hidden, fractions(factors[1]))


def size(part, x):
    """γ(x)^power for integer orders and l∞, exact where it is used; zero for an absent γ in sums, one in products."""
    values = [abs(v) for v in (fractions(part.A).dot(fractions(x)) if part.size == "seminorm" else x)]
    if part.q is None:
        return float(max(values)) ** float(part.power)
    return float(sum(float(v) ** float(part.q) for v in values)) ** float(part.power / part.q)


def value(g, factors):
    sizes = [size(part, x) for part, x in zip(g.parts, factors, strict=True) if part.size != "none"]
    return float(np.prod(sizes)) if g.form == "product" else float(sum(sizes))


def assert_witness(phi, g, found):
    """φ stays the same and not zero along the rescaling, and g falls below any bound."""
    assert found.verdict == "degenerate"
    witness = found.witness
    start = image(phi, witness.slice)
    assert any(start.ravel())
    assert sum(witness.rescaling) == 0
    if not any(witness.rescaling):
        assert all(part.size == "none" for part in g.parts) or value(g, witness.slice) == 0.0
        return
    values = []
    for base in (1, 4, 16, 256):  # squares, so that halves of exponents stay rational
        t = Fraction(base) ** 2
        scales = [Fraction(base) ** int(2 * e) if (2 * e).denominator == 1 else t**0 for e in witness.rescaling]
        moved = [tuple(scale * v for v in x) for scale, x in zip(scales, witness.slice, strict=True)]
        assert (image(phi, moved) == start).all()
        values.append(value(g, moved))
    assert all(after < before for before, after in pairwise(values))
    assert values[-1] < 1e-1 * values[0]


@pytest.mark.parametrize("phi", MAPS)
@pytest.mark.parametrize("form", ["product", "sum"])
@pytest.mark.parametrize("q", [Fraction(1, 2), Fraction(1), Fraction(2), None])
def test_norms_and_pseudo_norms_are_nondegenerate(phi, form, q):
    power = Fraction(len(phi.sizes) if form == "sum" else 1)
    g = regularizer(form, phi, f0=Part(q=q, power=power))
    found = decide_nondegeneracy(phi, g)
    assert found.verdict == "nondegenerate"
    assert found.witness is None
    assert any("compact" in reason for reason in found.reasons)


@pytest.mark.parametrize("cone", CONES)
@pytest.mark.parametrize("form", ["product", "sum"])
def test_cones_with_norms_are_nondegenerate(cone, form):
    power = Fraction(2 if form == "sum" else 1)
    for phi in (OUTER, RECTIFIED):
        assert decide_nondegeneracy(phi, regularizer(form, phi, f0=Part(power=power, cone=cone))).verdict == (
            "nondegenerate"
        )


@pytest.mark.parametrize("cone", CONES)
@pytest.mark.parametrize("phi", [OUTER, RECTIFIED, POOLED])
def test_the_footnote_is_degenerate(phi, cone):
    # g(u, v) = δ_C(u)‖v‖², for every cone named: Property 1 without Property 2.
    g = ElementalRegularizer("product", (Part("none", cone=cone), Part(power=Fraction(2))))
    found = decide_nondegeneracy(phi, g)
    assert found.witness.rescaling == (1, -1)
    assert_witness(phi, g, found)


@pytest.mark.parametrize("phi", MAPS)
def test_sums_that_leave_a_factor_free_are_degenerate(phi):
    g = regularizer("sum", phi, f0=Part("none"))
    found = decide_nondegeneracy(phi, g)
    assert_witness(phi, g, found)


@pytest.mark.parametrize("phi", MAPS)
def test_indicators_alone_are_degenerate(phi):
    g = ElementalRegularizer("product", tuple(Part("none") for _ in phi.sizes))
    assert_witness(phi, g, decide_nondegeneracy(phi, g))


def test_unequal_powers_of_the_right_degree_are_degenerate():
    g = ElementalRegularizer("product", (Part(power=Fraction(3, 2)), Part(power=Fraction(1, 2))))
    found = decide_nondegeneracy(OUTER, g)
    assert found.witness.rescaling == (-1, 1)
    assert_witness(OUTER, g, found)


@pytest.mark.parametrize(
    ("g", "match"),
    [
        (ElementalRegularizer("product", (Part(), Part(power=Fraction(2)))), "degree 3"),
        (ElementalRegularizer("sum", (Part(), Part())), "degree 1"),
        (ElementalRegularizer("sum", (Part(power=Fraction(2)), Part())), "not positively homogeneous"),
    ],
)
def test_other_degrees_are_degenerate(g, match):
    found = decide_nondegeneracy(OUTER, g)
    assert found.verdict == "degenerate"
    assert match in found.reasons[0]


def test_seminorms():
    difference = Part("seminorm", A=exact_matrix([[1, -1]]))
    g = ElementalRegularizer("product", (difference, Part()))
    assert_witness(OUTER, g, decide_nondegeneracy(OUTER, g))
    assert_witness(RECTIFIED, g, decide_nondegeneracy(RECTIFIED, g))
    squared = ElementalRegularizer(
        "sum", (Part("seminorm", power=Fraction(2), A=difference.A), Part(power=Fraction(2)))
    )
    assert_witness(OUTER, squared, decide_nondegeneracy(OUTER, squared))
    # A matrix without kernel, a cone that meets the kernel in zero, and a layer blind to the kernel: nondegenerate.
    injective = Part("seminorm", A=exact_matrix([[1, -1], [1, 1]]))
    across = Part("seminorm", A=difference.A, cone=Cone("kernel", exact_matrix([[1, 1]])))
    for part in (injective, across):
        assert decide_nondegeneracy(OUTER, ElementalRegularizer("product", (part, Part()))).verdict == "nondegenerate"
    blind = ElementalMap("rectified", (2, 1), exact_matrix([[1, -1], [-2, 2]]))
    assert decide_nondegeneracy(blind, g).verdict == "nondegenerate"
    along = Part("seminorm", A=difference.A, cone=Cone("kernel", exact_matrix([[2, -2]])))
    g = ElementalRegularizer("product", (along, Part()))
    assert_witness(OUTER, g, decide_nondegeneracy(OUTER, g))


def test_a_cone_that_is_zero_leaves_nothing_to_attain():
    nothing = Cone("kernel", exact_matrix([[1, 0], [0, 1]]))
    found = decide_nondegeneracy(OUTER, ElementalRegularizer("product", (Part(cone=nothing), Part())))
    assert found.verdict == "nondegenerate"
    assert "μ = ∞" in found.reasons[0]


def test_what_is_not_decided_is_refused():
    seminorm = Part("seminorm", A=exact_matrix([[1, -1]]), cone=Cone("orthant"))
    with pytest.raises(NondegeneracyUndecidedError, match="orthant"):
        decide_nondegeneracy(OUTER, ElementalRegularizer("product", (seminorm, Part())))
    dead = ElementalMap("rectified", (2, 1), exact_matrix([[-1, -1]]))
    free = ElementalRegularizer("product", (Part("none", cone=Cone("orthant")), Part(power=Fraction(2))))
    with pytest.raises(NondegeneracyUndecidedError, match="no slice"):
        decide_nondegeneracy(dead, free)
    nothing = Part(cone=Cone("sparse", most=0))
    with pytest.raises(NondegeneracyUndecidedError, match="degree"):
        decide_nondegeneracy(OUTER, ElementalRegularizer("product", (nothing, Part(power=Fraction(2)))))


def test_semidefinite_factors():
    phi = ElementalMap("outer", (4, 1))
    part = Part(cone=Cone("semidefinite"))
    assert decide_nondegeneracy(phi, ElementalRegularizer("product", (part, Part()))).verdict == "nondegenerate"
    free = ElementalRegularizer("product", (Part("none", cone=Cone("semidefinite")), Part(power=Fraction(2))))
    found = decide_nondegeneracy(phi, free)
    a, b, c, d = found.witness.slice[0]
    assert b == c
    assert a >= 0
    assert d >= 0
    assert a * d >= b * c
    with pytest.raises(ElementalInputError, match="square"):
        decide_nondegeneracy(OUTER, ElementalRegularizer("product", (Part("none", cone=Cone("semidefinite")), Part())))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ElementalMap("outer", ()),
        lambda: ElementalMap("rectified", (2, 2, 2), V),
        lambda: ElementalMap("rectified", (3, 2), V),
        lambda: ElementalMap("deep", (2, 2), V),
        lambda: ElementalMap("pooled", (2, 1), V, ((0, 9),)),
        lambda: ElementalMap("pooled", (2, 1), V),
        lambda: Part(q=Fraction(0)),
        lambda: Part(power=Fraction(-1)),
        lambda: Part("seminorm"),
        lambda: decide_nondegeneracy(OUTER, ElementalRegularizer("product", (Part(),))),
        lambda: decide_nondegeneracy(
            TENSOR, regularizer("product", TENSOR, f1=Part(cone=Cone("kernel", (*V[:1], (1,)))))
        ),
        lambda: decide_nondegeneracy(TENSOR, regularizer("product", TENSOR, f1=Part(cone=Cone("polyhedral")))),
    ],
)
def test_descriptions_that_do_not_fit_are_refused(make):
    with pytest.raises(ElementalInputError):
        make()


def test_maps_agree_with_the_definitions():
    rng = np.random.default_rng(0)
    for phi in MAPS:
        for _ in range(40):
            factors = [tuple(map(Fraction, rng.integers(-1, 2, size=n).tolist())) for n in phi.sizes]
            assert phi.is_zero_at(factors) == (not any(image(phi, factors).ravel()))
    assert max_pool(fractions([1, 2]))[0] == 2


def test_kernel_is_exact():
    A = exact_matrix([[1, -2, 1], ["1/3", 0, -1]])
    (x,) = kernel(A, 3)
    assert fractions(A).dot(fractions(x)).tolist() == [0, 0]


def test_a_mapping_that_is_zero_has_every_degree():
    cubic = ElementalRegularizer("product", (Part(), Part(power=Fraction(2))))
    for phi in (
        ElementalMap("rectified", (2, 1), V=exact_matrix([[0, 0]])),
        ElementalMap("pooled", (2, 1), V=exact_matrix([[0, 0], [1, 0]]), groups=((0,),)),
    ):
        assert decide_nondegeneracy(phi, cubic).verdict == "nondegenerate"
    mixed = ElementalRegularizer("sum", (Part(), Part(power=Fraction(2))))
    assert decide_nondegeneracy(phi, mixed).verdict == "degenerate"
