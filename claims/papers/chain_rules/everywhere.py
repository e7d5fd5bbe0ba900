"""Section 3.2, second part: matrix factorization at every point, and the exact criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import fmpq

from claims.checkers.outside_theory import rest_on
from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.polytopes import decide_polytopes
from claims.checkers.preimages import PreimageRequest, decide_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    SIZES,
    Located,
    Numbers,
    factorization_at,
    generator,
    machine_at,
    requests,
    solve,
)
from claims.papers.chain_rules.preliminaries import Sided, bent_at_value
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.local_surjection.exact_values import exact
from numeric.local_surjection.nearby_ranks import has_regular_neighbour
from symbolic.clarke.polytope import Polytope
from symbolic.local_surjection import matrix_arguments as argument
from symbolic.local_surjection.criteria import factorization_deficit, is_factorization_open, rank_configurations
from symbolic.local_surjection.maps import MatrixFactorization
from symbolic.local_surjection.right_inverse import guaranteed_radius2

CONDITION_5 = Hypothesis("condition-5", r"$d\ge\dim\mathrm{span}(\{x_i\}\cup\{y_j\})+\min\{m,n\}$ (5)")
CONDITION_6 = Hypothesis("condition-6", r"$d\ge m+n+\min\{m,n\}$ (6)")


def _eq_7(kept: str, share: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.cross_terms_vanish(kept), "the cross terms vanish", part="product"),
        check_derivation(
            lambda: argument.scale_keeps_ball(share), "the scale keeps the point in the ball", part="ball"
        ),
    ]


@claim(
    "chain-rules:equation-7",
    kind="equation",
    label="Equation (7)",
    printed=r"""$H_{MF}((X,Y)+t\mathbb B)\supseteq X^\top Y+\{\varepsilon^2W^\top Z: w_i,z_j\in\mathbb B\cap V^\perp\}$ with
$\varepsilon=\min\{t/\sqrt{2m},t/\sqrt{2n}\}$, $V=\mathrm{span}(\{x_i\}\cup\{y_j\})$""",
    hypotheses=[SIZES],
    parts=["product", "ball"],
)
def equation_7() -> list[Evidence]:
    """XᵀZ and WᵀY vanish for columns orthogonal to V; unit columns add up to ε²(m + n) ≤ t²."""
    return _eq_7("W' Z", 2)


equation_7.near_misses(
    lambda wrong: _eq_7(*wrong),
    {"a cross term kept": ("X' Z", 2), "the product in the other order": ("Z' W", 2), "ε larger by √2": ("W' Z", 1)},
)


def _places(condition: str, short: int = 0) -> list[Located]:
    rng = generator()
    found = []
    for m, n, p, q in (
        (1, 1, 1, 1),
        (1, 1, 0, 1),
        (2, 3, 1, 2),
        (3, 2, 3, 2),
        (3, 3, 0, 0),
        (4, 2, 2, 1),
        (8, 8, 2, 3),
        (8, 7, 0, 1),
    ):
        least = p + q if condition == "5" else m + n
        found.append(factorization_at(m, n, least + min(m, n) - short, (p, q), rng))
    return [place for place in found if all(a for part in place.map_.shapes for a in part)]


def _sharp(place: Located, t: fmpq) -> fmpq:
    assert isinstance(place.map_, MatrixFactorization)
    return t**4 / (4 * min(place.map_.m, place.map_.n))


def _theorem(condition: str, short: int, enlarge: int = 1) -> list[Evidence]:
    whole = condition == "6"
    return [
        check_derivation(argument.cross_terms_vanish, "only WᵀZ is added to the value", part="product"),
        check_derivation(
            lambda: argument.free_dimension(whole, short), "at least min{m, n} directions are free", part="dimension"
        ),
        check_derivation(lambda: argument.frame_stays_in_ball(argument.n), "the moves stay in the ball", part="ball"),
        decide_preimages(
            solve,
            requests(_places(condition, short), lambda s, t: enlarge * _sharp(s, t)),
            "m, n ≤ 8, ranks 0 to full, r(t) = t²/(2√min{m,n})",
            part="ball",
        ),
    ]


_WRONG = {"one latent dimension fewer": (1,), "a radius twice as large": (0, 4)}


@claim(
    "chain-rules:theorem-3.6.a",
    kind="theorem",
    label="Theorem 3.6, condition (5)",
    printed=r"Under (5) the mapping $H_{MF}$ is locally surjective at $(X,Y)$.",
    hypotheses=[SIZES, CONDITION_5],
    depends_on=["chain-rules:equation-7", "chain-rules:proposition-3.2.best-radius"],
    parts=["product", "dimension", "ball"],
)
def theorem_3_6_a() -> list[Evidence]:
    """Move orthogonally to all columns: the cross terms vanish and Proposition 3.2 applies; r(t) = t²/(2√min{m,n})."""
    return _theorem("5", 0)


theorem_3_6_a.near_misses(lambda wrong: _theorem("5", *wrong), _WRONG)


@claim(
    "chain-rules:theorem-3.6.b",
    kind="theorem",
    label="Theorem 3.6, condition (6)",
    printed=r"Under (6) the mapping $H_{MF}$ is locally surjective everywhere.",
    hypotheses=[SIZES, CONDITION_6],
    depends_on=["chain-rules:theorem-3.6.a"],
    parts=["product", "dimension", "ball"],
)
def theorem_3_6_b() -> list[Evidence]:
    """M + n vectors span at most m + n dimensions. True, but not tight: d ≥ m + n − 1 is what is needed."""
    return _theorem("6", 0)


theorem_3_6_b.near_misses(lambda wrong: _theorem("6", *wrong), _WRONG)


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
    from flint import fmpq_mat  # noqa: PLC0415 - one use

    X, Y = fmpq_mat(d, m), fmpq_mat(d, n)
    for i in range(p):
        X[i, i] = 1
    for j in range(q):
        Y[j if j < r else p + j - r, j] = 1
    return Located(MatrixFactorization(m, n, d), (X, Y))


def regular_neighbour(place: Located) -> bool:
    """Return the independent decision of openness, by exact ranks at a moved point."""
    map_ = place.map_
    assert isinstance(map_, MatrixFactorization)
    X, Y = (exact(part.tolist()) for part in place.point)
    return has_regular_neighbour(X, Y, map_.m, map_.n, generator())


def criterion_requests(share: fmpq = fmpq(1)) -> Iterator[PreimageRequest]:
    """Yield requests at open points that condition (5) does not cover, among all small rank configurations."""
    rng = generator()
    places = [place for place in all_configurations(2) if _open(place)]
    for m, n, d, ranks in ((3, 3, 4, (2, 2)), (4, 3, 5, (3, 1)), (5, 4, 8, (2, 3)), (2, 5, 6, (1, 4))):
        place = factorization_at(m, n, d, ranks, rng)
        if _open(place):
            places.append(place)
    return requests(places, lambda s, t: share * guaranteed_radius2(s.map_, s.point, t), times=(fmpq(1),))


def _open(place: Located) -> bool:
    assert isinstance(place.map_, MatrixFactorization)
    return is_factorization_open(place.map_, place.point)


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
        "condition (5) is necessary": (lambda s: _condition_5(s), 1, fmpq(1)),
        "rank XᵀY left out": (lambda s: _deficit(s) - _ranks(s)[2] >= 0, 1, fmpq(1)),
        "ten thousand times the guaranteed radius": (_open, 1, fmpq(10) ** 8),
    },
)


def _ranks(place: Located) -> tuple[int, int, int]:
    X, Y = place.point
    return int(X.rank()), int(Y.rank()), int((X.transpose() * Y).rank())


def _deficit(place: Located) -> int:
    assert isinstance(place.map_, MatrixFactorization)
    return factorization_deficit(place.map_.m, place.map_.n, place.map_.d, _ranks(place))


def _condition_5(place: Located) -> bool:
    from symbolic.local_surjection.criteria import satisfies_condition_5  # noqa: PLC0415 - one use

    assert isinstance(place.map_, MatrixFactorization)
    return satisfies_condition_5(place.map_, place.point)


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


def _wide_composites() -> Iterator[Sided]:
    rng = generator()
    for m, n, ranks in ((1, 1, (1, 1)), (2, 1, (1, 1)), (1, 2, (0, 1)), (2, 2, (2, 1))):
        place = factorization_at(m, n, m + n + min(m, n), ranks, rng)
        for weights in ([1, -1, 2, -1], [-1, -1, 0, 1]):
            yield bent_at_value(place, weights[: m * n])


def chain_rule_holds(outer: Callable[[Sided], Polytope], composites: Iterator[Sided], scope: str) -> list[Evidence]:
    """Return Clarke's theorem as cited and both sides compared exactly on instances."""
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(lambda s: s.inner, outer, composites, scope, part="instances"),
    ]


@claim(
    "chain-rules:corollary-3.7",
    kind="corollary",
    label="Corollary 3.7",
    printed=r"Under (6) the subdifferential chain rule of $\ell(X^\top Y)$ holds everywhere.",
    hypotheses=[LIPSCHITZ, CONDITION_6],
    depends_on=["chain-rules:theorem-3.6.b", "chain-rules:section-2.2.suffices"],
    parts=["theorem", "instances"],
)
def corollary_3_7() -> list[Evidence]:
    """Theorem 3.6 and Clarke's theorem; both sides are equal polytopes at rank-deficient instances too."""
    return chain_rule_holds(lambda s: s.outer, _wide_composites(), "m, n ≤ 2 at d = m + n + min{m, n}")


corollary_3_7.near_misses(
    lambda outer: chain_rule_holds(outer, _wide_composites(), ""),
    {
        "the right side doubled": lambda s: s.outer.times(fmpq(2)),
        "the sign of the right side flipped and moved": lambda s: s.outer + Polytope.of([s.composite.rows[0]]),
    },
)


def _sub_requests(short: int) -> Iterator[PreimageRequest]:
    rng = generator()
    for place in (*_places("5", short)[:6], machine_at(4, 5 - short, 2, rng), machine_at(5, 4 - short, 0, rng)):
        length = len(place.map_.value(place.point))
        kept = [k for k in range(length) if k % 2 == 0]
        t = fmpq(1, 2)
        radius2 = guaranteed_radius2(place.map_, place.point, t) if not short else fmpq(1, 10**6)
        for offset in _on_entries(kept, length, radius2):
            yield PreimageRequest(place.map_, place.point, offset, t)


def _on_entries(kept: list[int], length: int, radius2: fmpq) -> Iterator[tuple[fmpq, ...]]:
    from claims.papers.chain_rules.notation import offsets  # noqa: PLC0415 - one use

    for small in offsets(generator(), len(kept), radius2):
        whole = [fmpq(0)] * length
        for k, value in zip(kept, small, strict=True):
            whole[k] = value
        yield tuple(whole)


def _submaps(short: int, share: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.one_component(share), "an offset on D, filled up with zeros, is no longer"),
        decide_preimages(solve, _sub_requests(short), "every second entry as D, MF and FM"),
    ]


@claim(
    "chain-rules:remark-3.8",
    kind="remark",
    label="Remark 3.8",
    printed=r"""The conditions of Theorem 3.6 are sufficient for every submapping $H^D_{MF}=\bigvee_{(i,j)\in D}x_i^\top y_j$,
and likewise for the other examples.""",
    hypotheses=[SIZES],
    depends_on=["chain-rules:theorem-3.6.a", "chain-rules:theorem-3.12.a"],
)
def remark_3_8() -> list[Evidence]:
    """Fill a target on D up with the present values: the same preimage serves, the radius is the same."""
    return _submaps(0, 1)


remark_3_8.near_misses(
    lambda wrong: _submaps(*wrong),
    {"with one latent dimension fewer": (1, 1), "the projection doubles lengths": (0, 4)},
)
