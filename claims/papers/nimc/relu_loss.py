"""Equations (4), (12), (13): the ReLU loss with the first row of U fixed, and which factor its Hessian carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.nimc.exact_loss import LossInstance, loss_instances, printed_mean_form, second_derivative_along

RELU = Hypothesis("ReLU", r"$\phi(z)=\max(z,0)$")
ANCHORED = Hypothesis("anchored", r"$u^*_{1,i}\ne0$ for all i; the first row of U is kept fixed")
HALVED = Hypothesis("halved", r"the loss carries the factor ½ of (4) and (7), which (12) omits")


def _anchored(at_truth: bool) -> Iterator[LossInstance]:  # noqa: FBT001 - where the instances are taken
    rng = np.random.default_rng(current_sampling().seed)
    for s in loss_instances(rng, relu=True, at_truth=at_truth, shapes=((2, 3, 1, 2), (3, 2, 2, 4), (2, 2, 3, 5))):
        rows = s.A.copy()
        rows[0, :] = Fraction(0)
        yield replace(s, A=rows)


_SIZES = "k=1,2,3, d and e up to 3, first row of every a_i zero"


def _fixed_row(factor: Fraction, *, at_truth: bool, with_residual: bool = True) -> Evidence:
    return decide_at_instances(
        lambda s: factor * second_derivative_along(s) / s.pairs,
        lambda s: printed_mean_form(s, with_curvature=False, with_residual=with_residual),
        _anchored(at_truth),
        _SIZES,
    )


@claim(
    "nimc:equation-4",
    kind="equation",
    label="Equation (4)",
    printed=r"""$f_\Omega^{\mathrm{ReLU}}(W,V)=\frac1{2|\Omega|}\sum(\phi(W^\top
x_{2:d}+x_1(u^{*(1)})^\top)^\top\phi(V^\top y)
-A(x,y))^2$: its Hessian is that of the full loss restricted to directions with first row 0""",
    hypotheses=[RELU, ANCHORED],
    depends_on=["nimc:equation-6"],
)
def equation_4() -> Evidence:
    """With the factor 1/(2|Ω|) of (4) the blocks of appendix C are right as they stand."""
    return _fixed_row(Fraction(1, 2), at_truth=False)


equation_4.near_misses(
    lambda factor: _fixed_row(factor, at_truth=False), {"factor 1/|Ω|": Fraction(1), "factor 1/(4|Ω|)": Fraction(1, 4)}
)


@equation_4.mutant("without the residual's cross term away from the truth")
def _() -> Evidence:
    return _fixed_row(Fraction(1, 2), at_truth=False, with_residual=False)


@claim(
    "nimc:equation-12",
    kind="equation",
    label="Equation (12)",
    printed=r"""$f_{\mathcal D}^{\mathrm{ReLU}}(W,V)=\mathbb E[(\phi(W^\top
x_{2:d}+x_1(u^{*(1)})^\top)^\top\phi(V^\top y)
-A(x,y))^2]$ is the population risk of (4), with the Hessian form of (13)""",
    hypotheses=[RELU, ANCHORED],
    erratum=Erratum(
        "misprint",
        "The factor ½ of (4) and (7) is missing: the Hessian of (12) is twice the form in (13), pair by pair.",
        corrected_by="nimc:equation-4",
    ),
)
def equation_12() -> Evidence:
    """Each pair contributes twice the square that (13) averages."""
    return _fixed_row(Fraction(1), at_truth=True)


equation_12.near_misses(
    lambda factor: _fixed_row(factor, at_truth=True), {"four times": Fraction(2), "a quarter": Fraction(1, 4)}
)


@claim(
    "nimc:equation-13",
    kind="equation",
    label="Equation (13)",
    printed=r"""$\lambda_{\min}(H)=\min_{\sum\|a_i\|^2+\|b_i\|^2=1,\;a_{i,1}=0}\mathbb E[(\sum_i\phi'(u_i^{*\top}x)
\phi(v_i^{*\top}y)x^\top a_i+\phi'(v_i^{*\top}y)\phi(u_i^{*\top}x)y^\top b_i)^2]$""",
    hypotheses=[RELU, ANCHORED, HALVED],
    depends_on=["nimc:equation-8", "nimc:equation-4"],
)
def equation_13() -> Evidence:
    """Equation (8) on the subspace of directions that leave the first row of U alone, at the truth."""
    return _fixed_row(Fraction(1, 2), at_truth=True, with_residual=False)


equation_13.near_misses(
    lambda factor: _fixed_row(factor, at_truth=True, with_residual=False),
    {"for (12) as printed": Fraction(1), "a quarter": Fraction(1, 4)},
)
