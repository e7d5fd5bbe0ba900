"""What can be wrong with a request for a preimage, one error a cause."""

from __future__ import annotations


class PointShapeError(ValueError):
    """A point or a target does not have the shape of the map."""


class OutsideRadiusError(ValueError):
    """The target is farther from the map's value than the radius that is guaranteed for the ball."""


class HypothesisError(ValueError):
    """The point does not satisfy the condition under which the preimage is constructed."""
