"""Section 3.2, first part: matrix factorization at the origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Expr

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.preimages import decide_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    LIPSCHITZ,
    SIZES,
    Located,
    generator,
    origin,
    requests,
    sample_of_rank,
    solve,
)
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.derivation import Derivation
from symbolic.local_surjection import matrix_arguments as argument
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, TensorFactorization, jacobian

RADEMACHER = (
    "a locally Lipschitz function is differentiable almost everywhere, so limits of gradients exist at every point"
)
RADEMACHER_SOURCE = "Rademacher's theorem (Clarke, Optimization and Nonsmooth Analysis, Theorem 2.5.1)"
MIN = Hypothesis("d-at-least-min", r"$d\ge\min\{m,n\}$")
_SIZES = [(1, 1, 1), (2, 1, 1), (1, 3, 2), (3, 2, 2), (2, 5, 2), (4, 3, 5), (8, 8, 8), (3, 8, 8)]


@claim(
    "chain-rules:equation-3",
    kind="equation",
    label="Equation (3)",
    printed=(
        r"$\bigvee_{i=1}^k z_i+r\mathbb B\subseteq\prod_{i=1}^k(z_i+r\mathbb B)$ for any $k$, "
        r"$z_i\in\mathbb R^n$, $r>0$"
    ),
)
def equation_3() -> Evidence:
    """A component is no longer than the whole vector: the rest of the squared norm is a sum of squares."""
    return check_derivation(argument.one_component, "‖w_i‖ ≤ ‖w‖ ≤ r for every component")


equation_3.near_misses(
    lambda share: check_derivation(lambda: argument.one_component(share), ""),
    {"balls of half the radius on the right": 4, "balls of radius r/√2 on the right": 2},
)


def _requests(loss: Callable[[int, int], Any], short: int = 0) -> Iterator:  # type: ignore[type-arg]
    places = [origin(MatrixFactorization(m, n, d - short)) for m, n, d in _SIZES if d > short]
    return requests(places, lambda place, t: t**4 / (4 * loss(place.map_.m, place.map_.n)))  # type: ignore[union-attr]


def _origin(
    product: Callable[[], Derivation], loss: Expr, numeric_loss: Callable[[int, int], Any], short: int = 0
) -> list[Evidence]:
    return [
        check_derivation(product, "XᵀY is the target", part="value"),
        check_derivation(lambda: argument.frame_stays_in_ball(loss), "the factors lie in the ball", part="ball"),
        decide_preimages(
            solve, _requests(numeric_loss, short), "m, n ≤ 8, targets up to 0.999 of the radius", part="ball"
        ),
    ]


@claim(
    "chain-rules:proposition-3.2",
    kind="proposition",
    label="Proposition 3.2",
    printed=r"""If $d\ge\min\{m,n\}$, $H_{MF}$ is locally surjective at the origin; the proof gives
$H_{MF}(t\mathbb B)\supseteq(t^2/\sqrt{4mn})\mathbb B$.""",
    hypotheses=[SIZES, MIN],
    depends_on=["chain-rules:equation-3"],
    parts=["value", "ball"],
)
def proposition_3_2() -> list[Evidence]:
    """One factor is a multiple of an orthonormal frame, the other carries the target; both shares are at most t²/2."""
    return _origin(argument.frame_factors, argument.m * argument.n, lambda m, n: m * n)


proposition_3_2.near_misses(
    lambda wrong: _origin(*wrong),  # type: ignore[arg-type]
    {
        "the radius without m, and half of n": (argument.frame_factors, argument.n / 2, lambda m, n: m * n),
        "the product transposed": (lambda: argument.frame_factors("A'"), argument.m * argument.n, lambda m, n: m * n),
        "one latent dimension too few": (argument.frame_factors, argument.m * argument.n, lambda m, n: m * n, 1),
        "a radius of t²/2, whatever the sizes": (argument.frame_factors, argument.m * argument.n, lambda _m, _n: 1),
    },
)


def _best(loss: Expr, numeric_loss: Callable[[int, int], Any]) -> list[Evidence]:
    return [
        *_origin(argument.frame_factors, argument.n, numeric_loss),
        check_derivation(lambda: argument.radius_is_best(loss), "no larger ball is covered", part="best"),
    ]


@claim(
    "chain-rules:proposition-3.2.best-radius",
    kind="proposition",
    label="Beyond Proposition 3.2: the best radius",
    printed=r"""If $d\ge\min\{m,n\}$, the largest $r$ with $r\mathbb B\subseteq H_{MF}(t\mathbb B)$ is
$r=t^2/(2\sqrt{\min\{m,n\}})$.""",
    hypotheses=[SIZES, MIN],
    parts=["value", "ball", "best"],
)
def best_radius() -> list[Evidence]:
    """The proof loses √max(m, n) needlessly; a multiple of (I; 0) shows that nothing more can be had (n ≤ m here)."""
    return _best(argument.n, min)


best_radius.near_misses(
    lambda wrong: _best(*wrong),  # type: ignore[arg-type]
    {
        "a radius larger by √2": (argument.n, lambda m, n: fmpq(min(m, n), 2)),
        "the printed radius is the best": (argument.m * argument.n, min),
    },
)


def _flat(product: Callable[[], Derivation], bound: Callable[[], Derivation]) -> list[Evidence]:
    return [
        check_derivation(product, "the difference of two products", part="difference"),
        check_derivation(bound, "the Lipschitz constant of the product on tB is at most √2 t", part="bound"),
        rest_on(RADEMACHER, RADEMACHER_SOURCE, part="nonempty"),
    ]


_STATIONARY = r"""$\partial_Cf(O)=\partial f(O)=\hat\partial f(O)=\{O\}$ and $f(X,Y)=\ell(X^\top Y)$ is strictly
differentiable at the origin with $\nabla f(O)=O$"""
_WRONG_BOUNDS = {
    "the factor 2 dropped": (argument.product_difference, lambda: argument.product_is_nearly_constant(1)),
    "a cross term left over": (lambda: argument.product_difference("X' W"), argument.product_is_nearly_constant),
}


@claim(
    "chain-rules:corollary-3.3",
    kind="corollary",
    label="Corollary 3.3",
    printed=_STATIONARY + r", provided $d\ge\min\{m,n\}$",
    hypotheses=[LIPSCHITZ, MIN],
    parts=["difference", "bound", "nonempty"],
)
def corollary_3_3() -> list[Evidence]:
    """|f(a) − f(b)| ≤ κ‖H(a) − H(b)‖ ≤ √2κt‖a − b‖ on tB: strict differentiability with gradient 0, read off.

    Every Fréchet subgradient and every gradient in tB is at most √2κt; all limits are 0. Only that there are limits
    of gradients at all is Rademacher's theorem. The condition on d is not used.
    """
    return _flat(argument.product_difference, argument.product_is_nearly_constant)


corollary_3_3.near_misses(lambda wrong: _flat(*wrong), _WRONG_BOUNDS)


@claim(
    "chain-rules:corollary-3.4",
    kind="corollary",
    label="Corollary 3.4",
    printed=_STATIONARY + ", for every $d$",
    hypotheses=[LIPSCHITZ],
    parts=["difference", "bound", "nonempty"],
)
def corollary_3_4() -> list[Evidence]:
    """The argument of Corollary 3.3 does not mention d."""
    return _flat(argument.product_difference, argument.product_is_nearly_constant)


corollary_3_4.near_misses(lambda wrong: _flat(*wrong), _WRONG_BOUNDS)


def _maps(linear_term: bool) -> Iterator[Located]:  # noqa: FBT001 - falsified by position
    rng = generator()
    for map_ in (
        MatrixFactorization(2, 3, 2),
        TensorFactorization(2, 1, 2, 3),
        FactorizationMachine(4, 2),
        TensorFactorization(1, 2, 2, 3),
    ):
        yield origin(map_)
    if linear_term:
        # One factor fixed away from zero acts as a linear term in the other.
        yield Located(MatrixFactorization(1, 1, 1), (sample_of_rank(rng, 1, 1, 0), fmpq_mat([[1]])))


def _remark(linear_term: bool, factor: int) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    return [
        decide_question(
            "is the Jacobian zero at this point?",
            lambda _: True,
            lambda s: all(v == fmpq(0) for v in jacobian(s.map_, s.point).entries()),
            _maps(linear_term),
            "matrix, tensor and FM maps at the origin",
        ),
        check_derivation(lambda: argument.product_is_nearly_constant(factor), "the value hardly moves near the origin"),
    ]


@claim(
    "chain-rules:remark-3.5",
    kind="remark",
    label="Remark 3.5",
    printed=(
        "The origin is a stationary point of every problem (4), and of its symmetric and higher-order counterparts."
    ),
    hypotheses=[LIPSCHITZ, Hypothesis("homogeneous", "no linear term: every summand has at least two factors")],
    depends_on=["chain-rules:corollary-3.4", "chain-rules:section-1.multilinear-jacobian"],
)
def remark_3_5() -> list[Evidence]:
    """All these maps vanish to second order at the origin; a linear term, as in the full FM, would break it."""
    return _remark(linear_term=False, factor=2)


remark_3_5.near_misses(
    lambda wrong: _remark(*wrong), {"with a linear term": (True, 2), "without the factor 2 in the bound": (False, 1)}
)
