"""Section 3.5, second part: generalized matrix factorization, neural matrix factorization, the neural FM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mat

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.evidence import Evidence
from claims.papers.chain_rules.everywhere import chain_rule_holds
from claims.papers.chain_rules.machine_consequences import Supports
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    Located,
    fractions,
    generator,
    sample_of_rank,
)
from claims.papers.chain_rules.sided_composites import Sided, bent_at_value
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.local_surjection.exact_values import exact
from numeric.local_surjection.missed_targets import positive_pattern_is_missed
from numeric.local_surjection.separation import separates
from symbolic.clarke.composites import Composite
from symbolic.clarke.kinks import PiecewiseLinear
from symbolic.clarke.polytope import Polytope, zonotope
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.maps import weighted_factorization

ABS = PiecewiseLinear.of([0], [-1, 1])
SIX = Hypothesis("condition-6", r"$d\ge m+n+\min\{m,n\}$ (6)")


@dataclass(frozen=True)
class AlternatingGmf:
    """v Σ c_ij |⟨h, p_i, q_j⟩| with v = 1 at h = 0, where the matrices p_l q_lᵀ span those with sum zero.

    Args:
        m: Number of users; row i has c_ij = +1 for i = 0 and −1 otherwise unless ``alike``.
        n: Number of items.
        alike: Whether all c_ij are +1.
    """

    m: int
    n: int
    alike: bool = False

    @property
    def composite(self) -> Composite:
        """Return the function near the point."""
        m, n = self.m, self.n
        rows_p, rows_q = [], []
        for i in range(1, m):
            for j in range(n):
                rows_p.append([1] + [-int(k == i) for k in range(1, m)])
                rows_q.append([int(k == j) for k in range(n)])
        for j in range(1, n):
            rows_p.append([1] + [0] * (m - 1))
            rows_q.append([1] + [-int(k == j) for k in range(1, n)])
        d = m * n - 1
        point = (fmpq_mat(d, 1), fmpq_mat(rows_p), fmpq_mat(rows_q))
        weights = tuple(fmpq(1 if self.alike or i == 0 else -1) for i in range(m) for _ in range(n))
        return Composite(weighted_factorization(m, n, d), point, weights, (ABS,) * (m * n))

    @property
    def direction(self) -> list[fmpq]:
        """Return w in parameter space with c_ij (J w)_ij > 0 for all i, j; at m = 2 it is one on the first n rows."""
        width = len(self.composite.rows[0])
        return [fmpq(int(l < (self.m - 1) * self.n)) for l in range(width)]

    def to_record(self) -> dict[str, Any]:
        """Return the point, the weights, the candidate and the direction."""
        c = self.composite
        candidate = c.gradient([1] * len(c.weights))
        return {
            **Located(c.map_, c.point).to_record(),
            "v": "1",
            "sigma": "|.|",
            "weights": [str(w) for w in c.weights],
            "candidate": [str(v) for v in candidate],
            "direction": [str(v) for v in self.direction],
        }

    @property
    def is_separated(self) -> bool:
        """Return whether the candidate Σ c_ij J_ij is strictly beyond every gradient pattern that can occur.

        All entries of ⟨h, p_i, q_j⟩ positive, and all negative, do not occur near the point: that is certified.
        """
        c = self.composite
        _, P, Q = (exact(part.tolist()) for part in c.point)
        if not positive_pattern_is_missed(P, Q, Fraction(1, 1000)):
            return False
        count = len(c.weights)
        others = [pattern for pattern in product((1, -1), repeat=count) if abs(sum(pattern)) != count]
        rows = [fractions(row) for row in c.rows]
        weights = fractions(c.weights)
        w = fractions(self.direction)
        # Inner products with w suffice: one number a row of the Jacobian.
        pulled = [
            weight * sum((a * b for a, b in zip(row, w, strict=True)), Fraction(0))
            for weight, row in zip(weights, rows, strict=True)
        ]
        values = [[sum((s * v for s, v in zip(pattern, pulled, strict=True)), Fraction(0))] for pattern in others]
        return separates([Fraction(1)], [sum(pulled, Fraction(0))], values)


def _gmf(instance: AlternatingGmf) -> Evidence:
    return decide_question(
        "does the candidate of the printed right side belong to the Clarke subdifferential?",
        lambda _: True,
        lambda s: not s.is_separated,
        [instance],
        "one exact point",
    )


@claim(
    "chain-rules:corollary-3.23",
    kind="corollary",
    label="Corollary 3.23",
    printed=r"""Under (6), for any $(v,h,P,Q)$: $\partial_CL_{GMF}=\sum_{(i,j)\in
D}p_{ij}\cdot(\{\sigma(\langle h,p_i,q_j\rangle)\}\times
(v\cdot\partial_C\sigma(\langle h,p_i,q_j\rangle)\cdot\nabla f_{ij}(h,P,Q)))$""",
    hypotheses=[LIPSCHITZ, SIX],
    depends_on=["chain-rules:proposition-3.18"],
    erratum=Erratum(
        "false-as-printed",
        "It inherits the falsity of Proposition 3.18. With m = 2, n = 5, d = 9 = m + n + min{m, n}, h = 0, v = 1, "
        "σ = |·|, "
        "ℓ_1j(s) = s, ℓ_2j(s) = −s and p_l q_lᵀ a basis of the matrices with sum zero, no nearby point has all "
        "⟨h, p_i, q_j⟩ positive, so Σ_j(∇f_1j − ∇f_2j), which the right side contains, is not in ∂_C L: in direction "
        "(1,1,1,1,1,0,0,0,0) it has value 10, every limiting gradient at most 8.",
        corrected_by="chain-rules:corollary-3.23.corrected",
    ),
)
def corollary_3_23() -> Evidence:
    """At h = 0 the sign patterns near the point are those of a hyperplane; the right side uses one that is missing."""
    return _gmf(AlternatingGmf(2, 5))


corollary_3_23.near_misses(
    _gmf,
    {
        "with one dimension more, m = 2, n = 6": AlternatingGmf(2, 6),
        "with m = 2, n = 3 (d < (6))": AlternatingGmf(2, 3),
    },
)


def _supported_gmf() -> Iterator[Sided]:
    rng = generator()
    for m, n, extra in ((1, 1, 1), (2, 1, 0), (2, 2, 1)):
        size = m + n + min(m, n)
        x = fmpq_mat(size + extra, 1, [fmpq(int(v)) for v in rng.choice([-2, -1, 1, 3], size)] + [fmpq(0)] * extra)
        for p in (1, min(m, n)):
            place = Located(
                weighted_factorization(m, n, size + extra),
                (x, sample_of_rank(rng, size + extra, m, p), sample_of_rank(rng, size + extra, n, p)),
            )
            yield bent_at_value(place, [1, -1, -1, 2][: m * n])


@claim(
    "chain-rules:corollary-3.23.corrected",
    kind="correction",
    label="Corollary 3.23, corrected",
    printed=r"""If $|\mathrm{supp}(h)|\ge m+n-1$ (in particular if all $h_i\ne0$ and (6) holds), then
$\partial_CL_{GMF}=\sum_{(i,j)\in D}p_{ij}\cdot(\{\sigma(\langle h,p_i,q_j\rangle)\}\times
(v\cdot\partial_C\sigma(\langle h,p_i,q_j\rangle)\cdot\nabla f_{ij}(h,P,Q)))$ at $(v,h,P,Q)$.""",
    hypotheses=[LIPSCHITZ, Hypothesis("support", r"$|\mathrm{supp}(h)|\ge m+n-1$")],
    depends_on=["chain-rules:proposition-3.18.corrected", "chain-rules:corollary-3.22"],
    parts=["theorem", "instances"],
)
def corollary_3_23_corrected() -> list[Evidence]:
    """Proposition 3.18 in its corrected form feeds Corollary 3.22; rank-deficient P and Q and zeros in h are tried."""
    return chain_rule_holds(lambda s: s.outer, _supported_gmf(), "m, n ≤ 2, zeros in h")


corollary_3_23_corrected.near_misses(
    lambda outer: chain_rule_holds(outer, _supported_gmf(), ""),
    {
        "the right side doubled": lambda s: s.outer.times(fmpq(2)),
        "the right side moved": lambda s: s.outer + Polytope.of([s.composite.rows[0]]),
    },
)


@dataclass(frozen=True)
class NeuralMf:
    """The map (21) with one neuron at a random point: z_ij = w·x_i + s·y_j + b."""

    m: int
    n: int
    scale: int

    def to_record(self) -> dict[str, Any]:
        """Return the sizes and the scale of the point."""
        return {"m": self.m, "n": self.n, "scale": self.scale}

    @property
    def values(self) -> list[list[int]]:
        """Return z at a deterministic point."""
        return [
            [self.scale * (3 * i + 1) + 5 * j * j - 2 + 7 * self.scale for j in range(self.n)] for i in range(self.m)
        ]


def _lemma_3_24(sign: int) -> list[Evidence]:
    def balanced(s: NeuralMf) -> bool:
        z = s.values
        return z[0][0] + sign * z[1][1] - z[0][1] - z[1][0] == 0

    instances = [NeuralMf(m, n, c) for m in (2, 3) for n in (2, 4) for c in (0, 1, -2)]
    return [
        check_derivation(lambda: argument.four_entries(sign), "the range lies in a proper subspace"),
        decide_question("do the four entries balance?", lambda _: True, balanced, instances, "m, n ≤ 4"),
    ]


@claim(
    "chain-rules:lemma-3.24",
    kind="lemma",
    label="Lemma 3.24",
    printed=(
        r"If $\min\{m,n\}\ge2$, the map $(H_{NeuMF})_{ijk}=w_k^\top x_i+s_k^\top y_j+b_k$ is not locally "
        r"surjective anywhere."
    ),
    hypotheses=[Hypothesis("two-by-two", r"$\min\{m,n\}\ge2$")],
)
def lemma_3_24() -> list[Evidence]:
    """z_ii + z_jj = z_ij + z_ji for every neuron: the range misses everything outside a hyperplane, at every point."""
    return _lemma_3_24(1)


lemma_3_24.near_misses(_lemma_3_24, {"the second diagonal entry subtracted": -1, "three entries": 0})


@dataclass(frozen=True)
class NeuralLoss:
    """Σ c_ij |z_ij| for z_ij = x_i + y_j + b (w = s = 1, d = 1) at zero, m = n = 2."""

    weights: tuple[int, int, int, int]

    def to_record(self) -> dict[str, Any]:
        """Return the weights."""
        return {"weights": list(self.weights), "map": "z_ij = w x_i + s y_j + b at w = s = 1, x = y = 0, b = 0"}

    @property
    def rows(self) -> list[tuple[fmpq, ...]]:
        """Return the gradients of z_ij in (x_1, x_2, y_1, y_2, b); those in w and s vanish at x = y = 0."""
        return [tuple(fmpq(int(v)) for v in (i == 0, i == 1, j == 0, j == 1, True)) for i in (0, 1) for j in (0, 1)]

    @property
    def outer(self) -> Polytope:
        """Return the right side of the chain rule."""
        return zonotope((fmpq(0),) * 5, [(fmpq(-c), fmpq(c), g) for c, g in zip(self.weights, self.rows, strict=True)])

    @property
    def inner(self) -> Polytope:
        """Return the hull of gradients over the patterns of vectors with z_11 + z_22 = z_12 + z_21."""
        allowed = [s for s in product((1, -1), repeat=4) if not (s[0] == s[3] and s[1] == s[2] and s[0] != s[1])]
        return Polytope.of(
            [sum((c * t * g[k] for c, t, g in zip(self.weights, s, self.rows, strict=True)), fmpq(0)) for k in range(5)]
            for s in allowed
        )


def _section_3_5_3(holds: Callable[[NeuralLoss], bool], sign: int) -> list[Evidence]:
    losses = [NeuralLoss((1, -1, -1, 1)), NeuralLoss((1, 1, 1, 1)), NeuralLoss((-1, -1, -1, -1))]
    return [
        check_derivation(
            lambda: argument.four_entries(sign), "the sufficient condition fails everywhere", part="condition"
        ),
        decide_question(
            "does the chain rule hold?",
            holds,
            lambda s: s.outer.difference(s.inner) is None and s.inner.difference(s.outer) is None,
            losses,
            "m = n = 2, one neuron, three losses",
            part="chain-rule",
        ),
    ]


@claim(
    "chain-rules:section-3.5.3",
    kind="section",
    label="Section 3.5.3",
    printed="For neural matrix factorization the generalization is in general not possible.",
    depends_on=["chain-rules:lemma-3.24"],
    parts=["condition", "chain-rule"],
)
def section_3_5_3() -> list[Evidence]:
    """Not only the sufficient condition fails: with weights (1, −1, −1, 1) and σ = |·| the chain rule itself does.

    With weights of one sign it holds at the same point, so 'in general' is the right word.
    """
    return _section_3_5_3(lambda s: len(set(s.weights)) == 1, 1)


section_3_5_3.near_misses(
    lambda wrong: _section_3_5_3(*wrong),
    {"the chain rule holds whatever the loss": (lambda _: True, 1), "it never holds": (lambda _: False, 1)},
)


def _pairs_disjoint(s: Supports) -> bool:
    pairs = [{(a, b) for a in x for b in x if a < b} for x in s.sets]
    return all(not (p & q) for k, p in enumerate(pairs) for q in pairs[:k])


def _support_sets() -> Iterator[Supports]:
    names = "abcd"
    everything = [frozenset(names[k] for k in range(4) if code >> k & 1) for code in range(16)]
    for x in everything:
        for y in everything:
            yield Supports((x, y))


def _section_3_5_4(most: int, source: str) -> list[Evidence]:
    return [
        decide_question(
            "are the data's pairs of features disjoint, so that the loss is separable?",
            lambda s: len(s.sets[0] & s.sets[1]) <= most,
            _pairs_disjoint,
            _support_sets(),
            "all pairs of supports in four features",
            part="separable",
        ),
        rest_on(CLARKE_2310, source, part="chain-rule"),
    ]


@claim(
    "chain-rules:section-3.5.4",
    kind="section",
    label="Section 3.5.4",
    printed=r"""Under (16), if $H_{NeuFM}(\cdot,\cdot;a)$ is locally surjective, then $\partial_CL_{NeuFM}$ is
computed by the chain
rule.""",
    depends_on=["chain-rules:lemma-3.20", "chain-rules:lemma-3.21"],
    parts=["separable", "chain-rule"],
)
def section_3_5_4() -> list[Evidence]:
    """(16) says that no pair of features occurs in two data: the linearized loss is separable."""
    return _section_3_5_4(1, CLARKE_SOURCE)


section_3_5_4.near_misses(
    lambda wrong: _section_3_5_4(*wrong),
    {"two common features allowed": (2, CLARKE_SOURCE), "disjoint supports": (0, CLARKE_SOURCE)},
)
