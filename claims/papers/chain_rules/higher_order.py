"""Section 3.4, last part: the higher-order maps, and a threshold for the tensor map everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb

from flint import fmpq, fmpq_mat

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    Located,
    Numbers,
    origin,
    typed,
)
from claims.registry import claim
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.maps import TensorFactorization
from symbolic.local_surjection.tensor_regularity import regular_neighbour, sufficient_dimension


def _smallest(n: tuple[int, int, int]) -> int:
    return min(n[1] * n[2], n[0] * n[2], n[0] * n[1])


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
