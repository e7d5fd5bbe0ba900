"""Example 3.1: the chain rule fails for matrix factorization with d = 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq, fmpq_mat
from sympy import Integer, symbols

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.polytopes import decide_polytopes
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import Located
from claims.registry import claim
from symbolic.clarke.kinks import PiecewiseLinear
from symbolic.clarke.polytope import Polytope
from symbolic.derivation import Derivation
from symbolic.local_surjection.facts import Facts, also, combination
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, jacobian

SIGMA = PiecewiseLinear.of([1], [0, 1])
_ONES = fmpq_mat([[1, 1]])
FACTORS = Located(MatrixFactorization(2, 2, 1), (_ONES, _ONES))
# In an FM with d = 1 and four columns, p1p2·p3p4 = p1p3·p2p4; the outputs 0 and 5, 1 and 4 are these pairs.
MACHINE = Located(FactorizationMachine(4, 1), (fmpq_mat([[1, 1, 1, 1]]),))


def composite_vanishes(sign: int = -1) -> Derivation:
    """z1 z4 − z2 z3 is the zero polynomial for z = (x1y1, x2y1, x1y2, x2y2), so both σ's cancel in f."""
    x1, x2, y1, y2 = symbols("x1 x2 y1 y2")
    goal = (x1 * y1) * (x2 * y2) + sign * (x2 * y1) * (x1 * y2)
    known = Facts((Integer(0),))
    chain = Derivation(known).then(also(known, goal), combination([]), "z1 z4 = x1 x2 y1 y2 = z2 z3")
    return chain.then(also(chain.result, -goal), combination([]))  # type: ignore[arg-type]


def pulled_back(place: Located, bends: Sequence[PiecewiseLinear] = (SIGMA, SIGMA), sign: int = -1) -> Polytope:
    """Return J_H(x)ᵀ∂_C g(H(x)) for g = σ(z_a z_d) − σ(z_b z_c): one coefficient in ∂σ for each product."""
    value, J = place.map_.value(place.point), jacobian(place.map_, place.point)
    last = len(value) - 1
    ends = []
    for u in bends[0].clarke(value[0] * value[last]):
        for v in bends[1].clarke(value[1] * value[last - 1]):
            g = [fmpq(0)] * len(value)
            g[0], g[last] = u * value[last], u * value[0]
            g[1], g[last - 1] = sign * v * value[last - 1], sign * v * value[1]
            ends.append([sum((g[k] * J[k, j] for k in range(len(value))), fmpq(0)) for j in range(J.ncols())])
    return Polytope.of(ends)


def _segment(low: int, high: int) -> Callable[[Located], Polytope]:
    return lambda place: Polytope.of([[v] * sum(a * b for a, b in place.map_.shapes) for v in (low, high)])


def _example(segment: Callable[[Located], Polytope], build: Callable[[], Derivation], holds: bool) -> list[Evidence]:  # noqa: FBT001 - falsified by position
    zero = _segment(0, 0)
    return [
        check_derivation(build, "f = g∘H is the zero function", part="zero-function"),
        decide_polytopes(pulled_back, segment, [FACTORS], "the point 1 of Example 3.1", part="right-side"),
        decide_question(
            "does the chain rule hold at 1?",
            lambda _: holds,
            lambda place: (
                zero(place).difference(pulled_back(place)) is None
                and pulled_back(place).difference(zero(place)) is None
            ),
            [FACTORS, MACHINE],
            "Example 3.1 and its FM counterpart with d = 1, d0 = 4",
            part="failure",
        ),
        rest_on(
            "∂_C g for g = σ(z1z4) − σ(z2z3): the subdifferential of a separable sum is the product, and "
            "the chain rule "
            "is an equality for the regular function σ",
            "Clarke, Optimization and Nonsmooth Analysis, Propositions 2.3.1, 2.3.6 and Theorem 2.3.10",
            part="outer",
        ),
    ]


@claim(
    "chain-rules:example-3.1",
    kind="example",
    label="Example 3.1",
    printed=r"""$H(x_1,x_2,y_1,y_2)=(x_1y_1,x_2y_1,x_1y_2,x_2y_2)$, $g(z)=\sigma(z_1z_4)-\sigma(z_2z_3)$,
$\sigma=\max\{\cdot-1,0\}$: $g\circ H=0$, but $J_H^\top(\mathbf 1)\partial_Cg(H(\mathbf 1))
=\{(x-y)\mathbf 1: x,y\in[0,1]\}\ne\{0\}$; the adaption to the FM is straightforward.""",
    parts=["zero-function", "right-side", "failure", "outer"],
)
def example_3_1() -> list[Evidence]:
    """The rank-one relation makes f zero, while the right side is the segment from −1 to 1 times all ones."""
    return _example(_segment(-1, 1), composite_vanishes, holds=False)


example_3_1.near_misses(
    lambda wrong: _example(*wrong),
    {
        "the segment ends at zero": (_segment(0, 1), composite_vanishes, False),
        "the chain rule holds at 1": (_segment(-1, 1), composite_vanishes, True),
        "the two products are added": (_segment(-1, 1), lambda: composite_vanishes(1), False),
    },
)
