"""Jumps of a piecewise smooth function, found at its break points."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import hull, rational_ball, working_bits
from numeric.enclosures.growth import IntegrandError
from numeric.enclosures.kinks import BreakPoint, smooth_pieces


class DiscontinuousError(IntegrandError):
    """A function jumps, where an argument needs it continuous."""


def refuse_jumps(phi: Expression, *, bits: int = 200) -> int:
    """Check that no jump of φ can be shown at any of its break points, and return their number.

    Args:
        phi: The tree of φ.
        bits: Working precision, and the width 2**-bits to which a break point that is not rational is isolated.

    Returns:
        The number of break points. At each of them the balls of both one-sided values overlap: a jump smaller than the
        radius, about 2**-bits, is not excluded unless both balls are exact.

    Raises:
        DiscontinuousError: If the one-sided values at a break point are certainly different.
        KinkError: If the break points cannot be isolated.

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> refuse_jumps(apply("relu", Z)), refuse_jumps(apply("tanh", Z))
        (1, 0)
        >>> refuse_jumps(apply("sign", Z))
        Traceback (most recent call last):
        ...
        numeric.enclosures.continuity.DiscontinuousError: sign(z) jumps near z = 0, from -1 to 1
    """
    pieces = smooth_pieces(phi)
    with working_bits(bits + 64):
        for before, after in pairwise(pieces):
            point = before.right
            if point is None:
                continue
            at = _ball(point, bits)
            left, right = evaluate(before.tree, at), evaluate(after.tree, at)
            if not left.overlaps(right):
                raise DiscontinuousError(
                    f"{phi} jumps near z = {float(at):g}, from {float(left):g} to {float(right):g}"
                )
    return len(pieces) - 1


def _ball(point: BreakPoint, bits: int) -> Any:
    narrow = point.refined(bits)
    return (
        rational_ball(narrow.low) if narrow.is_exact() else hull(rational_ball(narrow.low), rational_ball(narrow.high))
    )
