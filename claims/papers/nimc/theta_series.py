"""Ours: the moments of tanh and sigmoid, and with them ρ, as quotients of theta-type series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from flint import ctx

from claims.checkers.derivation import check_derivation
from claims.checkers.exact_values import decide_overlap
from claims.evidence import Evidence
from claims.papers.nimc.activation_moments import NORMAL
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.moment_enclosure import enclose_moment
from numeric.enclosures.tanh_moments import enclose_tanh_moments
from symbolic.derivation import Derivation
from symbolic.theta.mordell import derive_moment_relation, derive_mordell_identity
from symbolic.theta.mordell_tails import derive_tail_bound, tail_families
from symbolic.theta.theta_terms import SeriesSum

TAILS = tuple(tail_families())
ORDERS = (1, 3, 5)
DIGITS = 120
ANALYTIC = Hypothesis(
    "decay",
    r"$e^{-z^2/2+wz}\tanh(sz)$ is meromorphic and bounded by $Ce^{-x^2/2+|\Re w||x|}$ on horizontal lines that meet no "
    r"pole; so contours may be moved, Poisson's formula holds and all series converge absolutely",
)


def _quadrature(_digits: int) -> Any:
    with ctx.workprec(64 + int(3.33 * DIGITS)):
        return enclose_moment(apply("tanh", Z), 1, 0, 1, DIGITS, method="trapezoid").value


def _series(order: int, m: int, scale: int = 1) -> Callable[[int], Any]:
    return lambda digits: enclose_tanh_moments(scale, [order], digits=digits, step_ratio=Fraction(1, m))[order]


def _overlap(methods: dict[str, Callable[[int], Any]]) -> Evidence:
    return decide_overlap(methods, DIGITS, "two different series and quadrature enclose E[z tanh z]", part="digits")


METHODS = {"series, m = 1": _series(1, 1), "series, m = 2": _series(1, 2), "trapezoid": _quadrature}


@claim(
    "nimc:section-C.2.theta-series",
    kind="remark",
    label="Section C.2, the exact form behind the printed values of ρ (ours)",
    printed=r"""For every step $h=2s/m$, $m=1,2,\dots$, and $a=\pi/s$, with $J(w)=\int e^{-z^2/2+wz}\tanh(sz)\,dz$ and
$\theta_m(w)=1+2\sum_{k\ge1}e^{-(kma)^2/2}\cos(kmaw)$:
$\theta_m(w)J(w)=2h\sum_{n\ge1}e^{-n^2h^2/2}\tanh(nhs)\sinh(nhw)
+4a\sum_{K\ge1}\sum_{0\le c<m}
\frac{e^{-\frac{a^2}{2}(m^2K^2-(c+1/2)^2)}}{1-e^{-a^2m(mK-c-1/2)}}\sin(aw(mK-c-\tfrac12))$;
the coefficients of $w^j$ give $\mathbb E[z^j\tanh(sz)]$, $j$ odd, and these, by Stein's lemma, all of equation (9)""",
    hypotheses=[NORMAL, ANALYTIC],
    depends_on=["nimc:equation-9"],
    parts=["identity", *(f"order {order}" for order in ORDERS), *(f"tail of {name}" for name in TAILS), "digits"],
)
def theta_series() -> list[Evidence]:
    """Move the contour by periods of tanh, sum the aliases by Poisson's formula and the residues geometrically."""
    return [
        check_derivation(derive_mordell_identity, "theta times the integral is the sum of two series", part="identity"),
        *(
            check_derivation(
                lambda order=order: derive_moment_relation(order),  # type: ignore[misc]
                f"the coefficient of w^{order} determines the moment of order {order}",
                part=f"order {order}",
            )
            for order in ORDERS
        ),
        *(
            check_derivation(
                lambda name=name: derive_tail_bound(name),  # type: ignore[misc]
                "the tail is at most its first term over one minus the first ratio",
                part=f"tail of {name}",
            )
            for name in TAILS
        ),
        _overlap(METHODS),
    ]


def _slipped(position: int, factor: int) -> Derivation:
    """Return the step at ``position`` with the coefficient of its last series multiplied by ``factor``."""
    step = derive_mordell_identity().steps[position]
    *rest, last = cast("SeriesSum", step.after).terms
    wrong = SeriesSum((*rest, replace(last, coefficient=last.coefficient * factor)))
    return Derivation(step.before).then(wrong, step.rule)


theta_series.near_misses(
    lambda slip: check_derivation(lambda: _slipped(*slip), "a slip", part="identity"),
    {
        "the residues with the opposite sign": (1, -1),
        "the residues counted twice": (1, 2),
        "a factor 2 lost when the residues are summed": (4, 2),
    },
)
theta_series.near_misses(
    _overlap,
    {"the series of another scale": {**METHODS, "series, m = 2": _series(1, 2, scale=2)}},
)
