"""Section 3.5, first part: linearized training functions and the reduction to local surjection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from flint import fmpq

from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.checkers.polytopes import decide_polytopes
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    SUMS,
    SUMS_SOURCE,
    factorization_at,
    generator,
    origin,
)
from claims.papers.chain_rules.sided_composites import Sided, bent_at_value
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.clarke.kinks import PiecewiseLinear
from symbolic.clarke.polytope import Polytope, segment
from symbolic.local_surjection import machine_arguments as argument
from symbolic.local_surjection.maps import MatrixFactorization

NETWORK = Hypothesis("two-layer", r"$\ell_i$, $g_{ik}$ strictly differentiable, $\sigma_{ik}$ locally Lipschitz")
RELU, ABS = PiecewiseLinear.of([0], [0, 1]), PiecewiseLinear.of([0], [-1, 1])


@dataclass(frozen=True)
class Network:
    """L(v, x) = Σ_i ℓ_i(Σ_k v_k σ_ik(α_ik x + β_ik)) with ℓ_i(u) = q_i u²/2 + c_i u, at a point (v, x), x a number.

    Args:
        v: Outer weights.
        x: The parameter.
        slopes, shifts: α and β, a row a datum.
        bends: σ_ik.
        outer: (q_i, c_i).
    """

    v: tuple[int, ...]
    x: int
    slopes: tuple[tuple[int, ...], ...]
    shifts: tuple[tuple[int, ...], ...]
    bends: tuple[tuple[PiecewiseLinear, ...], ...]
    outer: tuple[tuple[int, int], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the network as text."""
        return {
            "v": list(self.v),
            "x": self.x,
            "slopes": [list(r) for r in self.slopes],
            "shifts": [list(r) for r in self.shifts],
            "outer": [list(r) for r in self.outer],
        }

    def inner(self, i: int, x: int | None = None) -> list[fmpq]:
        """Return σ_ik(g_ik(x)) for all k."""
        at = self.x if x is None else x
        return [f(fmpq(a * at + b)) for f, a, b in zip(self.bends[i], self.slopes[i], self.shifts[i], strict=True)]

    def slope(self, i: int, v: tuple[int, ...] | None = None, x: int | None = None) -> fmpq:
        """Return ℓ_i' at the network's output for datum i, at the point or elsewhere."""
        q, c = self.outer[i]
        output = sum((w * s for w, s in zip(v or self.v, self.inner(i, x), strict=True)), fmpq(0))
        return q * output + c

    def subdifferential(self, p: list[fmpq]) -> Polytope:
        """Return the hull of limiting gradients with outer slopes p: one limit from each side of x."""
        ends = []
        for side in (0, 1):
            by_v = [sum((p[i] * self.inner(i)[k] for i in range(len(p))), fmpq(0)) for k in range(len(self.v))]
            by_x = fmpq(0)
            for i, (row, lines, offsets) in enumerate(zip(self.bends, self.slopes, self.shifts, strict=True)):
                for k, (f, a, b) in enumerate(zip(row, lines, offsets, strict=True)):
                    at = f.sides(fmpq(a * self.x + b))
                    by_x += p[i] * self.v[k] * a * (at[side] if a > 0 else at[1 - side])
            ends.append([*by_v, by_x])
        return Polytope.of(ends)


def _networks() -> Iterator[Network]:
    for v in ((1, -2), (0, 1), (3, 0)):
        for x in (0, 1):
            yield Network(v, x, ((1, 2), (-1, 1)), ((0, -2), (1, 0)), ((ABS, RELU), (RELU, ABS)), ((1, -1), (-2, 3)))


def _fact_3_19(power: int, slopes: Callable[[Network], list[fmpq]]) -> list[Evidence]:
    return [
        check_derivation(
            lambda: argument.smooth_outer_layer(power), "ℓ_i − p_i· composed with Lipschitz layers is flat", part="flat"
        ),
        rest_on(
            "adding a strictly differentiable function adds its gradient to the Clarke subdifferential",
            "Clarke, Optimization and Nonsmooth Analysis, Proposition 2.3.3, Corollary 1",
            part="sum",
        ),
        decide_polytopes(
            lambda n: n.subdifferential([n.slope(i) for i in range(2)]),
            lambda n: n.subdifferential(slopes(n)),
            _networks(),
            "two data, two neurons",
            part="instances",
        ),
    ]


@claim(
    "chain-rules:fact-3.19",
    kind="fact",
    label="Fact 3.19",
    printed=r"""At $(v',x')$ the functions $\sum_i\ell_i(\sum_kv_k\sigma_{ik}(g_{ik}(x)))$ and
$\sum_kv_k\sum_ip_i\sigma_{ik}(g_{ik}(x))$, $p_i=\ell_i'(\sum_kv'_k\sigma_{ik}(g_{ik}(x')))$, share the same Clarke
subdifferential.""",
    hypotheses=[NETWORK],
    parts=["flat", "sum", "instances"],
)
def fact_3_19() -> list[Evidence]:
    """Their difference has Lipschitz constants tending to zero at the point: it is strictly differentiable, gradient 0.

    Only at (v', x'): linearized anywhere else, the subdifferentials differ.
    """
    return _fact_3_19(1, lambda n: [n.slope(i) for i in range(2)])


fact_3_19.near_misses(
    lambda wrong: _fact_3_19(*wrong),
    {
        "linearized at another point": (1, lambda n: [n.slope(i, (1, 1), 2) for i in range(2)]),
        "the rate squared": (2, lambda n: [n.slope(i) for i in range(2)]),
    },
)


def _lemma_3_20(share: int, source: str) -> list[Evidence]:
    return [
        check_derivation(lambda: argument.product_ball(share), "(v, x) ↦ (v, G(x)) is open where G is", part="product"),
        rest_on(CLARKE_2310, source, part="chain-rule"),
    ]


@claim(
    "chain-rules:lemma-3.20",
    kind="lemma",
    label="Lemma 3.20",
    printed=r"""If $G$, $G(x)_{ik}=g_{ik}(x)$, is locally surjective at $x'$, the chain rule of
$h\circ((v,x)\mapsto(v,G(x)))$ holds
at $(v',x')$, where $h(v,X)=\sum_kv_k\sum_ip_i\sigma_{ik}(x_{ik})$.""",
    hypotheses=[NETWORK],
    depends_on=["chain-rules:equation-3", "chain-rules:section-2.2.suffices"],
    parts=["product", "chain-rule"],
)
def lemma_3_20() -> list[Evidence]:
    """Give v and x half of t² each; a ball in the product is covered by (3), then Clarke's theorem applies."""
    return _lemma_3_20(2, CLARKE_SOURCE)


lemma_3_20.near_misses(
    lambda wrong: _lemma_3_20(*wrong),
    {"all of t² for each": (1, CLARKE_SOURCE), "no source for the chain rule": (2, " ")},
)


@dataclass(frozen=True)
class Layer:
    """h(v, X) = Σ_k v_k Σ_i p_i σ_ik(x_ik) at a point, zeros of v and p included."""

    v: tuple[int, ...]
    p: tuple[int, ...]
    X: tuple[tuple[int, ...], ...]
    bends: tuple[tuple[PiecewiseLinear, ...], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the layer as text."""
        return {"v": list(self.v), "p": list(self.p), "X": [list(r) for r in self.X]}

    def sums(self, k: int) -> fmpq:
        """Return Σ_i p_i σ_ik(x_ik)."""
        return sum((p * f[k](fmpq(x[k])) for p, f, x in zip(self.p, self.bends, self.X, strict=True)), fmpq(0))

    def limits(self) -> Polytope:
        """Return the hull of limits of gradients: X's entries are free, so every combination of sides occurs."""
        cells = [(i, k) for k in range(len(self.v)) for i in range(len(self.p))]
        found = []
        for sides in product((0, 1), repeat=len(cells)):
            side = dict(zip(cells, sides, strict=True))
            point: list[fmpq] = []
            for k, w in enumerate(self.v):
                point.append(self.sums(k))
                point += [w * p * self.bends[i][k].sides(fmpq(self.X[i][k]))[side[i, k]] for i, p in enumerate(self.p)]
            found.append(point)
        return Polytope.of(found)

    def formula(self, *, weighted: bool = True) -> Polytope:
        """Return ∏_k({Σ_i p_iσ_ik} × ∏_i v_k p_i ∂σ_ik), the printed right side, or a falsification of it."""
        total = Polytope.of([[]])
        for k, w in enumerate(self.v):
            total = total.beside(Polytope.of([[self.sums(k)]]))
            for i, p in enumerate(self.p):
                low, high = self.bends[i][k].clarke(fmpq(self.X[i][k]))
                factor = fmpq((w if weighted else 1) * p)
                total = total.beside(segment((factor * low,), (factor * high,)))
        return total


def _layers() -> Iterator[Layer]:
    bends = ((ABS, RELU), (RELU, ABS))
    for v in ((1, -2), (0, 1)):
        for p in ((1, -1), (0, 2)):
            for X in (((0, 0), (0, 0)), ((0, 1), (-1, 0)), ((3, 0), (0, 2))):
                yield Layer(v, p, X, bends)


def _lemma_3_21(right: Callable[[Layer], Polytope]) -> list[Evidence]:
    return [
        rest_on(SUMS, SUMS_SOURCE, part="separable"),
        decide_polytopes(
            lambda s: s.limits(), right, _layers(), "two data, two neurons, zeros included", part="instances"
        ),
    ]


@claim(
    "chain-rules:lemma-3.21",
    kind="lemma",
    label="Lemma 3.21",
    printed=r"""$\partial_Ch(v_1,x_1,\dots,v_h,x_h)=\prod_{k=1}^h(\{\sum_ip_i\sigma_{ik}(x_{ik})\}\times
\prod_{i=1}^n(v_kp_i\cdot\partial_C\sigma_{ik}(x_{ik})))$""",
    hypotheses=[NETWORK],
    parts=["separable", "instances"],
)
def lemma_3_21() -> list[Evidence]:
    """The gradient at nearby points is (Σ p_iσ_ik(x_ik), v_k p_i σ_ik'(x_ik)); the entries of X deviate independently.

    It survives v_k = 0, p_i = 0, negative weights, and points off the kinks.
    """
    return _lemma_3_21(lambda s: s.formula())


lemma_3_21.near_misses(
    _lemma_3_21,
    {
        "the weights v_k dropped": lambda s: s.formula(weighted=False),
        "twice the right side": lambda s: s.formula().times(fmpq(2)),
    },
)


def _open_networks() -> Iterator[Sided]:
    rng = generator()
    for place in (
        factorization_at(2, 2, 5, (2, 1), rng),
        origin(MatrixFactorization(2, 1, 1)),
        factorization_at(1, 3, 3, (1, 2), rng),
    ):
        count = len(place.map_.value(place.point))
        for weights in ([1, -1, 2, -3], [0, 1, -1, 0]):
            yield bent_at_value(place, weights[:count])


def _formula_3_22(s: Sided, v: int = 1) -> Polytope:
    """Return Σ_i p_i({σ} × v ∂σ·∇g_i) with h = 1: Minkowski sums of segments; the first coordinate is v's."""
    c = s.composite
    width = len(c.rows[0])
    total = Polytope.of([[0] * (width + 1)])
    for p, f, z, row in zip(c.weights, c.bends, c.map_.value(c.point), c.rows, strict=True):
        low, high = f.clarke(z)
        ends = [(p * f(z), *(p * v * slope * g for g in row)) for slope in (low, high)]
        total = total + segment(ends[0], ends[1])
    return total


def _corollary_3_22(right: Callable[[Sided], Polytope]) -> list[Evidence]:
    def left(s: Sided) -> Polytope:
        c = s.composite
        by_v = sum((p * f(z) for p, f, z in zip(c.weights, c.bends, c.map_.value(c.point), strict=True)), fmpq(0))
        return Polytope.of([[by_v]]).beside(s.inner)

    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(
            left, right, _open_networks(), "one neuron over matrix factorization, v = 1", part="instances"
        ),
    ]


@claim(
    "chain-rules:corollary-3.22",
    kind="corollary",
    label="Corollary 3.22",
    printed=r"""If $G$ is locally surjective at $x'$:
$\partial_CL(v',x')=\sum_ip_i\bigl(\prod_k\{\sigma_{ik}(g_{ik}(x'))\}\times
(\sum_kv'_k\cdot\partial_C\sigma_{ik}(g_{ik}(x'))\cdot\nabla g_{ik}(x'))\bigr)$ for all $v'$.""",
    hypotheses=[NETWORK, LIPSCHITZ],
    depends_on=["chain-rules:fact-3.19", "chain-rules:lemma-3.20", "chain-rules:lemma-3.21"],
    parts=["theorem", "instances"],
)
def corollary_3_22() -> list[Evidence]:
    """Fact 3.19, Lemma 3.20 and Lemma 3.21 in a row; the Jacobian of (v, G) is block diagonal."""
    return _corollary_3_22(_formula_3_22)


corollary_3_22.near_misses(
    _corollary_3_22,
    {"v' doubled on the right": lambda s: _formula_3_22(s, 2), "v' = 0 on the right": lambda s: _formula_3_22(s, 0)},
)
