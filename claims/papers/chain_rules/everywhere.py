"""Section 3.2, second part: matrix factorization at every point, and the exact criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import fmpq

from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.polytopes import decide_polytopes
from claims.checkers.preimages import PreimageRequest, decide_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    SIZES,
    Located,
    factorization_at,
    generator,
    machine_at,
    requests,
    solve,
    typed,
)
from claims.papers.chain_rules.sided_composites import Sided, bent_at_value
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.clarke.polytope import Polytope
from symbolic.local_surjection import matrix_arguments as argument
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
    printed=r"""$H_{MF}((X,Y)+t\mathbb B)\supseteq X^\top Y+\{\varepsilon^2W^\top Z: w_i,z_j\in\mathbb B\cap
V^\perp\}$ with
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
    map_ = typed(place, MatrixFactorization)
    return t**4 / (4 * min(map_.m, map_.n))


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
    printed=r"""The conditions of Theorem 3.6 are sufficient for every submapping $H^D_{MF}=\bigvee_{(i,j)\in
D}x_i^\top y_j$,
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
