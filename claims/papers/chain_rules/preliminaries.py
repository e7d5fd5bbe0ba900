"""Sections 1 and 2: multilinear maps at the origin, three subdifferentials, the chain rule and local surjection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Expr, Integer, symbols

from claims.checkers.outside_theory import rest_on
from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.polytopes import decide_polytopes
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    CLARKE_2310,
    CLARKE_SOURCE,
    LIPSCHITZ,
    STRICT,
    Located,
    Numbers,
    factorization_at,
    generator,
    machine_at,
    origin,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.local_surjection.quotients import (
    is_clarke_subgradient,
    is_frechet_subgradient,
    is_limiting_subgradient,
)
from symbolic.clarke.composites import Composite
from symbolic.clarke.kinks import Interval, PiecewiseLinear
from symbolic.clarke.polytope import Polytope
from symbolic.derivation import Derivation
from symbolic.local_surjection.facts import Facts, also, combination
from symbolic.local_surjection.maps import FactorizationMachine, MatrixFactorization, TensorFactorization, jacobian

k, t, C = symbols("k t C")


def _vanishing_order(least: int) -> Derivation:
    """From ‖F(h)‖ ≤ C‖h‖^k with k ≥ least: the quotient ‖F(h)‖/‖h‖ is of order k − 1 ≥ 1."""
    known = Facts((k - least,))
    return Derivation(known).then(
        also(known, (k - 1) - 1), combination([(1, (k - least,))]), "F(h)/‖h‖ is at most C‖h‖^(k−1)"
    )


def _multilinear_places(away: bool = False) -> Iterator[Located]:
    maps = (
        MatrixFactorization(2, 3, 1),
        MatrixFactorization(1, 1, 1),
        TensorFactorization(1, 2, 3, 2),
        TensorFactorization(2, 2, 2, 1),
        FactorizationMachine(3, 2),
    )
    for map_ in maps:
        place = origin(map_)
        if away:
            place = Located(
                map_, (fmpq_mat(*map_.shapes[0], [1] * (map_.shapes[0][0] * map_.shapes[0][1])), *place.point[1:])
            )
        yield place


def _jacobian_vanishes(place: Located) -> bool:
    return all(v == 0 for v in jacobian(place.map_, place.point).entries())


def _multilinear(least: int, away: bool) -> list[Evidence]:
    return [
        check_derivation(lambda: _vanishing_order(least), "a product of k ≥ 2 factors vanishes to second order"),
        decide_question(
            "is the Jacobian zero?",
            lambda _: True,
            _jacobian_vanishes,
            _multilinear_places(away),
            "bilinear and trilinear maps of the paper",
        ),
    ]


@claim(
    "chain-rules:section-1.multilinear-jacobian",
    kind="section",
    label="Section 1, Jacobians of multilinear mappings",
    printed=r"The Jacobian of any multilinear mapping at the origin is zero.",
    hypotheses=[
        Hypothesis("at-least-two-factors", r"linear in each of $k \ge 2$ arguments (set against linear, $k=1$)")
    ],
)
def multilinear_jacobian() -> list[Evidence]:
    """‖F(h)‖ ≤ C‖h_1‖⋯‖h_k‖ ≤ C‖h‖^k, so F(h)/‖h‖ tends to zero once k ≥ 2; a linear map (k = 1) is the exception."""
    return _multilinear(2, away=False)


multilinear_jacobian.near_misses(
    lambda wrong: _multilinear(*wrong),
    {"one factor suffices": (1, False), "at any point instead of the origin": (2, True)},
)


@dataclass(frozen=True)
class Bent:
    """A piecewise-linear function, a point and a candidate slope."""

    function: PiecewiseLinear
    x: fmpq
    s: fmpq

    def to_record(self) -> dict[str, Any]:
        """Return the triple as text."""
        return {
            "breakpoints": [str(b) for b in self.function.breakpoints],
            "slopes": [str(c) for c in self.function.slopes],
            "x": str(self.x),
            "s": str(self.s),
        }

    def tried(self, test: Callable[..., bool]) -> bool:
        """Return what the definition says, by difference quotients in Fractions."""
        return test(
            lambda v: Fraction(str(self.function(fmpq(v.numerator, v.denominator)))),
            Fraction(str(self.x)),
            Fraction(str(self.s)),
        )


ABSOLUTE = PiecewiseLinear.of([0], [-1, 1])
_BENT = (
    ABSOLUTE,
    PiecewiseLinear.of([0], [1, -1]),
    PiecewiseLinear.of([0], [0, 1]),
    PiecewiseLinear.of([0, 1], [2, -1, 1]),
)


def _bent() -> Iterator[Bent]:
    for function in _BENT:
        for x in (*function.breakpoints, fmpq(1, 3)):
            for s in range(-6, 7):
                yield Bent(function, x, fmpq(s, 2))


def _inside(intervals: Sequence[Interval], s: fmpq) -> bool:
    return any(low <= s <= high for low, high in intervals)


Sets = tuple[Callable[[Bent], Sequence[Interval]], ...]
_SETS: Sets = (
    lambda b: b.function.frechet(b.x),
    lambda b: b.function.limiting(b.x),
    lambda b: (b.function.clarke(b.x),),
)


def _three_sets(sets: Sets) -> list[Evidence]:
    tests = (is_frechet_subgradient, is_limiting_subgradient, is_clarke_subgradient)
    found = [
        decide_question(
            "is the slope a subgradient?",
            lambda b, f=f: _inside(f(b), b.s),
            lambda b, g=g: b.tried(g),
            _bent(),
            "piecewise-linear functions of one variable",
            part=name,
        )
        for f, g, name in zip(sets, tests, ("frechet", "limiting", "clarke"), strict=True)
    ]
    return [
        *found,
        rest_on(
            "a locally Lipschitz function is differentiable almost everywhere (Rademacher), so the limits of "
            "gradients exist and ∂_C f(x) is nonempty, convex and compact",
            "Clarke, Optimization and Nonsmooth Analysis, Theorem 2.5.1",
            part="well-defined",
        ),
    ]


@claim(
    "chain-rules:definition-2.1",
    kind="definition",
    label="Definition 2.1",
    printed=r"""$\hat\partial f(x)=\{s:\liminf_{y\to x}\frac{f(y)-f(x)-\langle s,y-x\rangle}{\|y-x\|}\ge 0\}$,
$\partial f(x)=\limsup_{y\to x, f(y)\to f(x)}\hat\partial f(y)$,
$\partial_C f(x)=\mathrm{conv}\limsup_{y\to x, y\in D}\{\nabla f(y)\}$""",
    hypotheses=[LIPSCHITZ],
    parts=["well-defined", "frechet", "limiting", "clarke"],
)
def definition_2_1() -> list[Evidence]:
    """On −|x| the three differ: empty, {−1, 1} and [−1, 1]; that the third is never empty rests on Rademacher."""
    return _three_sets(_SETS)


definition_2_1.near_misses(
    _three_sets,
    {
        "a concave kink has Fréchet subgradients": (_SETS[2], *_SETS[1:]),
        "the limiting set is convex": (_SETS[0], _SETS[2], _SETS[2]),
        "the Clarke set without its hull": (*_SETS[:2], _SETS[1]),
    },
)


@dataclass(frozen=True)
class Sided:
    """A composite with the sign patterns that occur near its point."""

    composite: Composite
    patterns: tuple[tuple[int, ...], ...]

    def to_record(self) -> dict[str, Any]:
        """Return the composite as text."""
        c = self.composite
        return {
            **Located(c.map_, c.point).to_record(),
            "weights": [str(w) for w in c.weights],
            "bends": [f"{b.breakpoints} {b.slopes}" for b in c.bends],
        }

    @property
    def inner(self) -> Polytope:
        """Return ∂_C(g∘H): the hull of the limits of gradients."""
        return self.composite.inner_side(self.patterns)

    @property
    def outer(self) -> Polytope:
        """Return J_Hᵀ ∂_C g(H)."""
        return self.composite.outer_side()


def bent_at_value(place: Located, weights: Sequence[int], open_here: bool = True) -> Sided:
    """Return Σ c_k |z_k − H_k(x)| at the place, with every pattern an exact preimage reaches near it."""
    value = place.map_.value(place.point)
    bends = tuple(PiecewiseLinear((z,), (fmpq(-1), fmpq(1))) for z in value)
    made = Composite(place.map_, place.point, tuple(fmpq(w) for w in weights), bends)
    return Sided(made, tuple(made.reached_patterns(fmpq(1, 10))) if open_here else ())


def open_composites() -> Iterator[Sided]:
    """Yield composites at locally surjective points: full rank, rank deficient, the origin; weights of both signs."""
    rng = generator()
    for place in (
        factorization_at(2, 2, 4, (1, 1), rng),
        factorization_at(2, 1, 2, (1, 1), rng),
        origin(MatrixFactorization(2, 2, 2)),
        machine_at(3, 4, 1, rng),
        origin(FactorizationMachine(3, 2)),
        factorization_at(1, 2, 2, (0, 1), rng),
    ):
        count = len(place.map_.value(place.point))
        yield bent_at_value(place, [1, -1, 1, -2][:count])
        yield bent_at_value(place, [0] + [-1] * (count - 1))


def failing_composite() -> Sided:
    """Return the composite of d = 1, m = n = 2 at ones with weights (1, −1, −1, 1): rank one restricts the patterns."""
    one = fmpq_mat([[1, 1]])
    sided = bent_at_value(Located(MatrixFactorization(2, 2, 1), (one, one)), [1, -1, -1, 1], open_here=False)
    # Near a positive matrix of rank one, z11 z22 = z12 z21: the outer pair up while the inner pair is down is missed.
    allowed = [p for p in _sign_patterns(4) if not (p[0] == p[3] != p[1] == p[2])]
    return Sided(sided.composite, tuple(allowed))


def _sign_patterns(count: int) -> list[tuple[int, ...]]:
    return [tuple(1 if code >> j & 1 else -1 for j in range(count)) for code in range(2**count)]


def _inclusion(inner: Callable[[Sided], Polytope]) -> list[Evidence]:
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(
            lambda s: Polytope.of([*inner(s).points, *s.outer.points]),
            lambda s: s.outer,
            [*open_composites(), failing_composite()],
            "points of factorization maps",
            part="instances",
        ),
    ]


@claim(
    "chain-rules:section-2.2.inclusion",
    kind="section",
    label="Section 2.2, inclusion",
    printed=r"$\partial_C (g\circ H)(x)\subseteq J_H(x)^\top\partial_C g(H(x))$ always",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["theorem", "instances"],
)
def inclusion() -> list[Evidence]:
    """Clarke's theorem; on exact polytopes the hull of both sides is the right side, also where equality fails."""
    return _inclusion(lambda s: s.inner)


inclusion.near_misses(
    _inclusion,
    {
        "the left side twice as large": lambda s: s.inner.times(fmpq(2)),
        "the left side moved by a gradient": lambda s: s.inner + Polytope.of([s.composite.rows[0]]),
    },
)


@claim(
    "chain-rules:definition-2.2",
    kind="definition",
    label="Definition 2.2",
    printed=r"$F$ is locally surjective at $x$ if for any $t>0$ there is $r>0$ with $F(x)+r\mathbb B\subseteq F(x+t\mathbb B)$.",
)
def definition_2_2() -> Evidence:
    """It asks less than a surjective Jacobian: x ↦ x³ has it at 0 and x ↦ x² has not, both with derivative 0."""
    return _powers(lambda s: s["power"] % 2 == 1)


def _powers(stated: Callable[[Numbers], bool]) -> Evidence:
    return decide_question(
        "is x ↦ x^k, with k and the derivative at 0 as given, locally surjective at 0?",
        stated,
        _power_hits_both_signs,
        [Numbers.of(power=p, derivative=int(p == 1)) for p in range(1, 7)],
        "x ↦ x^k, k ≤ 6",
    )


def _power_hits_both_signs(s: Numbers) -> bool:
    """x^k takes both signs within every ball; then by continuity it takes every small value."""
    p = int(s["power"])
    t_ = Fraction(1, 10)
    return t_**p > 0 > (-t_) ** p


definition_2_2.near_misses(
    _powers,
    {"only where the Jacobian is surjective": lambda s: s["derivative"] != 0, "for every power": lambda s: True},
)


def _equal_sides(outer: Callable[[Sided], Polytope], more: Sequence[Sided] = ()) -> list[Evidence]:
    return [
        rest_on(CLARKE_2310, CLARKE_SOURCE, part="theorem"),
        decide_polytopes(
            lambda s: s.inner,
            outer,
            [*open_composites(), *more],
            "points where exact preimages reach every sign pattern",
            part="instances",
        ),
    ]


@claim(
    "chain-rules:section-2.2.suffices",
    kind="section",
    label="Section 2.2, local surjection suffices",
    printed=r"If $H$ is locally surjective at $x$, then $\partial_C(g\circ H)(x)=J_H(x)^\top\partial_C g(H(x))$.",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["theorem", "instances"],
)
def suffices() -> list[Evidence]:
    """Clarke's theorem; exactly, where right inverses reach every cell near the point both polytopes are equal."""
    return _equal_sides(lambda s: s.outer)


suffices.near_misses(
    lambda wrong: _equal_sides(*wrong),
    {
        "at the point of Example 3.1 as well": (lambda s: s.outer, [failing_composite()]),
        "the right side doubled": (lambda s: s.outer.times(fmpq(2)), []),
    },
)


def _frechet_sides(s: Numbers) -> bool:
    """Return whether ∂̂(g∘F)(0) = F'(0)·∂̂g(0) for F = x^3 or F = x and g = slope·|z|."""
    slope, power = s["slope"], int(s["power"])
    g = lambda z: slope * abs(z)  # noqa: E731 - the function of the instance
    candidates = [Fraction(j, 2) for j in range(-6, 7)]
    outer = {(power == 1) * c for c in candidates if is_frechet_subgradient(g, Fraction(0), c)}
    # |x|³ is differentiable at 0 with derivative 0, whatever the slope.
    inner = {Fraction(0)} if power > 1 else outer
    return inner == outer


def _frechet(stated: Callable[[Numbers], bool], build: Callable[[], Derivation]) -> list[Evidence]:
    instances = [Numbers.of(power=p, slope=c) for p in (1, 3) for c in (1, 0, -1)]
    return [
        decide_question(
            "does the Fréchet chain rule hold at 0 for slope·|·| after x^power?",
            stated,
            _frechet_sides,
            instances,
            "F(x) = x^3, g(z) = -|z|",
            part="frechet",
        ),
        check_derivation(
            build,
            "J^T s is an ε-Fréchet subgradient of g∘F at nearby points over every z near F(x)",
            part="limiting-bound",
        ),
    ]


def approximate_subgradient(outer: Expr | None = None) -> Derivation:
    """From g(F(y)) − g(z) − s·(F(y) − z) ≥ −η‖F(y) − z‖, ‖F(y) − z‖ ≤ Λδ and |s·(F(y) − z − J(y − x))| ≤ σεδ."""
    drop, inner, rest, eta, lam, delta, small = symbols("drop inner rest eta Lambda delta small")
    total = drop + rest if outer is None else outer
    known = Facts((eta, drop + eta * inner, lam * delta - inner, rest + small * delta))
    return Derivation(known).then(
        also(known, total + (eta * lam + small) * delta),
        combination([(1, (known.nonnegative[1],)), (1, (eta, lam * delta - inner)), (1, (known.nonnegative[3],))]),
        "the remainder of F is small because F is strictly differentiable",
    )


def _drop_only() -> Derivation:
    drop, rest = symbols("drop rest")
    return approximate_subgradient(drop - rest)


@claim(
    "chain-rules:footnote-2",
    kind="section",
    label="Footnote 2",
    printed="Local surjection may not be sufficient for the Fréchet and limiting subdifferential chain rules.",
    parts=["frechet"],
    depends_on=["chain-rules:footnote-2.limiting"],
    erratum=Erratum(
        "overclaim",
        "The caution is right for Fréchet: F(x) = x³, g(z) = −|z| at 0 gives {0} on one side and the empty set on the "
        "other. For the limiting subdifferential it is idle: local surjection does suffice there.",
        corrected_by="chain-rules:footnote-2.limiting",
    ),
)
def footnote_2() -> Evidence:
    """X ↦ x³ is open at 0; −|x|³ is differentiable there while −|z| has no Fréchet subgradient at 0."""
    return _frechet(lambda s: s["power"] == 1 or s["slope"] >= 0, approximate_subgradient)[0]


footnote_2.near_misses(
    lambda stated: _frechet(stated, approximate_subgradient)[0],
    {
        "local surjection suffices for Fréchet": lambda s: True,
        "it fails for x^3 whatever g is": lambda s: s["power"] == 1,
    },
)


@claim(
    "chain-rules:footnote-2.limiting",
    kind="correction",
    label="Footnote 2, the limiting subdifferential",
    printed=r"If $F$ is strictly differentiable and locally surjective at $x$, then "
    r"$\partial(g\circ F)(x)=J_F(x)^\top\partial g(F(x))$ for every locally Lipschitz $g$.",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["limiting-bound", "inclusion"],
)
def footnote_2_limiting() -> list[Evidence]:
    """Take z_k → F(x), s_k ∈ ∂̂g(z_k), s_k → s, and by local surjection x_k → x with F(x_k) = z_k.

    J_F(x)ᵀs_k is an ε_k-Fréchet subgradient of g∘F at x_k with ε_k → 0, so J_F(x)ᵀs is a limiting subgradient at x.
    """
    return [
        check_derivation(
            approximate_subgradient, "J^T s_k is an ε_k-Fréchet subgradient at x_k", part="limiting-bound"
        ),
        rest_on(
            "limits of ε-Fréchet subgradients with ε → 0 are limiting subgradients, and ∂(g∘F)(x) ⊆ J_F(x)ᵀ∂g(F(x)) for F "
            "strictly differentiable and g locally Lipschitz",
            "Mordukhovich, Variational Analysis and Generalized Differentiation I (ε-subgradients); Rockafellar and Wets, "
            "Variational Analysis, Theorem 10.6 (basic chain rule)",
            part="inclusion",
        ),
    ]


footnote_2_limiting.near_misses(
    lambda build: check_derivation(build, "", part="limiting-bound"),
    {
        "the remainder of F with the wrong sign": _drop_only,
        "the remainder of F dropped": lambda: approximate_subgradient(symbols("drop") * Integer(2)),
    },
)


@dataclass(frozen=True)
class Moved:
    """A factorization machine with a linear term, one column of P moved along a line."""

    place: Located
    column: int
    direction: tuple[int, ...]
    x: tuple[int, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the instance as text."""
        return {**self.place.to_record(), "column": self.column, "direction": list(self.direction), "x": list(self.x)}


def prediction(P: fmpq_mat, x: Sequence[int], squares: bool = False) -> fmpq:
    """Return Σ_{i<j} (PᵀP)_ij x_i x_j with weights w = x for the linear term; with the squares i = j if asked."""
    gram = P.transpose() * P
    size = P.ncols()
    total = fmpq(sum(v * v for v in x))
    return total + sum((gram[i, j] * x[i] * x[j] for i in range(size) for j in range(i + (not squares), size)), fmpq(0))


def _second_difference_vanishes(s: Moved, squares: bool) -> bool:
    (P,) = s.place.point
    values = []
    for step in range(3):
        moved = fmpq_mat(P)
        for l, v in enumerate(s.direction):
            moved[l, s.column] += step * v
        values.append(prediction(moved, s.x, squares))
    return bool(values[0] - 2 * values[1] + values[2] == 0)


def _moved() -> Iterator[Moved]:
    rng = generator()
    for d0, d in ((2, 1), (3, 2), (4, 3)):
        for column in range(d0):
            place = machine_at(d0, d, d, rng)
            yield Moved(
                place,
                column,
                tuple(int(v) for v in rng.integers(1, 4, d)),
                tuple(int(v) for v in rng.integers(1, 4, d0)),
            )


@claim(
    "chain-rules:equation-1",
    kind="equation",
    label="Equation (1)",
    printed=r"$f_{FM}(x;w,P)=w^\top x+\sum_{i<j}(P^\top P)_{ij}x_ix_j$ is multiaffine in the columns of $P$.",
)
def equation_1() -> list[Evidence]:
    """Every monomial has i ≠ j: it is of degree at most one in each column, so second differences along one vanish."""
    return _multiaffine(pair_affine, squares=False)


def pair_affine(skip_equal: bool = True) -> Derivation:
    """p_i·p_j is affine in p_i when i ≠ j: the second difference of (p + s v)·q in s vanishes identically."""
    p, v, q, step = symbols("p v q s")
    other = q if skip_equal else p + step * v
    value = lambda at: ((p + step * v) * other).subs(step, at)  # noqa: E731 - evaluated three times
    second = value(0) - 2 * value(1) + value(2)
    known = Facts((Integer(0),), ())
    chain = Derivation(known).then(also(known, second), combination([]), "expand in one coordinate l of the sum")
    return chain.then(also(chain.result, -second), combination([]))  # type: ignore[arg-type]


def _multiaffine(build: Callable[[], Derivation], squares: bool) -> list[Evidence]:
    return [
        check_derivation(build, "the second difference of each summand along one column vanishes"),
        decide_question(
            "does the second difference along one column vanish?",
            lambda _: True,
            lambda s: _second_difference_vanishes(s, squares),
            _moved(),
            "d0 = 2, 3, 4",
        ),
    ]


equation_1.near_misses(
    lambda wrong: _multiaffine(*wrong),
    {"with the terms i = j": (pair_affine, True), "a column paired with itself": (lambda: pair_affine(False), False)},
)
