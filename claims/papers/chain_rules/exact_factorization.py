"""Beyond Theorem 3.6: where exactly matrix factorization is locally surjective, for all sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import fmpq, fmpq_mat

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.preimages import PreimageRequest, decide_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    SIZES,
    Located,
    Numbers,
    factorization_at,
    generator,
    requests,
    solve,
    typed,
)
from claims.registry import claim
from numeric.local_surjection.exact_values import exact
from numeric.local_surjection.nearby_ranks import has_regular_neighbour
from symbolic.local_surjection import matrix_arguments as argument
from symbolic.local_surjection.criteria import (
    factorization_deficit,
    is_factorization_open,
    rank_configurations,
    satisfies_condition_5,
)
from symbolic.local_surjection.maps import MatrixFactorization
from symbolic.local_surjection.right_inverse import guaranteed_radius2

ONE = fmpq(1)


def _ranks(place: Located) -> tuple[int, int, int]:
    X, Y = place.point
    return int(X.rank()), int(Y.rank()), int((X.transpose() * Y).rank())


def _deficit(place: Located) -> int:
    map_ = typed(place, MatrixFactorization)
    return factorization_deficit(map_.m, map_.n, map_.d, _ranks(place))


def _condition_5(place: Located) -> bool:
    map_ = typed(place, MatrixFactorization)
    return satisfies_condition_5(map_, place.point)


def all_configurations(limit: int = 3) -> Iterator[Located]:
    """Yield a point for every rank configuration with m, n ≤ limit and d up to m + n."""
    for m in range(1, limit + 1):
        for n in range(1, limit + 1):
            for d in range(1, m + n + 1):
                for p, q, r in rank_configurations(m, n, d):
                    yield configuration(m, n, d, (p, q, r))


def configuration(m: int, n: int, d: int, ranks: tuple[int, int, int]) -> Located:
    """Return unit columns with the given rank X, rank Y and rank XᵀY."""
    p, q, r = ranks
    X, Y = fmpq_mat(d, m), fmpq_mat(d, n)
    for i in range(p):
        X[i, i] = 1
    for j in range(q):
        Y[j if j < r else p + j - r, j] = 1
    return Located(MatrixFactorization(m, n, d), (X, Y))


def regular_neighbour(place: Located) -> bool:
    """Return the independent decision of openness, by exact ranks at a moved point."""
    map_ = typed(place, MatrixFactorization)
    X, Y = (exact(part.tolist()) for part in place.point)
    return has_regular_neighbour(X, Y, map_.m, map_.n, generator())


def criterion_requests(share: fmpq = ONE) -> Iterator[PreimageRequest]:
    """Yield requests at open points that condition (5) does not cover, among all small rank configurations."""
    rng = generator()
    places = [place for place in all_configurations(2) if _open(place)]
    for m, n, d, ranks in ((3, 3, 4, (2, 2)), (4, 3, 5, (3, 1)), (5, 4, 8, (2, 3)), (2, 5, 6, (1, 4))):
        place = factorization_at(m, n, d, ranks, rng)
        if _open(place):
            places.append(place)
    return requests(places, lambda s, t: share * guaranteed_radius2(s.map_, s.point, t), times=(fmpq(1),))


def _open(place: Located) -> bool:
    return is_factorization_open(typed(place, MatrixFactorization), place.point)


def _exact(stated: Callable[[Located], bool], slack: int, share: fmpq) -> list[Evidence]:
    return [
        check_derivation(argument.nearby_product, "every small change of the value is reached", part="sufficiency"),
        decide_preimages(
            solve, criterion_requests(share), "all rank configurations, m, n ≤ 2, and random points", part="sufficiency"
        ),
        check_derivation(
            lambda: argument.unused_rank_bounds_target(slack),
            "a last block of full rank is out of reach",
            part="necessity",
        ),
        decide_question(
            "is there a point of the same value with surjective Jacobian nearby?",
            stated,
            regular_neighbour,
            all_configurations(),
            "all rank configurations, m, n ≤ 3, d ≤ m + n",
            part="necessity",
        ),
    ]


@claim(
    "chain-rules:theorem-3.6.exact",
    kind="theorem",
    label="Beyond Theorem 3.6: the exact criterion",
    printed=r"""$H_{MF}$ is locally surjective at $(X,Y)$ if and only if
$d\ge\mathrm{rank}X+\mathrm{rank}Y-\mathrm{rank}(X^\top Y)+\min\{m-\mathrm{rank}X,\,n-\mathrm{rank}Y\}$.""",
    hypotheses=[SIZES],
    depends_on=["chain-rules:proposition-3.2.best-radius"],
    parts=["sufficiency", "necessity"],
)
def exact_criterion() -> list[Evidence]:
    """Choose bases of R^d, R^m, R^n in which X and Y are unit blocks: shared, own and unused directions.

    All blocks of the value but the last are reached by the linear part; the last one's Schur complement is a product
    of factors with d − rank X − rank Y + rank XᵀY rows, and with the other blocks held fixed nothing else adds to it.
    """
    return _exact(_open, 1, fmpq(1))


exact_criterion.near_misses(
    lambda wrong: _exact(*wrong),
    {
        "one dimension fewer suffices": (lambda s: _deficit(s) >= -1, 0, fmpq(1)),
        "condition (5) is necessary": (_condition_5, 1, fmpq(1)),
        "rank XᵀY left out": (lambda s: _deficit(s) - _ranks(s)[2] >= 0, 1, fmpq(1)),
        "ten thousand times the guaranteed radius": (_open, 1, fmpq(10) ** 8),
    },
)


def _threshold(least: Callable[[int, int], int], gap: int, start: int) -> list[Evidence]:
    sizes = [Numbers.of(m=m, n=n, d=d) for m in range(1, 7) for n in range(1, 7) for d in range(1, m + n + 3)]
    sufficient = argument.m + argument.n - start
    return [
        check_derivation(lambda: argument.threshold_suffices(sufficient), "below full rank", part="sufficiency"),
        check_derivation(argument.full_rank_suffices, "at full rank", part="sufficiency"),
        check_derivation(lambda: argument.below_threshold_fails(gap), "a point with p + q = d fails", part="necessity"),
        decide_question(
            "does the criterion hold at every rank configuration?",
            lambda s: s["d"] >= least(int(s["m"]), int(s["n"])),
            _everywhere,
            sizes,
            "m, n ≤ 6",
            part="necessity",
        ),
    ]


def _everywhere(s: Numbers) -> bool:
    m, n, d = int(s["m"]), int(s["n"]), int(s["d"])
    return all(factorization_deficit(m, n, d, ranks) >= 0 for ranks in rank_configurations(m, n, d))


@claim(
    "chain-rules:theorem-3.6.everywhere",
    kind="theorem",
    label="Beyond Theorem 3.6: the exact threshold",
    printed=r"$H_{MF}$ is locally surjective everywhere if and only if $d\ge m+n-1$.",
    hypotheses=[SIZES],
    depends_on=["chain-rules:theorem-3.6.exact"],
    parts=["sufficiency", "necessity"],
)
def exact_threshold() -> list[Evidence]:
    """Arithmetic with the criterion: it can fail only with rank X < m, rank Y < n, and then first at d = m + n − 2."""
    return _threshold(lambda m, n: m + n - 1, 2, 1)


exact_threshold.near_misses(
    lambda wrong: _threshold(*wrong),
    {
        "d ≥ m + n − 2 suffices": (lambda m, n: m + n - 2, 2, 2),
        "d ≥ m + n is needed": (lambda m, n: m + n, 1, 1),
        "condition (6) is needed": (lambda m, n: m + n + min(m, n), 2, 1),
    },
)
