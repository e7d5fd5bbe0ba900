r"""What the enclosures need to know of an activation: φ, …, φ‴, and majorants of them on strips about the real line.

A smooth φ, real on the real line, is proved analytic on |Im w| ≤ D, with |φ^(l)(w)| ≤ C(1+x)ᵖexp(cx+dx²), x = |Re w|,
once for each D of a ladder and never again for each weight: in z, w = σz, the strip is |Im z| ≤ D/σ. A piecewise-linear
φ with its one kink at 0 is φ(z) = αz + β|z|; its second derivative is a mass at 0 and goes into closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from flint import arb

from numeric.enclosures.activation_trees import gelu
from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import KINKED_HEADS, SMOOTH_HEADS, Expression, Z, apply
from numeric.enclosures.balls import rational_ball, working_bits
from numeric.enclosures.growth import Growth, IntegrandError, constant_growth
from numeric.enclosures.half_strip import HalfStrip
from numeric.enclosures.half_strip_bounds import half_strip_growth
from numeric.enclosures.kinks import KinkError, smooth_pieces
from numeric.enclosures.polynomial_trees import polynomial_coefficients
from numeric.enclosures.real_line_bounds import real_line_bounds
from numeric.enclosures.trapezoid import _box_bounds as box_bounds

ORDERS = 4
"""φ, φ′, φ″, φ‴ enter a block of the Hessian after Stein's lemma."""

_TALLEST = Fraction(8)
_BISECTIONS = 5


class UnsupportedActivationError(ValueError):
    """No formula for the population Hessian serves this activation; the message says what is missing."""


@dataclass(frozen=True)
class Strip:
    """Proved: φ, …, φ‴ are analytic on |Im w| ≤ ``half_width`` and bounded there by ``majorants`` in x = |Re w|."""

    half_width: Fraction
    majorants: tuple[Growth, ...]

    def scaled(self, scale: Any) -> tuple[Growth, ...]:
        """Return majorants of z ↦ φ^(l)(σz) in |Re z| on |Im z| ≤ D/σ: (1+σx)ᵖ ≤ max(1,σ)ᵖ(1+x)ᵖ."""
        larger = scale.max(arb(1))
        return tuple(
            Growth(
                (g.C * (larger.log() * rational_ball(g.p)).exp()).upper(),
                g.p,
                (g.c * scale).upper(),
                (g.d * scale * scale).upper(),
            )
            for g in self.majorants
        )


@dataclass(frozen=True)
class SmoothActivation:
    """φ, …, φ‴ as trees in w and the strips proved for them, the widest first."""

    trees: tuple[Expression, ...]
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class HomogeneousActivation:
    """φ(z) = αz + β|z|: slope α + β on the right of 0, α - β on the left. ReLU has α = β = ½, linear φ has β = 0."""

    alpha: Fraction
    beta: Fraction


def activation_tree(activation: str | Expression) -> Expression:
    """Return the tree of a named activation, or the tree given.

    Args:
        activation: ``"tanh"``, ``"sigmoid"``, ``"erf"``, ``"sin"``, ``"softplus"``, ``"atan"``, ``"gelu"``, ``"silu"``,
            ``"relu"``, ``"abs"``, ``"linear"``, any other primitive head, or a tree in z.

    Raises:
        UnsupportedActivationError: If the name is unknown.
    """
    if isinstance(activation, Expression):
        return activation
    if activation in _NAMED:
        return _NAMED[activation]
    if activation in SMOOTH_HEADS or activation in KINKED_HEADS:
        return apply(activation, Z)
    known = ", ".join(sorted({*_NAMED, *SMOOTH_HEADS, *KINKED_HEADS}))
    raise UnsupportedActivationError(
        f"population Hessian: unknown activation {activation!r}; known: {known}, or a tree"
    )


_NAMED = {"linear": Z, "gelu": gelu(), "silu": Z * apply("sigmoid", Z), "relu": apply("relu", Z)}


@cache
def analyse_activation(activation: str | Expression) -> SmoothActivation | HomogeneousActivation:
    """Return what is proved of an activation, once for all weights.

    Args:
        activation: A name or a tree, see :func:`activation_tree`.

    Raises:
        UnsupportedActivationError: If φ has a kink (or a jump) but is not αz + β|z|: a weak φ″ then has masses away
            from 0, for which no closed form is given here; or if no strip about the real line is proved free of
            singularities; or if φ is constant.

    Example:
        >>> analyse_activation("relu")
        HomogeneousActivation(alpha=Fraction(1, 2), beta=Fraction(1, 2))
        >>> float(analyse_activation("tanh").strips[0].half_width) < 1.5708
        True
    """
    tree = activation_tree(activation)
    if tree.is_constant():
        raise UnsupportedActivationError(f"population Hessian: the activation {tree} is constant, so φ′ = 0 and H = 0")
    if any(node.head in KINKED_HEADS for node in tree.subexpressions()):
        return _homogeneous(tree)
    if tree == Z:
        return HomogeneousActivation(Fraction(1), Fraction(0))
    trees = [tree]
    for _ in range(ORDERS - 1):
        trees.append(trees[-1].derivative())
    real_line_bounds(trees[:2])  # names the pole, cut or growth that forbids an expectation, before any strip is tried
    strips = _strips(trees)
    if not strips:
        raise UnsupportedActivationError(
            f"population Hessian: no strip about the real line is proved free of singularities of {tree} and its first "
            "three derivatives; Mehler's coefficients and the trapezoidal rule both need one"
        )
    return SmoothActivation(tuple(trees), tuple(strips))


def _homogeneous(tree: Expression) -> HomogeneousActivation:
    try:
        pieces = smooth_pieces(tree)
    except (KinkError, IntegrandError) as error:
        raise UnsupportedActivationError(
            f"population Hessian: the kinks of {tree} cannot be isolated: {error}"
        ) from None
    slopes = []
    for piece in pieces:
        ends = [end for end in (piece.left, piece.right) if end is not None]
        coefficients = polynomial_coefficients(piece.tree)
        linear = coefficients is not None and len(coefficients) <= 2 and all(c.head == "rational" for c in coefficients)
        if (
            not linear
            or coefficients is None
            or coefficients[0].value != 0
            or any(e.low != 0 or e.high != 0 for e in ends)
        ):
            raise UnsupportedActivationError(
                f"population Hessian: {tree} has a kink but is not c₁z for z > 0, c₂z for z < 0; its blocks need φ″, "
                "which has masses at the kinks, and closed forms are given for a single kink at 0 of a linear φ only"
            )
        slopes.append(coefficients[1].value if len(coefficients) == 2 else Fraction(0))
    left, right = slopes[0], slopes[-1]
    return HomogeneousActivation((right + left) / 2, (right - left) / 2)


def _strips(trees: list[Expression]) -> list[Strip]:
    found: list[Strip] = []
    height, failed = _TALLEST, Fraction(0)
    while height > Fraction(1, 64):
        strip = _strip(trees, height)
        if strip is None:
            failed = failed if found else height
        else:
            found.append(strip)
            if len(found) == 6:
                break
        height = height * 17 / 24  # about 1/√2, exact
    low, high = (found[0].half_width if found else Fraction(0)), failed
    for _ in range(_BISECTIONS if found and failed else 0):
        middle = (low + high) / 2
        strip = _strip(trees, middle)
        if strip is None:
            high = middle
        else:
            found.insert(0, strip)
            low = middle
    return found


def _strip(trees: list[Expression], height: Fraction) -> Strip | None:
    """Return the strip if every tree is proved analytic on it: rules on the tree far out, boxes in between."""
    exact = Fraction(round(height * 2**20), 2**20)
    with working_bits(64):
        d = rational_ball(exact)
        for far in (3, 12, 48):
            try:
                sides = [half_strip_growth(trees, HalfStrip(side, arb(far), arb(0), d)) for side in (1, -1)]
                middle = box_bounds(trees, far, float(exact), 3000)
            except IntegrandError:
                continue
            majorants = [
                left.without_decay().hull(right.without_decay()).hull(constant_growth(bound))
                for left, right, bound in zip(*sides, middle, strict=True)
            ]
            if all(evaluate(Z, g.C).is_finite() for g in majorants):
                return Strip(exact, tuple(majorants))
    return None
