"""Section 4, and for which points the chain rule holds whatever the outer function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.evidence import Evidence
from claims.papers.chain_rules.failure import FACTORS
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    STRICT,
    Located,
    Numbers,
    factorization_at,
    generator,
    origin,
    typed,
)
from claims.papers.chain_rules.obstructions import Cornered, plain_member
from claims.papers.chain_rules.sided_composites import bent_at_value, failing_composite
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.local_surjection.missed_targets import distance_to_lower_rank_exceeds
from symbolic.derivation import Derivation
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.closure_argument import dense_part_suffices
from symbolic.local_surjection.criteria import is_factorization_open
from symbolic.local_surjection.maps import MatrixFactorization, jacobian

CONTINUOUS = Hypothesis("continuous", r"$F:\mathbb R^n\to\mathbb R^m$ is continuous; $\mathbb B$ is the closed ball")


@dataclass(frozen=True)
class MissedBall:
    """A matrix of the set O of Example 3.10 and the radius of a ball around it."""

    centre: Cornered
    radius: Fraction

    def to_record(self) -> dict[str, Any]:
        """Return the ball as text."""
        return {**self.centre.to_record(), "radius": str(self.radius), "d": len(self.centre.Z) - 1}

    @property
    def is_missed(self) -> bool:
        """Return whether every matrix of the ball has full rank, so that no product with d = n − 1 is in it."""
        return distance_to_lower_rank_exceeds(self.centre.matrix, self.radius)


_ROOM = "can the image still contain a dense subset of every ball around 0 (is the ball around this member of O met)?"


def _dense(balls: list[MissedBall]) -> Evidence:
    return decide_question(_ROOM, lambda _: True, lambda s: not s.is_missed, balls, "members of O, which is a cone")


@claim(
    "chain-rules:section-4.dense-relaxation",
    kind="section",
    label="Section 4, dense subsets",
    printed=r"""Local surjection with $F(x)+r\mathbb B$ replaced by a dense subset of it still suffices for the
chain rule; our negative
constructions (Examples 3.10 and 3.15) are not strong enough to refute such a relaxed property.""",
    depends_on=["chain-rules:section-4.dense-relaxation.corrected"],
    erratum=Erratum(
        "false-as-printed",
        "The first half is right. The second is not: F(x + tB) is compact, so the relaxed property is "
        "equivalent to local "
        "surjection and every refutation of one refutes the other. Directly: a whole ball around each "
        "member of O consists "
        "of matrices of full rank n > d, and O is a cone (Example 3.10). That the image misses O alone, which is "
        "nowhere dense, would indeed not be enough.",
        corrected_by="chain-rules:section-4.dense-relaxation.corrected",
    ),
)
def dense_relaxation() -> Evidence:
    """Being of full rank is an open condition: with a member of O the image misses a ball around it, at every scale."""
    return _dense([MissedBall(plain_member(n), Fraction(1, 2)) for n in (3, 2, 4, 5)])


dense_relaxation.near_misses(
    _dense,
    {
        "for n = 2 only": [MissedBall(plain_member(2), Fraction(1, 2))],
        "for n ≥ 3 only": [MissedBall(plain_member(4), Fraction(1, 2))],
    },
)


def _corrected(build: Callable[[], Derivation], source: str) -> list[Evidence]:
    return [
        check_derivation(build, "the closed image contains the closure of what it contains", part="equivalent"),
        rest_on(CLARKE_2310, source, part="suffices"),
    ]


@claim(
    "chain-rules:section-4.dense-relaxation.corrected",
    kind="correction",
    label="Section 4, dense subsets, corrected",
    printed=r"""For continuous $F$ the property with a dense subset of $F(x)+r\mathbb B$ is equivalent to local
surjection; it suffices for
the chain rule, and Examples 3.10 and 3.15 refute it.""",
    hypotheses=[CONTINUOUS],
    depends_on=["chain-rules:example-3.10", "chain-rules:example-3.15"],
    parts=["equivalent", "suffices"],
)
def dense_relaxation_corrected() -> list[Evidence]:
    """D ⊆ F(x + tB), take closures: the left becomes the ball, the right stays."""
    return _corrected(dense_part_suffices, CLARKE_SOURCE)


dense_relaxation_corrected.near_misses(
    lambda wrong: _corrected(*wrong),
    {
        "without compactness": (lambda: dense_part_suffices(compact=False), CLARKE_SOURCE),
        "the subset is not dense": (lambda: dense_part_suffices(dense=False), CLARKE_SOURCE),
    },
)


def _symmetric(power: int) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.square_is_never_negative(power), "a square is not negative"),
        decide_question(
            "is −1/1000 a value of x ↦ x^k on [−1, 1], by its signs?",
            lambda _: False,
            lambda s: (-1) ** int(s["k"]) < 0,
            [Numbers.of(k=power)],
            "one power",
        ),
    ]


@claim(
    "chain-rules:section-4.symmetric",
    kind="section",
    label="Section 4, symmetric factorization",
    printed=r"The function $x\mapsto x^2$ is not locally surjective at the origin, due to its nonnegativity.",
)
def symmetric() -> list[Evidence]:
    """No negative number is reached, however small."""
    return _symmetric(2)


symmetric.near_misses(_symmetric, {"x ↦ x³ instead": 3, "x ↦ x instead": 1})


def _holds_by_polytopes(place: Located) -> bool:
    """Return whether both sides agree for absolute values of either sign, with all patterns that occur."""
    if all(v == 0 for v in jacobian(place.map_, place.point).entries()):
        return True  # both sides are {0}
    if place == FACTORS:
        sided = failing_composite()
        return sided.outer.difference(sided.inner) is None
    count = len(place.map_.value(place.point))
    sided = bent_at_value(place, [1, -1, -1, 1][:count])
    return sided.outer.difference(sided.inner) is None and sided.inner.difference(sided.outer) is None


def _open(place: Located) -> bool:
    return is_factorization_open(typed(place, MatrixFactorization), place.point)


def _exact(stated: Callable[[Located], bool], radius: int, constant: int) -> list[Evidence]:
    rng = generator()
    places = [
        FACTORS,
        origin(MatrixFactorization(2, 2, 1)),
        origin(MatrixFactorization(2, 2, 2)),
        origin(MatrixFactorization(3, 2, 1)),
        factorization_at(2, 2, 3, (1, 1), rng),
        factorization_at(2, 1, 2, (1, 1), rng),
        factorization_at(1, 2, 2, (1, 2), rng),
    ]
    return [
        check_derivation(
            lambda: argument.bump_vanishes_on_image(radius), "the bumps vanish on the image", part="necessity"
        ),
        check_derivation(lambda: argument.bump_is_lipschitz(constant), "the bumps are 1-Lipschitz", part="necessity"),
        decide_question(
            "does the chain rule hold for |·| with mixed weights?",
            stated,
            _holds_by_polytopes,
            places,
            "matrix factorization, seven points",
            part="necessity",
        ),
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="sufficiency"),
    ]


def _flat(place: Located) -> bool:
    return all(v == fmpq(0) for v in jacobian(place.map_, place.point).entries())


@claim(
    "chain-rules:section-2.2.exact",
    kind="section",
    label="Beyond Section 2.2: when the chain rule holds for every outer function",
    printed=r"""For $H$ continuous and strictly differentiable at $x$, $\partial_C(g\circ
H)(x)=J_H(x)^\top\partial_Cg(H(x))$ holds for
every locally Lipschitz $g$ if and only if $J_H(x)=0$ or $H$ is locally surjective at $x$.""",
    hypotheses=[LIPSCHITZ, STRICT],
    depends_on=["chain-rules:section-2.2.suffices"],
    parts=["necessity", "sufficiency"],
)
def exact_chain_rule() -> list[Evidence]:
    """If H(x + tB) misses points z_k → H(x), it keeps a distance ρ_k from each, as it is closed.

    Let g be the sum of bumps max{0, ρ_k − ‖z − z_k‖} with disjoint supports: g is 1-Lipschitz, g∘H vanishes near x, but
    near z_k the gradients of g are all unit vectors, so ∂_C g(H(x)) holds the unit ball and J_H(x)ᵀ does not kill it.
    Hence for matrix factorization the chain rule holds everywhere, for all losses, if and only if d ≥ m + n − 1.
    """
    return _exact(lambda s: _flat(s) or _open(s), 1, 1)


exact_chain_rule.near_misses(
    lambda wrong: _exact(*wrong),
    {
        "only where it is locally surjective": (_open, 1, 1),
        "everywhere": (lambda _: True, 1, 1),
        "the image keeps twice the distance": (lambda s: _flat(s) or _open(s), 2, 1),
    },
)
