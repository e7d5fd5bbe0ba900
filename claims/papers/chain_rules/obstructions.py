"""Section 3.2, third part: what matrix factorization cannot reach at the origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.papers.chain_rules.exact_factorization import regular_neighbour
from claims.papers.chain_rules.notation import SIZES, Located, Numbers, generator, origin, typed
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.local_surjection.exact_values import Matrix, rank
from numeric.local_surjection.missed_targets import missed_share_of_ball
from symbolic.local_surjection import matrix_arguments as argument
from symbolic.local_surjection.maps import MatrixFactorization


def _example_3_9(sign: int, share: Fraction) -> list[Evidence]:
    signs = Numbers.of(z11=1, z21=1, z12=1, z22=-1)
    return [
        check_derivation(
            lambda: argument.rank_one_signs(sign), "three positive entries force the fourth", part="empty"
        ),
        decide_at_instances(
            lambda _: share,
            lambda s: missed_share_of_ball([int(v) for _, v in s.values]),
            [signs],
            "the open orthant (+, +, +, −)",
            part="measure",
        ),
    ]


@claim(
    "chain-rules:example-3.9",
    kind="example",
    label="Example 3.9",
    printed=r"""For $m=n=2$, $d=1$: $\mathrm{vec}(H_{MF}(\mathbb R^{1\times2}\times\mathbb R^{1\times2}))\cap
\mathrm{int}(\mathbb R^3_+\times\mathbb R_-)=\emptyset$; that orthant takes $1/16$ of the measure of $r\mathbb B$.""",
    parts=["empty", "measure"],
)
def example_3_9() -> list[Evidence]:
    """(x1y1)(x2y2) = (x1y2)(x2y1): a negative and a positive number cannot be equal. Sixteen congruent orthants."""
    return _example_3_9(-1, Fraction(1, 16))


example_3_9.near_misses(
    lambda wrong: _example_3_9(*wrong),
    {"the positive orthant is missed as well": (1, Fraction(1, 16)), "the share is 1/8": (-1, Fraction(1, 8))},
)


def _at_origin(sizes: list[tuple[int, int, int]]) -> list[Located]:
    return [origin(MatrixFactorization(m, n, d)) for m, n, d in sizes]


def _phase(
    least: Callable[[MatrixFactorization], int], slack: int, sizes: list[tuple[int, int, int]]
) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.rank_out_of_reach(slack), "ε(I; 0) has rank min{m, n} > d", part="only-if"),
        check_derivation(lambda: argument.frame_stays_in_ball(argument.n), "d ≥ min{m, n} suffices", part="if"),
        decide_question(
            "is it locally surjective at the origin?",
            lambda s: s.map_.d >= least(typed(s, MatrixFactorization)),
            regular_neighbour,
            _at_origin(sizes),
            "m, n ≤ 4, d ≤ 5",
            part="only-if",
        ),
    ]


_SQUARE = [(2, 2, d) for d in range(1, 6)]
_ALL = [(m, n, d) for m in range(1, 5) for n in range(1, 5) for d in range(1, 6)]


@claim(
    "chain-rules:section-3.2.phase-transition",
    kind="section",
    label="Section 3.2, phase transition",
    printed=r"For $m=n=2$ the map $H_{MF}$ is locally surjective (at the origin) for $d\ge2$ and not for $d=1$.",
    hypotheses=[Hypothesis("at-the-origin", "the sentence closes the discussion of the origin")],
    depends_on=["chain-rules:proposition-3.2", "chain-rules:example-3.9"],
    parts=["if", "only-if"],
)
def phase_transition() -> list[Evidence]:
    """Proposition 3.2 on one side, rank one against rank two on the other."""
    return _phase(lambda _: 2, 1, _SQUARE)


phase_transition.near_misses(
    lambda wrong: _phase(*wrong),
    {"d = 1 suffices": (lambda _: 1, 1, _SQUARE), "d = 3 is needed": (lambda _: 3, 0, _SQUARE)},
)


@dataclass(frozen=True)
class Cornered:
    """A matrix of the set O of Example 3.10, or one that only nearly is."""

    Z: tuple[tuple[Fraction, ...], ...]

    @property
    def matrix(self) -> Matrix:
        """Return the rows as lists."""
        return [list(row) for row in self.Z]

    def to_record(self) -> dict[str, Any]:
        """Return the matrix as text."""
        return {"Z": [[str(v) for v in row] for row in self.Z]}


def cornered(n: int, last: int = -1) -> Cornered:
    """Return a random member of O, whose last entry of the second row has the sign ``last``."""
    rng = generator()
    rows = []
    for i in range(n):
        row = [Fraction(0)] * n
        if i < 2:
            row = [Fraction(int(v)) for v in rng.integers(-3, 4, n)]
            row[n - 2] = Fraction(1)
            row[n - 1] = Fraction(1 if i == 0 else last)
        else:
            row[i - 2] = Fraction(int(rng.integers(1, 4)))
        rows.append(tuple(row))
    return Cornered(tuple(rows))


def _example_3_10(corner: str, sign: int, last: int) -> list[Evidence]:
    return [
        check_derivation(
            lambda: argument.corner_elimination(corner), "Z has the rank of D plus that of C", part="rank"
        ),
        check_derivation(
            lambda: argument.corner_is_regular(sign), "the rank is n, but d = n − 1", part="contradiction"
        ),
        decide_question(
            "is the rank at most n − 1?",
            lambda _: False,
            lambda s: rank(s.matrix) < len(s.Z),
            [cornered(n, last) for n in range(2, 9)],
            "random members of O, n ≤ 8",
            part="contradiction",
        ),
    ]


@claim(
    "chain-rules:example-3.10",
    kind="example",
    label="Example 3.10",
    printed=r"""For $m=n\ge2$, $d=n-1$: $H_{MF}$ misses $O$, the matrices whose first two rows end in $(+,+)$
and $(+,-)$, whose
lower left block is diagonal and positive, and whose lower right block is zero.""",
    hypotheses=[Hypothesis("square", r"$m=n\ge2$, $d=n-1$")],
    parts=["rank", "contradiction"],
)
def example_3_10() -> list[Evidence]:
    """Eliminate the free entries with the diagonal block: the rank is n − 2 plus the rank of the corner, which is 2."""
    return _example_3_10("C", -1, -1)


example_3_10.near_misses(
    lambda wrong: _example_3_10(*wrong),
    {
        "the corner is changed by the elimination": ("A", -1, -1),
        "the last sign is positive": ("C", 1, -1),
        "any corner of ones and the same signs": ("C", -1, 1),
    },
)


@claim(
    "chain-rules:corollary-3.11",
    kind="corollary",
    label="Corollary 3.11",
    printed=r"$H_{MF}$ is locally surjective at the origin if and only if $d\ge\min\{m,n\}$.",
    hypotheses=[SIZES],
    depends_on=["chain-rules:proposition-3.2"],
    parts=["if", "only-if"],
)
def corollary_3_11() -> list[Evidence]:
    """For all m, n: a product has rank at most d, while ε(I; 0) has rank min{m, n} however small ε is."""
    return _phase(lambda map_: min(map_.m, map_.n), 1, _ALL)


corollary_3_11.near_misses(
    lambda wrong: _phase(*wrong),
    {
        "one less than min{m, n} suffices": (lambda map_: min(map_.m, map_.n) - 1, 0, _ALL),
        "max{m, n} is needed": (lambda map_: max(map_.m, map_.n), 1, _ALL),
    },
)


def members_of_o(sizes: range) -> Iterator[Cornered]:
    """Yield a member of O for each size."""
    return (cornered(n) for n in sizes)
