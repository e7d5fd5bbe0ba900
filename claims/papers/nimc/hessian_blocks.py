"""Equations (2), (3), (6)-(8), (16), (17) and the cross blocks: the Hessian of the NIMC loss, for all dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.matrix_words import decide_matrix_identity, decide_second_derivative
from claims.evidence import Evidence
from claims.registry import claim
from claims.sampling import current_sampling
from claims.statement import Erratum, Hypothesis
from numeric.nimc.exact_loss import (
    LossInstance,
    loss_instances,
    printed_mean_form,
    scaled,
    second_derivative_along,
)
from symbolic.matrix import Expression, inner, norm2, substitute
from symbolic.nimc.objective import (
    RATINGS,
    A,
    B,
    U,
    V,
    cross_form,
    curvature_of_users,
    half_squared_loss,
    item_form,
    mixed_curvature,
    prediction,
    residual,
    slope_along_items,
    slope_along_users,
    user_form,
)

SMOOTH = Hypothesis("smooth", r"$\phi$ twice differentiable")
PIECEWISE = Hypothesis("off the kinks", r"$\phi$ piecewise linear, no $u_i^\top x$, $v_i^\top y$ on a kink")
NORMALIZED = Hypothesis(
    "normalized", r"$f_\Omega=\frac1{2|\Omega|}\sum_{(x,y)\in\Omega}(\cdot)^2$, as in (4) and (7), not as in (3)"
)
REALIZABLE = Hypothesis("realizable", r"$A(x,y)=\phi(U^{*\top}x)^\top\phi(V^{*\top}y)$")
SCOPE = "k=1,2,3, d and e up to 3, up to 5 pairs with a repeated user"


def _instances(*, relu: bool = False, at_truth: bool = False) -> Iterator[LossInstance]:
    return loss_instances(np.random.default_rng(current_sampling().seed), relu=relu, at_truth=at_truth)


def _sum_of_squares_against(factor: Fraction) -> Evidence:
    return decide_at_instances(second_derivative_along, scaled(factor, printed_mean_form), _instances(), SCOPE)


@claim(
    "nimc:equation-3",
    kind="equation",
    label="Equation (3)",
    printed=r"""$f_\Omega(U,V)=\sum_{(x,y)\in\Omega}(\phi(U^\top x)^\top\phi(V^\top y)-A(x,y))^2$; its Hessian is
given by the
blocks $\widehat{\mathbb E}_\Omega[\cdot]=\frac1{|\Omega|}\sum_{(x,y)\in\Omega}[\cdot]$ of appendix C""",
    hypotheses=[SMOOTH],
    erratum=Erratum(
        "misprint",
        "The Hessian of the printed sum is 2|Ω| times the printed mean: (3) lacks the factor 1/(2|Ω|) that (4) and (7) "
        "have. Read literally, (3) would make the upper bound M_u ≲ 1 of Theorem 3.3 false.",
        corrected_by="nimc:equation-6",
    ),
)
def equation_3() -> Evidence:
    """Two derivatives of a square give the factor 2, and the sum is |Ω| means."""
    return _sum_of_squares_against(Fraction(1))


equation_3.near_misses(_sum_of_squares_against, {"twice the mean": Fraction(2), "half the mean": Fraction(1, 2)})


def _user_blocks(printed: Expression) -> Evidence:
    return decide_second_derivative(
        half_squared_loss(), {U: A}, printed, "for every k, d, number of pairs and φ", part="smooth"
    )


def _without_kinks(with_residual: bool) -> Evidence:  # noqa: FBT001 - the ingredient that is falsified
    return decide_at_instances(
        lambda s: second_derivative_along(s) / (2 * s.pairs),
        lambda s: printed_mean_form(s, with_curvature=False, with_residual=with_residual),
        _instances(relu=True),
        SCOPE,
        part="piecewise linear",
    )


@claim(
    "nimc:equation-6",
    kind="equation",
    label="Equation (6) and the display after it",
    printed=r"""$\partial^2 f_\Omega/\partial u_i\partial u_j=\widehat{\mathbb E}_\Omega[\phi'(u_i^\top
x)\phi'(u_j^\top x)
xx^\top\phi(v_i^\top y)\phi(v_j^\top y)]+\delta_{ij}\widehat{\mathbb E}_\Omega[h_{x,y}\phi''(u_i^\top x)\phi(v_i^\top y)
xx^\top]$; for ReLU and leaky ReLU the second term is missing""",
    hypotheses=[SMOOTH, PIECEWISE, NORMALIZED],
    parts=["smooth", "piecewise linear"],
)
def equation_6() -> list[Evidence]:
    """As quadratic forms in A, which determine the symmetric blocks. Off the kinks a piecewise-linear φ is linear
    near every pre-activation, so its second derivative is 0 there: dropping the term is exact for a finite sample.
    It is not exact for the population risk away from the truth, where a kink contributes on its hyperplane."""  # noqa: D205, D209
    return [_user_blocks(user_form()), _without_kinks(with_residual=True)]


equation_6.near_misses(
    _user_blocks,
    {
        "without the term in the curvature": norm2(slope_along_users()),
        "the curvature term with the other sign": norm2(slope_along_users()) - inner(residual(), curvature_of_users()),
    },
)


@equation_6.mutant("for ReLU the residual's cross term is missing as well")
def _() -> Evidence:
    return _without_kinks(with_residual=False)


def _all_blocks(printed: Expression) -> Evidence:
    return decide_second_derivative(
        half_squared_loss(), {U: A, V: B}, printed, "for every k, d, e, number of pairs and φ"
    )


@claim(
    "nimc:section-C.cross-block",
    kind="section",
    label="Appendix C, the cross blocks",
    printed=r"""$\partial^2 f_\Omega/\partial u_i\partial v_j=\widehat{\mathbb E}_\Omega[\phi'(u_i^\top
x)\phi'(v_j^\top y)
xy^\top\phi(v_i^\top y)\phi(u_j^\top x)]+\delta_{ij}\widehat{\mathbb E}_\Omega[h_{x,y}\phi'(u_i^\top x)\phi'(v_i^\top y)
xy^\top]$""",
    hypotheses=[SMOOTH, NORMALIZED],
    depends_on=["nimc:equation-6"],
)
def cross_block() -> Evidence:
    """The whole form is the users' plus the items' plus twice the cross form; polarization gives the blocks."""
    return _all_blocks(user_form() + item_form() + 2 * cross_form())


cross_block.near_misses(
    _all_blocks,
    {
        "the cross form once": user_form() + item_form() + cross_form(),
        "without the residual in the cross blocks": user_form()
        + item_form()
        + 2 * inner(slope_along_users(), slope_along_items()),
        "the residual's term off the diagonal too": user_form()
        + item_form()
        + 2 * cross_form()
        + inner(mixed_curvature(), residual()),
    },
)


def _at_truth(printed: Expression) -> Evidence:
    whole = user_form() + item_form() + 2 * cross_form()
    return decide_matrix_identity(
        substitute(whole, {RATINGS: prediction()}), printed, "at the truth every residual is 0, pair by pair"
    )


SQUARE = norm2(slope_along_users() + slope_along_items())


@claim(
    "nimc:equation-7",
    kind="equation",
    label="Equation (7)",
    printed=r"""$f_{\mathcal D}(U,V)=\frac12\mathbb E_{(x,y)\sim\mathcal D}[(\phi(U^\top x)^\top\phi(V^\top
y)-A(x,y))^2]$;
$\lambda_{\min}(H^*)\ge0$ due to the squared loss and the realizable assumption""",
    hypotheses=[REALIZABLE],
    depends_on=["nimc:section-C.cross-block"],
)
def equation_7() -> Evidence:
    """The integrand's Hessian form at the truth is a square for every pair (x, y), hence so is its mean ≥ 0."""
    return _at_truth(SQUARE)


equation_7.near_misses(
    _at_truth,
    {"the sum of two squares": norm2(slope_along_users()) + norm2(slope_along_items()), "twice the square": 2 * SQUARE},
)


def _population(printed: Expression) -> Evidence:
    return _at_truth(printed)


_BLOCKS = norm2(slope_along_users()) + norm2(slope_along_items()) + 2 * inner(slope_along_users(), slope_along_items())


@claim(
    "nimc:section-C.1.population-blocks",
    kind="section",
    label="Appendix C.1, the blocks of H*",
    printed=r"""$H^*_{u_iu_j}=
\mathbb E[\phi'(u_i^{*\top}x)\phi'(u_j^{*\top}x)xx^\top\phi(v_i^{*\top}y)\phi(v_j^{*\top}y)]$,
$H^*_{u_iv_j}=\mathbb E[\phi'(u_i^{*\top}x)\phi'(v_j^{*\top}y)xy^\top\phi(v_i^{*\top}y)\phi(u_j^{*\top}x)]$""",
    hypotheses=[REALIZABLE, NORMALIZED],
    depends_on=["nimc:section-C.cross-block"],
)
def population_blocks() -> Evidence:
    """The residual vanishes at the truth for every pair; differentiation under E is the only step not algebraic."""
    return _population(_BLOCKS)


population_blocks.near_misses(
    _population,
    {
        "v_i and v_j exchanged with u_i and u_j in the cross block": norm2(slope_along_users())
        + norm2(slope_along_items())
        + 2 * inner(mixed_curvature(), prediction()),
        "half the cross blocks": norm2(slope_along_users())
        + norm2(slope_along_items())
        + inner(slope_along_users(), slope_along_items()),
    },
)


@claim(
    "nimc:equation-8",
    kind="equation",
    label="Equation (8)",
    printed=r"""$\lambda_{\min}(H^*)=\min_{\sum\|a_i\|^2+\|b_i\|^2=1}\mathbb
E[(\sum_i\phi'(u_i^{*\top}x)\phi(v_i^{*\top}y)
x^\top a_i+\phi'(v_i^{*\top}y)\phi(u_i^{*\top}x)y^\top b_i)^2]$""",
    hypotheses=[REALIZABLE, NORMALIZED],
    depends_on=["nimc:section-C.1.population-blocks"],
)
def equation_8() -> Evidence:
    """The form of the blocks is the mean of the square; its least value on the sphere is the least eigenvalue."""
    return decide_matrix_identity(_BLOCKS, SQUARE, "the blocks' quadratic form is the square, pair by pair")


def _square_of(square: Expression) -> Evidence:
    return decide_matrix_identity(_BLOCKS, square, "the blocks' quadratic form is the square, pair by pair")


equation_8.near_misses(
    _square_of,
    {
        "a difference inside the square": norm2(slope_along_users() - slope_along_items()),
        "the items' part counted twice": norm2(slope_along_users() + 2 * slope_along_items()),
    },
)


@claim(
    "nimc:equation-16",
    kind="equation",
    label="Equation (16)",
    printed=r"""At any (U, V): $\partial^2f_{\mathcal D}/\partial u_i\partial u_j=\mathbb
E[\phi'\phi'xx^\top\phi\phi]+\delta_{ij}
\mathbb E[h\,\phi''(u_i^\top x)\phi(v_i^\top y)xx^\top]$ and $\partial^2f_{\mathcal D}/\partial u_i\partial v_j=\mathbb
E[\phi'\phi'xy^\top\phi\phi]+\delta_{ij}\mathbb E[h\,\phi'\phi'xy^\top]$""",
    hypotheses=[SMOOTH, NORMALIZED],
    depends_on=["nimc:section-C.cross-block"],
)
def equation_16() -> Evidence:
    """The mean of appendix C's blocks over pairs. For ReLU φ'' is a point mass on the hyperplane u_i·x = 0: dropping
    it, as (17) does, is right at the truth only, where h = 0."""  # noqa: D205, D209
    return _all_blocks(user_form() + item_form() + 2 * cross_form())


equation_16.near_misses(
    _all_blocks,
    {
        "without the residual": SQUARE,
        "without the items' curvature": user_form() + norm2(slope_along_items()) + 2 * cross_form(),
    },
)


@claim(
    "nimc:equation-17",
    kind="equation",
    label="Equation (17)",
    printed=r"""$H_{u_i,u_j}=\mathbb E[\phi'(u_i^\top x)\phi'(u_j^\top x)xx^\top\phi(v_i^\top y)\phi(v_j^\top y)]$,
$H_{u_i,v_j}=\mathbb E[\phi'(u_i^\top x)\phi'(v_j^\top y)xy^\top\phi(v_i^\top y)\phi(u_j^\top x)]$; $H(U^*,V^*)=H^*$""",
    hypotheses=[SMOOTH],
    depends_on=["nimc:equation-16"],
)
def equation_17() -> Evidence:
    """H(U, V) is (16) without the residual: a mean of squares, and the Hessian where the residual vanishes."""
    return _at_truth(_BLOCKS)


equation_17.near_misses(
    _at_truth,
    {
        "with half the cross blocks": norm2(slope_along_users())
        + norm2(slope_along_items())
        + inner(slope_along_users(), slope_along_items()),
        "the users' part alone": norm2(slope_along_users()),
    },
)
