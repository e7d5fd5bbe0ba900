"""Section 4.3: the sentence on local minima with zero slices."""

from __future__ import annotations

from dataclasses import replace

from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import STANDING
from claims.registry import claim
from claims.statement import Erratum
from numeric.homogeneous.axis_points import AxisPoint, crossed_slices, stranded_rows


def _one_slice(point: AxisPoint) -> Evidence:
    return decide_at_points(
        [point],
        {
            "column norms are rational": AxisPoint.lies_on_axes,
            "a local minimum, by the certificate λ‖v‖ > ‖Rv‖, λ‖u‖ > ‖Rᵀu‖": AxisPoint.is_certified_local_minimum,
            "one slice from each factor is zero": AxisPoint.each_factor_has_a_zero_slice,
        },
        AxisPoint.is_no_worse_than_the_other,
        "a local minimum with a zero slice in each factor is a global one",
        "2×2 matrix factorization, r = 2, Y = diag(5, 0), λ = 1",
    )


@claim(
    "global-optimality:section-4.3.one-slice",
    kind="section",
    label="Section 4.3, local minima of (20)",
    printed="""any local minimum of (20) is a global minimum if it satisfies the condition that one slice from each
    of the
factorized tensors is all zero""",
    hypotheses=STANDING,
    erratum=Erratum(
        "misprint",
        "The zero slices must have the same index in all factors, as Theorem 15 says. With U = [0, e₂], V = [e₂, 0] "
        "each factor has a zero slice and the point is a local minimum of value 25/2, while 9/2 is reached.",
        corrected_by="global-optimality:theorem-15",
    ),
)
def one_slice() -> Evidence:
    """Slices (0, e₂) and (e₂, 0) see only row and column 2 of the residual, which vanish: both are locally stable."""
    return _one_slice(crossed_slices())


one_slice.near_misses(
    _one_slice,
    {
        "one slice only, zero in one factor": replace(crossed_slices(), U=((0, 0),), V=((0, 1),)),
        "slices along the data's own row: no local minimum": stranded_rows(2, axis=0),
    },
)
