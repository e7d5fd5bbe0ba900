"""Whether (φ, g) is a nondegenerate pair in the sense of Definition 8: a proof, or an exact witness that it is not.

The pairs decided: φ homogeneous of degree 1 in each of its K factors and continuous (outer products, rectified, pooled
and deep networks), g a product or a sum of powers of norms, l_q pseudo-norms and seminorms, with closed cones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Literal

from symbolic.homogeneous.degrees import DegreeError, degree
from symbolic.homogeneous.elemental import (
    Cone,
    ElementalInputError,
    ElementalMap,
    ElementalRegularizer,
    Vector,
    kernel,
    times,
)

_MOST_TRIED = 20_000


class NondegeneracyUndecidedError(ValueError):
    """Neither a proof nor a witness was found."""


@dataclass(frozen=True)
class DegeneracyWitness:
    """A slice with φ ≠ 0 along whose rescaling φ stays and g falls to zero, or where g is zero already.

    Args:
        slice: The factors, exact, in their cones, φ(slice) ≠ 0.
        rescaling: Exponents eᵢ with Σeᵢ = 0: with xⁱ times t^{eᵢ}, φ is the same for all t > 0 and g tends to 0 as t
            grows. All zero if g(slice) = 0.
    """

    slice: tuple[Vector, ...]
    rescaling: tuple[Fraction, ...]


@dataclass(frozen=True)
class Nondegeneracy:
    """The verdict on a pair.

    Args:
        verdict: ``"nondegenerate"`` or ``"degenerate"``.
        reasons: The steps of the proof.
        witness: What shows degeneracy; ``None`` if nondegenerate, or if the degrees differ.
    """

    verdict: Literal["nondegenerate", "degenerate"]
    reasons: tuple[str, ...]
    witness: DegeneracyWitness | None = None


def decide_nondegeneracy(phi: ElementalMap, g: ElementalRegularizer) -> Nondegeneracy:
    """Return whether (φ, g) satisfies Definition 8, with the proof or a witness.

    Args:
        phi: The elemental mapping.
        g: The elemental regularizer, one part a factor.

    Raises:
        ElementalInputError: If g does not have one part a factor, or a part does not fit its factor.
        NondegeneracyUndecidedError: If the pair is outside of what is decided here.

    **Source:** [global-optimality] Definition 8 and its footnote.

    Example:
        >>> from symbolic.homogeneous.elemental import Part
        >>> phi = ElementalMap("outer", (2, 3))
        >>> decide_nondegeneracy(phi, ElementalRegularizer("product", (Part(), Part()))).verdict
        'nondegenerate'
        >>> footnote = ElementalRegularizer("product", (Part("none"), Part(power=Fraction(2))))
        >>> decide_nondegeneracy(phi, footnote).witness.rescaling
        (Fraction(1, 1), Fraction(-1, 1))
    """
    K = len(phi.sizes)
    if len(g.parts) != K:
        raise ElementalInputError(f"nondegeneracy: φ has {K} factors but g has {len(g.parts)} parts")
    for part, size in zip(g.parts, phi.sizes, strict=True):
        part.require_size(size)
    if phi.name != "outer" and not any(any(phi.V[n]) for n in _rows_seen(phi)):
        return _of_nothing(g)
    mismatch = _degrees_differ(phi, g)
    if any(part.cone.is_zero(size) for part, size in zip(g.parts, phi.sizes, strict=True)):
        if mismatch:
            raise NondegeneracyUndecidedError(f"nondegeneracy: a cone is {{0}}, and {mismatch}")
        return Nondegeneracy(
            "nondegenerate", ("a cone is {0}, so g = ∞ wherever φ ≠ 0, and μ = ∞ is attained by every slice",)
        )
    if mismatch:
        return Nondegeneracy("degenerate", (mismatch,))
    powers = [Fraction(0) if part.size == "none" else part.power for part in g.parts]
    rescaling = _falling(g.form, powers)
    if rescaling is not None:
        return _degenerate(phi, g, rescaling, None)
    relevant = next((i for i in range(K) if _vanishes_visibly(phi, g, i)), None)
    if relevant is None:
        return Nondegeneracy("nondegenerate", _proof(g))
    vanishing = (Fraction(0),) * K if g.form == "product" else _lifted(relevant, K)
    return _degenerate(phi, g, vanishing, relevant)


def _rows_seen(phi: ElementalMap) -> list[int]:
    """Return the rows of V that an output depends on."""
    return [n for group in phi.groups for n in group] if phi.name == "pooled" else list(range(len(phi.V)))


def _of_nothing(g: ElementalRegularizer) -> Nondegeneracy:
    """Return the verdict for φ = 0, homogeneous of every degree, whose image has no X ≠ 0."""
    try:
        degree(g.term())
    except DegreeError as error:
        return Nondegeneracy("degenerate", (f"g is not positively homogeneous: {error}",))
    return Nondegeneracy("nondegenerate", ("φ is zero everywhere: it has the degree of g, and no image is not zero",))


def _vanishes_visibly(phi: ElementalMap, g: ElementalRegularizer, i: int) -> bool:
    """Return whether the seminorm of factor i vanishes, in its cone, in directions that φ may see.

    A first layer does not see x¹ where Vx¹ = 0; a seminorm is a norm modulo such directions.
    """
    part, size = g.parts[i], phi.sizes[i]
    if not part.null_space(size):
        return False
    if part.cone.name not in {"all", "kernel"}:
        raise NondegeneracyUndecidedError(
            f"nondegeneracy: a seminorm with the cone {part.cone.name!r} on factor {i + 1}"
        )
    null = kernel((*part.A, *part.cone.A), size)
    first_layer = phi.name in {"rectified", "pooled"} and i == 0
    return any(any(times(phi.V, x)) for x in null) if first_layer else bool(null)


def _degrees_differ(phi: ElementalMap, g: ElementalRegularizer) -> str:
    """Return why the degrees of φ and g differ, or nothing."""
    p = degree(phi.term())
    try:
        of_g = degree(g.term())
    except DegreeError as error:
        return f"g is not positively homogeneous: {error}"
    return "" if of_g in {p, None} else f"φ has degree {p} and g has degree {of_g}"


def _falling(form: str, powers: list[Fraction]) -> tuple[Fraction, ...] | None:
    """Return exponents, summing to zero, of a rescaling along which g falls to zero; ``None`` if there is none.

    A product is multiplied by t^{Σ eᵢ·powerᵢ}: it falls unless all powers are equal. A sum falls if a factor is free.
    """
    K = len(powers)
    if not any(powers):
        return (Fraction(0),) * K  # g is zero on the cones
    if form == "product":
        low, high = (powers.index(extreme(powers)) for extreme in (min, max))
        return None if powers[low] == powers[high] else tuple(Fraction((i == low) - (i == high)) for i in range(K))
    return _lifted(powers.index(Fraction(0)), K) if 0 in powers else None


def _lifted(i: int, K: int) -> tuple[Fraction, ...]:
    """Return the exponents that enlarge factor i and diminish all others."""
    return tuple(Fraction(1) if j == i else Fraction(-1, K - 1) for j in range(K)) if K > 1 else (Fraction(0),)


def _degenerate(
    phi: ElementalMap, g: ElementalRegularizer, rescaling: tuple[Fraction, ...], vanishing: int | None
) -> Nondegeneracy:
    """Return the verdict with a slice in the cones, in the seminorms' null spaces where named, that has φ ≠ 0."""
    for factors in islice(_slices(phi, g, vanishing), _MOST_TRIED):
        if not phi.is_zero_at(factors):
            free = not any(rescaling)
            reason = "φ ≠ 0 and g = 0 at the slice" if free else "along the rescaling φ stays and g tends to 0"
            return Nondegeneracy(
                "degenerate",
                (reason, "so no μ > 0 is attained: infimum of g over {φ = X} is 0"),
                DegeneracyWitness(factors, rescaling),
            )
    raise NondegeneracyUndecidedError("nondegeneracy: no slice with φ ≠ 0 was found in the cones")


def _slices(phi: ElementalMap, g: ElementalRegularizer, vanishing: int | None) -> Iterator[tuple[Vector, ...]]:
    choices = []
    for i, (part, size) in enumerate(zip(g.parts, phi.sizes, strict=True)):
        cone = Cone("kernel", (*part.A, *part.cone.A)) if i == vanishing else part.cone
        choices.append(cone.members(size))
    return product(*choices)


def _proof(g: ElementalRegularizer) -> tuple[str, ...]:
    steps = [
        "φ and g have the same degree",
        "the cones are closed and every γ is continuous: g is lower semicontinuous, and {φ = X} is closed",
    ]
    if any(part.size == "seminorm" for part in g.parts):
        steps.append("every seminorm is a norm on its cone, modulo directions that change neither φ nor g")
    if g.form == "product":
        steps += [
            "where φ ≠ 0 no factor is zero, and factors can be rescaled to one size without change of φ and of g",
            "of one size, slices with g ≤ μ form a compact set, for every γ is at least a multiple of a norm",
        ]
    else:
        steps.append("slices with g ≤ μ form a compact set, for every γ is at least a multiple of a norm")
    steps.append(
        "so g attains its infimum μ over {φ = X}, or is ∞ there; μ = 0 would make a factor zero, and φ = 0 ≠ X"
    )
    return tuple(steps)
