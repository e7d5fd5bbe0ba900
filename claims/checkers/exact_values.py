"""Checkers for exact values of moments and for printed decimals, each against an independent enclosure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flint import ctx
from sympy import Expr

from claims.evidence import CheckFailedError, Evidence, checker, mint
from claims.exact_balls import ball_of
from numeric.enclosures.balls import rational_ball
from symbolic.moments.constant_form import constants_equal
from symbolic.moments.exact import ExactMoment

_BITS = 256
Enclose = Callable[[int], Any]
"""Returns a ball of the quantity with at least that many correct digits."""


@checker
def decide_exact_value(
    derived: ExactMoment,
    printed: Expr,
    enclose: Enclose,
    *,
    part: str = "",
    basis: Mapping[Expr, Enclose] | None = None,
) -> Evidence:
    """Return `Derivation` if the derived exact value equals ``printed``, else a `Witness`.

    Args:
        derived: The exact value with its derivation; every step is checked again here.
        printed: The value the text prints, exact.
        enclose: An independent enclosure of the quantity; it must overlap the derived value.
        part: The part of the statement this settles.
        basis: Enclosures of the basis moments the exact value is a polynomial in, if it is.

    Raises:
        CheckFailedError: If the derivation does not stand, the enclosure contradicts it, or neither equality nor
            difference can be shown.
    """
    if not derived.derivation.recheck() or derived.derivation.result != derived.value:
        raise CheckFailedError("the derivation of the exact value does not stand")
    digits = 40
    with _precision():
        atoms = {atom: enclosure(digits) for atom, enclosure in (basis or {}).items()}
        exact, ball, claimed = ball_of(derived.value, atoms), enclose(digits), ball_of(printed, atoms)
        if not exact.overlaps(ball):
            raise CheckFailedError(f"the derived value {derived.value} lies outside its enclosure {ball.str(20)}")
        if constants_equal(derived.value, printed):
            data = {"value": str(derived.value), "steps": derived.derivation.to_records(), "enclosure_digits": digits}
            return mint("Derivation", "derived exactly, and an independent enclosure contains it", data, part=part)
        if claimed.overlaps(ball):
            raise CheckFailedError(f"{derived.value} and {printed} are neither shown equal nor separated")
    return mint(
        "Witness",
        f"the exact value is {derived.value}, not {printed}",
        {"exact": str(derived.value), "printed": str(printed), "enclosure": _short(ball), "separated": True},
        part=part,
    )


@checker
def decide_decimal(first: Enclose, second: Enclose, printed: str, *, part: str = "") -> Evidence:
    """Return `Enclosure` if the quantity rounds to the printed decimal, else a `Witness`.

    Args:
        first: Encloses the quantity.
        second: Encloses it by a method that shares nothing with the first; both must overlap.
        printed: The decimal as printed, e.g. ``"0.000658"``; it stands for the half-open unit in its last place.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the two enclosures are disjoint, or too wide to decide.
    """
    digits = 30
    with _precision():
        balls = first(digits), second(digits)
        if not balls[0].overlaps(balls[1]):
            raise CheckFailedError(f"the two enclosures {balls[0].str(15)} and {balls[1].str(15)} do not overlap")
        value = Decimal(printed)
        half = Fraction(1, 2) * Fraction(10) ** int(value.as_tuple().exponent)
        low, high = (rational_ball(Fraction(value) + sign * half) for sign in (-1, 1))
        ball = balls[0].intersection(balls[1])
        data = {"enclosure": _short(ball), "printed": printed, "digits": digits}
        if ball > low and ball < high:
            return mint(
                "Enclosure",
                f"a ball proved to contain the quantity rounds to {printed}; a second method overlaps it",
                data,
                part=part,
            )
        if ball < low or ball > high:
            return mint("Witness", f"the quantity does not round to {printed}", data, part=part)
    raise CheckFailedError(f"the enclosure {ball.str(15)} does not decide whether the quantity rounds to {printed}")


@checker
def decide_overlap(methods: Mapping[str, Enclose], digits: int, what: str, *, part: str = "") -> Evidence:
    """Return `Enclosure` if all methods' balls overlap pairwise at ``digits`` relative digits, else a `Witness`.

    Args:
        methods: Independent enclosures of one quantity by name; at least two.
        digits: The digits each ball must have.
        what: One sentence: what is enclosed.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If fewer than two methods are given, or a ball is wider than asked.
    """
    if len(methods) < 2:
        raise CheckFailedError("an overlap needs two methods at least")
    with ctx.workprec(int(digits * 3.33) + 64):
        balls = {name: enclose(digits) for name, enclose in methods.items()}
        for name, ball in balls.items():
            if ball.rel_accuracy_bits() < 3.32 * digits:
                raise CheckFailedError(f"the ball of {name} has fewer than {digits} digits")
        names = sorted(balls)
        for number, first in enumerate(names):
            for second in names[number + 1 :]:
                if not balls[first].overlaps(balls[second]):
                    found = {first: _short(balls[first]), second: _short(balls[second])}
                    return mint("Witness", f"{first} and {second} enclose different numbers", found, part=part)
        data = {"methods": names, "digits": digits, "enclosure": _short(balls[names[0]])}
    return mint("Enclosure", what, data, part=part)


@checker
def decide_order(
    smaller: tuple[Enclose, Enclose], larger: tuple[Enclose, Enclose], what: str, *, part: str = ""
) -> Evidence:
    """Return `Enclosure` if the first quantity is certainly smaller than the second, `Witness` if certainly larger.

    Args:
        smaller: Two enclosures of the first quantity by methods that share nothing; they must overlap.
        larger: The same for the second quantity.
        what: One sentence: what the order shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If two methods contradict each other, or the balls of the two quantities overlap.
    """
    digits = 30
    with _precision():
        pairs = [tuple(enclose(digits) for enclose in methods) for methods in (smaller, larger)]
        for first, second in pairs:
            if not first.overlaps(second):
                raise CheckFailedError(f"the two enclosures {first.str(15)} and {second.str(15)} do not overlap")
        left, right = (first.intersection(second) for first, second in pairs)
        data = {"left": _short(left), "right": _short(right)}
        if left < right:
            return mint("Enclosure", what, data, part=part)
        if right < left:
            return mint("Witness", f"the order is the other way round, not {what}", data, part=part)
    raise CheckFailedError(f"the balls {left.str(10)} and {right.str(10)} overlap")


def _precision() -> Any:
    return ctx.workprec(_BITS)


def _short(ball: Any) -> str:
    """Return twelve certain digits: stable across precisions and machines."""
    return str(ball.str(12, radius=False)) if ball.rel_accuracy_bits() > 45 else str(ball.str(6))
