"""Section 3.4: the tensor map at the origin, the weighted matrix map, and a threshold for the tensor map everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from flint import fmpq, fmpq_mat

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.preimages import decide_preimages
from claims.evidence import Evidence
from claims.papers.chain_rules.exact_factorization import configuration
from claims.papers.chain_rules.notation import (
    Located,
    Numbers,
    generator,
    origin,
    requests,
    sample_of_rank,
    solve,
    typed,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.local_surjection.exact_values import exact
from numeric.local_surjection.missed_targets import weighted_ray_is_missed
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection import matrix_arguments
from symbolic.local_surjection.criteria import decide_weighted
from symbolic.local_surjection.maps import TensorFactorization, weighted_factorization
from symbolic.local_surjection.right_inverse import guaranteed_radius2
from symbolic.local_surjection.tensor_regularity import regular_neighbour, sufficient_dimension

_SIZES = [(1, 1, 1), (1, 2, 3), (2, 2, 2), (3, 1, 2), (2, 3, 4), (4, 3, 2), (5, 2, 5)]


def _smallest(n: tuple[int, int, int]) -> int:
    return min(n[1] * n[2], n[0] * n[2], n[0] * n[1])


def _tensor_radius2(place: Located, t: fmpq) -> fmpq:
    """Return the square of t³/(3√3 q), q the smallest product of two sizes."""
    map_ = typed(place, TensorFactorization)
    return t**6 / (27 * _smallest((map_.n1, map_.n2, map_.n3)) ** 2) * fmpq(999, 1000)


def _proposition_3_17(power: int, budget: int, short: int, share: int) -> list[Evidence]:
    places = [origin(TensorFactorization(*n, _smallest(n) - short)) for n in _SIZES if _smallest(n) > short]
    return [
        check_derivation(
            lambda: argument.tensor_entry(power), "one latent coordinate carries one pair of indices", part="value"
        ),
        check_derivation(lambda: argument.tensor_budget(budget), "the three factors lie in the ball", part="ball"),
        decide_preimages(
            solve, requests(places, lambda s, t: share * _tensor_radius2(s, t)), "sizes up to 5", part="ball"
        ),
    ]


@claim(
    "chain-rules:proposition-3.17",
    kind="proposition",
    label="Proposition 3.17",
    printed=r"If $d\ge\min\{\prod_{j\ne i}n_j\}_{i=1}^3$, the map $H_{CP}$ is locally surjective at the origin.",
    parts=["value", "ball"],
)
def proposition_3_17() -> list[Evidence]:
    """Give each pair of indices of the two short modes its own latent coordinate; the third factor carries the target.

    With factors α, α and T/α² the radius is r(t) = t³/(3√3 q), q the smallest product.
    """
    return _proposition_3_17(2, 4, 0, 1)


proposition_3_17.near_misses(
    lambda wrong: _proposition_3_17(*wrong),
    {
        "one latent dimension fewer": (2, 4, 1, 1),
        "the third factor divided by α": (1, 4, 0, 1),
        "a radius of order t²": (2, 2, 0, 1),
        "a radius four times as large": (2, 4, 0, 16),
    },
)


@dataclass(frozen=True)
class Ray:
    """A point (0, Y, Z) of the weighted map and a direction of targets, with the radius of a ball around the point."""

    place: Located
    direction: tuple[int, ...]
    t: Fraction

    def to_record(self) -> dict[str, Any]:
        """Return the instance as text."""
        return {**self.place.to_record(), "targets": f"nonzero multiples of {list(self.direction)}", "t": str(self.t)}

    @property
    def is_missed(self) -> bool:
        """Return whether the certificate shows that no nonzero multiple is reached within t."""
        _, Y, Z = (exact(part.tolist()) for part in self.place.point)
        return weighted_ray_is_missed(Y, Z, [Fraction(v) for v in self.direction], self.t)


def corner_ray(n2: int, n3: int, d: int, x: fmpq_mat | None = None) -> Ray:
    """Return x = 0, unit rows for the first d index pairs, and the last index pair as the direction."""
    pairs = [(a, b) for a in range(n2) for b in range(n3)][:d]
    Y, Z = fmpq_mat(d, n2), fmpq_mat(d, n3)
    for l, (a, b) in enumerate(pairs):
        Y[l, a] = 1
        Z[l, b] = 1
    place = Located(weighted_factorization(n2, n3, d), (fmpq_mat(d, 1) if x is None else x, Y, Z))
    return Ray(place, (0,) * (n2 * n3 - 1) + (1,), Fraction(1, 100))


_REACHED = "is every small multiple of the direction reached within t?"


def _claimed_everywhere(ray: Ray) -> Evidence:
    return decide_question(_REACHED, lambda _: True, lambda s: not s.is_missed, [ray], "one exact point")


MISSED_NOTE = (
    "At n2 = 2, n3 = 5, d = 9, x = 0 with the rows (e_a, e_b) for nine of the ten index pairs no "
    "nonzero multiple of the "
    "tenth E_25 is reached within t = 1/100: hitting one forces ‖ξ‖ < ‖ξ‖. The proof's 'w.l.o.g. "
    "x_i ≠ 0' moves the value "
    "by more than the radius it gains."
)


@claim(
    "chain-rules:proposition-3.18",
    kind="proposition",
    label="Proposition 3.18",
    printed=r"""If $d\ge n_2+n_3+\min\{n_2,n_3\}$, the map $(x,Y,Z)\mapsto Y^\top\mathrm{diag}(x)Z$ is locally
surjective
everywhere.""",
    erratum=Erratum("false-as-printed", MISSED_NOTE, corrected_by="chain-rules:proposition-3.18.corrected"),
)
def proposition_3_18() -> Evidence:
    """At x = 0 the value is Σ ξ_l(y_l + η_l)(z_l + ζ_l)ᵀ: to first order in ξ only the span of the y_l z_lᵀ is reached.

    If these d < n2 n3 matrices are independent, the span is proper and the errors are too small to leave it.
    """
    return _claimed_everywhere(corner_ray(2, 5, 9))


proposition_3_18.near_misses(
    _claimed_everywhere,
    {"one dimension more than printed": corner_ray(2, 6, 11), "all dimensions below n2·n3": corner_ray(3, 4, 11)},
)


@claim(
    "chain-rules:proposition-3.18.general-position",
    kind="proof-step",
    label="Proposition 3.18, proof, general position",
    printed=r"""W.l.o.g. $x_i\ne0$ for each $i$; for the remaining case it suffices to slightly perturb $x$ along
$\sum_{i\notin\mathrm{supp}(x)}e_i$.""",
    erratum=Erratum(
        "proof-gap",
        "Openness at x' = x + δ(1, ..., 1) does not give openness at x: the value moves by order δ, the "
        "ball gained at x' has "
        "radius of order δt². At the point of Proposition 3.18's witness every such x' is open and x is not.",
        corrected_by="chain-rules:proposition-3.18.corrected",
    ),
)
def general_position() -> Evidence:
    """If openness at all x + δ·1 implied openness at x, the ray of the witness would be reached; it is missed."""
    return _general_position(2, 5, 9)


def _general_position(n2: int, n3: int, d: int) -> Evidence:
    nearby = corner_ray(n2, n3, d, fmpq_mat(d, 1, [fmpq(1, 1000)] * d)).place
    map_ = typed(nearby, TensorFactorization)
    opened = decide_weighted(map_, nearby.point) == "open"
    return decide_question(
        "given openness at x + δ·1, is every small multiple of the direction reached from x?",
        lambda _: opened,
        lambda s: not s.is_missed,
        [corner_ray(n2, n3, d)],
        "one exact point",
    )


general_position.near_misses(
    lambda sizes: _general_position(*sizes), {"in larger sizes only": (2, 6, 11), "below n2·n3 only": (3, 4, 11)}
)


@claim(
    "chain-rules:proposition-3.18.rescaling",
    kind="proof-step",
    label="Proposition 3.18, proof, rescaling",
    printed=r"""$Y^\top\mathrm{diag}(x)Z=Y'^\top Z'$ for $y'_j=\sqrt{|x|}\circledast y_j$,
$z'_k=(\mathrm{sign}(x)\circledast\sqrt{|x|})\circledast z_k$, and
$\sqrt{|x|}\circledast\mathbb B\supseteq(\min_i\sqrt{|x_i|})\mathbb B$.""",
    hypotheses=[Hypothesis("full-support", r"$x_i\ne0$ for all $i$")],
    parts=["product", "ball"],
)
def rescaling() -> list[Evidence]:
    """The weights may be moved into one factor; each coordinate is scaled by at least the least of them."""
    return _rescaling("D Y", 1)


def _rescaling(weighted: str, sign: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.weights_move_over(weighted), "the weights move over", part="product"),
        check_derivation(lambda: argument.scaled_ball(sign), "the scaled ball holds a ball", part="ball"),
    ]


rescaling.near_misses(
    lambda wrong: _rescaling(*wrong), {"the weights are dropped": ("Y", 1), "the largest weight": ("D Y", -1)}
)


def _supported(short: int) -> Iterator[Located]:
    rng = generator()
    for n2, n3, extra in ((1, 1, 1), (2, 1, 2), (2, 2, 0), (3, 2, 3), (4, 4, 1)):
        size = n2 + n3 - 1 - short
        if size < 1:
            continue
        inner = configuration(n2, n3, size, (min(n2 - 1, size), size - min(n2 - 1, size), 0))
        x = fmpq_mat(size + extra, 1, [fmpq(int(v)) for v in rng.choice([-2, -1, 1, 3], size)] + [fmpq(0)] * extra)
        Y, Z = sample_of_rank(rng, size + extra, n2, n2), sample_of_rank(rng, size + extra, n3, n3)
        for part, given in ((Y, inner.point[0]), (Z, inner.point[1])):
            for l in range(size):
                for j in range(part.ncols()):
                    part[l, j] = given[l, j]
        yield Located(weighted_factorization(n2, n3, size + extra), (x, Y, Z))


def _corrected(short: int, share: int, weighted: str) -> list[Evidence]:
    least = matrix_arguments.m + matrix_arguments.n - 1 - short
    radius2: Callable[[Located, fmpq], fmpq] = (
        (lambda s, t: share * guaranteed_radius2(s.map_, s.point, t)) if not short else (lambda _s, t: t**4 / 10**9)
    )
    return [
        check_derivation(lambda: argument.weights_move_over(weighted), "the weights move over", part="product"),
        check_derivation(lambda: matrix_arguments.threshold_suffices(least), "below full rank", part="criterion"),
        check_derivation(matrix_arguments.full_rank_suffices, "at full rank", part="criterion"),
        decide_preimages(
            solve, requests(list(_supported(short)), radius2, times=(fmpq(1),)), "n2, n3 ≤ 4", part="criterion"
        ),
    ]


@claim(
    "chain-rules:proposition-3.18.corrected",
    kind="correction",
    label="Proposition 3.18, corrected",
    printed=r"""If $|\mathrm{supp}(x)|\ge n_2+n_3-1$ (a fortiori if $|\mathrm{supp}(x)|\ge
n_2+n_3+\min\{n_2,n_3\}$), the map
$(x,Y,Z)\mapsto Y^\top\mathrm{diag}(x)Z$ is locally surjective at $(x,Y,Z)$.""",
    hypotheses=[Hypothesis("support", r"$|\mathrm{supp}(x)|\ge n_2+n_3-1$")],
    depends_on=["chain-rules:theorem-3.6.everywhere"],
    parts=["product", "criterion"],
)
def proposition_3_18_corrected() -> list[Evidence]:
    """Keep x and the rows with x_i = 0; on the support diag(x)Y and Z are factors of a matrix factorization."""
    return _corrected(0, 1, "D Y")


proposition_3_18_corrected.near_misses(
    lambda wrong: _corrected(*wrong),
    {
        "a support smaller by one": (1, 1, "D Y"),
        "a million times the guaranteed radius": (0, 10**12, "D Y"),
        "the weights are dropped": (0, 1, "Y"),
    },
)


def _necessary(missing: int, bound: int) -> list[Evidence]:
    rays = [corner_ray(a, b, a * b - missing) for a in range(1, 5) for b in range(1, 5) if a * b > missing]
    return [
        check_derivation(lambda: argument.no_weight_moves(bound), "‖ξ‖ ≤ q‖ξ‖ with q < 1 leaves ξ = 0"),
        decide_question(_REACHED, lambda _: False, lambda s: not s.is_missed, rays, "n2, n3 ≤ 4"),
    ]


@claim(
    "chain-rules:proposition-3.18.necessary",
    kind="proposition",
    label="Beyond Proposition 3.18: a necessary dimension",
    printed=r"If $(x,Y,Z)\mapsto Y^\top\mathrm{diag}(x)Z$ is locally surjective everywhere, then $d\ge n_2n_3$.",
)
def necessary_dimension() -> list[Evidence]:
    """For d < n2 n3 take x = 0 and independent y_l z_lᵀ: a direction outside their span is missed."""
    return _necessary(1, 1)


necessary_dimension.near_misses(
    lambda wrong: _necessary(*wrong),
    {"d = n2·n3 is not enough either": (0, 1), "a contraction factor up to two": (1, 2)},
)


def _higher_order(divisor: int) -> list[Evidence]:
    sizes = [Numbers.of(d0=d0) for d0 in range(2, 12)]
    return [
        check_derivation(lambda: argument.triples_count(divisor), "the number of triples, by induction on d0"),
        decide_at_instances(
            lambda s: (s["d0"] - 2) * (s["d0"] - 1) * s["d0"] / divisor,
            lambda s: Fraction(comb(int(s["d0"]), 3)),
            sizes,
            "d0 = 2, ..., 11",
        ),
    ]


@claim(
    "chain-rules:section-3.4.higher-order",
    kind="section",
    label="Section 3.4, equation (18) and the higher-order FM",
    printed=r"""$H_{HOFM}(P;a)=\bigvee_{k>j>i}(a_{ijk}\langle p_i,p_j,p_k\rangle)$ maps to $\mathbb
R^{(d_0-2)(d_0-1)d_0/6}$ and
$H_{NeuFM}(P,H;a)$ to $\mathbb R^{h(d_0-1)d_0/2}$.""",
)
def higher_order() -> list[Evidence]:
    """Counting: a new index adds one triple for every pair of the old ones, and each neuron has its own pairs."""
    return _higher_order(6)


higher_order.near_misses(_higher_order, {"ordered triples": 1, "divided by three": 3})


def _degenerate(short: int) -> Iterator[Located]:
    for n in ((1, 1, 2), (1, 2, 2), (2, 2, 2), (1, 2, 3)):
        d = sufficient_dimension(*n) if not short else _smallest(n)
        map_ = TensorFactorization(*n, d)
        yield origin(map_)
        ones = tuple(fmpq_mat(d, size, [1] * (d * size)) for size in n)
        yield Located(map_, ones)
        yield Located(map_, (fmpq_mat(d, n[0]), *ones[1:]))


def _has_regular_neighbour(place: Located) -> bool:
    map_ = typed(place, TensorFactorization)
    return regular_neighbour(map_, place.point, fmpq(1, 10)) is not None


def _threshold(lost: int, short: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.survivors(lost * argument.N), "enough latent coordinates survive two rounds"),
        decide_question(
            "is there a point of the same value with surjective Jacobian within 1/10?",
            lambda _: True,
            _has_regular_neighbour,
            _degenerate(short),
            "sizes up to (2, 2, 2), degenerate points",
        ),
    ]


@claim(
    "chain-rules:section-3.4.threshold",
    kind="section",
    label="Section 3.4, the believed threshold",
    printed=r"""There is a dimension beyond which $H_{CP}$ is locally surjective everywhere, as in the matrix
case. (Believed in the
paper; here with the bound $d\ge2n_1n_2n_3+\min_i\prod_{j\ne i}n_j$.)""",
)
def tensor_threshold() -> list[Evidence]:
    """Let N = n1 n2 n3 and move rows of one factor to v_l + s_l e_l with Σ s_l(… ⊗ e_l ⊗ …) = 0: the value stays.

    A relation of widest support misses at most N coordinates. After a round for each of the two short modes at least
    d − 2N ≥ q coordinates have been moved in both, in prescribed directions whose products are independent
    (Vandermonde), so for all but finitely many step sizes the third factor alone has a surjective Jacobian.
    """
    return _threshold(1, 0)


tensor_threshold.near_misses(
    lambda wrong: _threshold(*wrong),
    {"a round may lose 2N coordinates": (2, 0), "d = min of the products suffices": (1, 1)},
)
