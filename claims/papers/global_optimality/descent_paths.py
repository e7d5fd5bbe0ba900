"""Theorem 17, Algorithm 1 and Corollary 18: non-increasing paths to global minimizers."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import CONVEX, DEGREE, MINIMUM, NONDEGENERATE, STANDING
from claims.papers.global_optimality.regularization_function import WRONG_FAMILIES
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import ShearFamily, vanishing
from numeric.homogeneous.exact_paths import ScalarUpdate, Segment, plane_path
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.weighted_slices import WeightedSlices

ATTAINED = Hypothesis("minimizer", r"$f_r$ has a global minimizer with at most $\mathrm{card}(D)$ nonzero slices")


def _path(change: int = 0) -> Argument:
    """(49)–(52): the slices with weights 1 + γθ_i, at a local minimum."""
    argument = Argument(("gamma", "theta1", "theta2", "phi1", "phi2", "g1", "g2", "W"))
    gamma, theta1, theta2, phi1, phi2, g1, g2, W = argument.generators
    start = WeightedSlices((("1", argument.ring.one), ("2", argument.ring.one)))
    moved = WeightedSlices((("1", 1 + gamma * theta1), ("2", 1 + gamma * theta2)))
    images, costs = {"1": phi1, "2": phi2}, {"1": g1, "2": g2}
    dependent = argument.given("Σθ_iφ(X_i) = 0", theta1 * phi1 + theta2 * phi2, "=")
    lemma = argument.given(
        "Lemma 14: Σθ_ig(X_i) = ⟨W, Σθ_iφ(X_i)⟩", theta1 * g1 + theta2 * g2 - W * (theta1 * phi1 + theta2 * phi2), "="
    )
    free = argument.conclude("Σθ_ig(X_i) = 0", theta1 * g1 + theta2 * g2, {lemma: 1, dependent: W})
    argument.conclude(
        "(50)–(51): the output does not change", moved.total(images) - start.total(images), {dependent: gamma}
    )
    argument.conclude(
        "(51)–(52): the cost does not change", moved.total(costs) - start.total(costs) - change, {free: gamma}
    )
    argument.identity("at γ = 1 the slice with θ = −1 has weight 0", argument.ring.one - 1, 0)
    return argument


@claim(
    "global-optimality:theorem-17.path",
    kind="proof-step",
    label="Theorem 17, proof, equations (49) to (52)",
    printed=r"""with $\sum_i\hat\theta_i\phi(\tilde X_i)=0$, $\min_i\hat\theta_i=-1$ and
$R_i(\gamma)=(1+\gamma\hat\theta_i)^{1/p}\tilde X_i$, $f_r$ is constant on $\gamma\in[0,1]$ and a slice of $R(1)$
is zero""",
    hypotheses=STANDING,
    depends_on=["global-optimality:lemma-14"],
)
def theorem_17_path() -> Evidence:
    """At a local minimum Σθ_ig is 0 with Σθ_iφ; as every g(X_i) is positive, θ has a negative entry."""
    return prove_by_argument(_path, "output and cost are constant along the path")


theorem_17_path.near_misses(
    lambda change: prove_by_argument(lambda: _path(change), "mutant"), {"the cost grows by 1": 1, "it falls by 1": -1}
)


def _minimizer_exists(family: ShearFamily) -> Evidence:
    """With ℓ = ½(a² + (b − 2)²), F = ℓ + λ|a| has its minimum 0 at (0, 2); f_r comes near 0 and is positive."""
    return decide_at_points(
        [family],
        {
            "the output is the minimizer (0, 2) of F at every e > 0": ShearFamily.factorizes_target,
            "f_r at the family is λ·cost and tends to 0, the minimum of F": lambda f: f.cost().tends_to_zero,
            "r > card(D) with one zero slice more": lambda f: len(f.slices) + 1 > len(f.target),
        },
        # f_r = 0 needs cost 0 and loss 0, so every x = 0 and the output (0, 2).
        ShearFamily.zero_cost_reaches_target,
        "f_r has a global minimizer for a path to lead to",
        "D = 2, φ = (x|x|, xy), g = x², r = 3",
    )


@claim(
    "global-optimality:theorem-17",
    kind="theorem",
    label="Theorem 17",
    printed=r"""if $r>\mathrm{card}(D)$ then from any point with $f_r<\infty$ there must exist a non-increasing
    path to a global
minimizer of $f_r$""",
    hypotheses=[DEGREE, NONDEGENERATE, CONVEX, MINIMUM],
    depends_on=["global-optimality:theorem-15", "global-optimality:theorem-17.path"],
    erratum=Erratum(
        "missing-hypothesis",
        "A global minimizer of f_r need not exist though F has one: for φ = (x|x|, xy), g = x² and "
        "ℓ = ½(a² + (b − 2)²) the infimum 0 is not attained for any r. Nor need a descent from a point that is no "
        "local minimum arrive at one. With a minimizer and r ≥ 2 card(D), a path is explicit.",
        corrected_by="global-optimality:theorem-17.corrected",
    ),
)
def theorem_17() -> Evidence:
    """F(0, 2) = 0 is the minimum of F; f_r = 0 would force every x = 0 and with it the output 0."""
    return _minimizer_exists(vanishing())


theorem_17.near_misses(_minimizer_exists, WRONG_FAMILIES)


def _two_legs(slope: int = 1) -> Argument:
    """Leg 1: remove slices at no cost. Leg 2: weights 1 − t on the current point, t on the minimizer."""
    argument = Argument(
        ("t", "s", "lam", "L", "L0", "L1", "G0", "G1", "f0", "f1", "H0", "H1", "H"), nonnegative=("t", "s", "lam")
    )
    t, s, lam, L, L0, L1, G0, G1, f0, f1, H0, H1, H = argument.generators
    complement = argument.given("s = 1 − t", s + t - 1, "=")
    slices = WeightedSlices((("now", s), ("goal", t)))
    cost = slices.total({"now": G0, "goal": G1})
    loss = argument.given("ℓ is convex along the line of outputs and Q's", s * L0 + t * L1 - L)
    rest = argument.given("H is convex", s * H0 + t * H1 - H)
    start = argument.given("f₀ = ℓ₀ + λG₀ + H₀", f0 - L0 - lam * G0 - H0, "=")
    goal = argument.given("f₁ = ℓ₁ + λG₁ + H₁", f1 - L1 - lam * G1 - H1, "=")
    chord = argument.conclude(
        "f ≤ (1 − t)f₀ + t f₁", s * f0 + t * f1 - (L + lam * cost + H), {loss: 1, rest: 1, start: s, goal: t}
    )
    least = argument.given("f₁ is the least value", f0 - f1)
    argument.conclude(
        "f ≤ f₀ on the second leg", f0 - (L + lam * cost + H), {chord: 1, least: slope * t, complement: -f0}
    )
    return argument


def _legs(segments: list[Segment]) -> Evidence:
    return decide_at_points(
        segments,
        {
            "weights are nonnegative": Segment.has_nonnegative_weights,
            "a line of weights on fixed slots": Segment.uses_each_slot_continuously,
        },
        Segment.never_increases,
        "f_r never increases along the segment",
        "1×2 factorization, Y = (6, 8), λ = 5, r = 4, every segment",
    )


@claim(
    "global-optimality:theorem-17.corrected",
    kind="correction",
    label="Theorem 17, corrected",
    printed=r"""if $f_r$ has a global minimizer with at most $\mathrm{card}(D)$ nonzero slices (as when $\Gamma$ is
    compact) and
$r\ge 2\,\mathrm{card}(D)$, then from any point with $f_r<\infty$ a non-increasing path leads to a global
minimizer: empty
slices along linear dependences, then move the weights straight to the minimizer""",
    hypotheses=[DEGREE, CONVEX, ATTAINED],
    depends_on=["global-optimality:equation-18"],
)
def theorem_17_corrected() -> list[Evidence]:
    """The second leg's objective is convex in t and least at t = 1, so it decreases on [0, 1]; no local minima, no
    continuity of g are needed. The path of a rational instance is verified segment by segment."""  # noqa: D205, D209
    return [prove_by_argument(_two_legs, "the second leg stays below its start"), _legs(plane_path())]


theorem_17_corrected.near_misses(
    lambda slope: prove_by_argument(lambda: _two_legs(slope), "mutant"), {"the minimizer not used": 0, "used twice": 2}
)


@theorem_17_corrected.mutant("straight to a point that is no minimizer")
def _() -> Evidence:
    return _legs(plane_path(target=(-30, -40, 50)))


def _vanishes(update: ScalarUpdate) -> Evidence:
    return decide_at_points(
        [update],
        {
            "a local minimum with all slices nonzero": ScalarUpdate.is_local_minimum,
            "Σθφ = 0 and min θ = −1": ScalarUpdate.is_dependent,
        },
        ScalarUpdate.some_slice_vanishes,
        "the update empties a slice",
        "scalars, φ = uv, r = 2 > card(D) = 1, ½(X − 4)² + Σ|u||v|",
    )


def _ends(update: ScalarUpdate) -> Evidence:
    return decide_at_points(
        [update],
        {
            "a local minimum with all slices nonzero": ScalarUpdate.is_local_minimum,
            "Σθφ = 0 and min θ = −1": ScalarUpdate.is_dependent,
        },
        lambda u: not u.returns_after_two(),
        "the loop does not come back to where it was",
        "scalars, φ = uv, r = 2 > card(D) = 1, ½(X − 4)² + Σ|u||v|",
    )


PRINTED_LOOP = ScalarUpdate(Fraction(1), Fraction(2), -1)
WRONG_LOOPS = {
    "slices that are no local minimum": ScalarUpdate(Fraction(1), Fraction(1), -1),
    "a negative slice": ScalarUpdate(Fraction(-1), Fraction(4), -1),
}


@claim(
    "global-optimality:algorithm-1",
    kind="algorithm",
    label="Algorithm 1",
    printed=r"""at a local minimum without zero slices and with $\sum_i\theta_i\phi(X_i)=0$, $\theta\ne 0$: scale
    $\theta$ so that
$\min_i\theta_i=-1$ and set $X_i=(1-\theta_i)^{1/p}\tilde X_i$; otherwise append a zero slice; loop""",
    hypotheses=STANDING,
    erratum=Erratum(
        "misprint",
        "The update must be (1 + θ_i)^{1/p}, as in (49). As printed the slice with θ_i = −1 grows, one with θ_i > 1 "
        "has no real root, and no slice need vanish: outputs (1, 2) become (2, 1) and (1, 2) again, for ever.",
        corrected_by="global-optimality:algorithm-1.corrected",
    ),
)
def algorithm_1() -> Evidence:
    """θ = (−1, 1/2) turns outputs (1, 2) into (2, 1)."""
    return _vanishes(PRINTED_LOOP)


algorithm_1.near_misses(_vanishes, WRONG_LOOPS)


def _corrected_update(sign: int = 1) -> Evidence:
    pairs = ((1, 2), (2, 1), (Fraction(1, 2), Fraction(5, 2)), (Fraction(3, 2), Fraction(3, 2)))
    return decide_at_points(
        [ScalarUpdate(Fraction(a), Fraction(b), sign) for a, b in pairs],
        {"Σθφ = 0 and min θ = −1": ScalarUpdate.is_dependent},
        ScalarUpdate.some_slice_vanishes,
        "the update empties a slice",
        "scalars",
    )


@claim(
    "global-optimality:algorithm-1.corrected",
    kind="correction",
    label="Algorithm 1, the update corrected",
    printed=r"""with $X_i=(1+\theta_i)^{1/p}\tilde X_i$ the output and the objective are kept and a slice becomes
    zero""",
    hypotheses=STANDING,
    depends_on=["global-optimality:lemma-14"],
)
def algorithm_1_corrected() -> list[Evidence]:
    """Equations (49) to (52) at γ = 1."""
    return [prove_by_argument(_path, "output and cost are kept; weight 1 + θ is 0 where θ = −1"), _corrected_update()]


algorithm_1_corrected.near_misses(_corrected_update, {"the update as printed": -1, "no update": 0})


@claim(
    "global-optimality:corollary-18",
    kind="corollary",
    label="Corollary 18",
    printed=r"""Algorithm 1 will find a global minimum; if $r>\mathrm{card}(D)$ initially, the size does not
    increase, otherwise
it terminates with $r\le\mathrm{card}(D)+1$""",
    hypotheses=STANDING,
    depends_on=["global-optimality:algorithm-1"],
    erratum=Erratum(
        "false-as-printed",
        "As printed the algorithm can cycle at a local minimum. With the update corrected it still need not end: "
        "nothing bounds the number of local minima visited, and a minimizer may not exist. What holds is the size "
        "bound, and that what it returns is a global minimum.",
        corrected_by="global-optimality:corollary-18.corrected",
    ),
)
def corollary_18() -> Evidence:
    """From outputs (1, 2) two updates lead back to (1, 2), a local minimum each time."""
    return _ends(PRINTED_LOOP)


corollary_18.near_misses(_ends, WRONG_LOOPS)


def _size_bound(appended: int = 1) -> Argument:
    argument = Argument(("r", "rank", "card", "after"))
    r, rank, card, after = argument.generators
    independent = argument.given("a slice is appended only if the φ(X_i) are independent: r = rank", r - rank, "=")
    bound = argument.given("rank ≤ card(D)", card - rank)
    append = argument.given("after appending", after - r - 1, "=")
    argument.conclude("r + 1 ≤ card(D) + 1", card + appended - after, {independent: -1, bound: 1, append: -1})
    return argument


@claim(
    "global-optimality:corollary-18.corrected",
    kind="correction",
    label="Corollary 18, corrected",
    printed=r"""with the corrected update, $r$ never grows beyond $\max(r_0,\mathrm{card}(D)+1)$ and does not grow
    at all from
$r_0>\mathrm{card}(D)$; each loop keeps or lowers the objective; what is returned is a global minimum""",
    hypotheses=STANDING,
    depends_on=["global-optimality:theorem-15", "global-optimality:algorithm-1.corrected"],
)
def corollary_18_corrected() -> Evidence:
    """More than card(D) outputs are dependent, so no slice is appended then; Theorem 15 speaks for what is returned."""
    return prove_by_argument(_size_bound, "slices are appended to independent ones only")


corollary_18_corrected.near_misses(
    lambda appended: prove_by_argument(lambda: _size_bound(appended), "mutant"),
    {"r never exceeds card(D)": 0, "r may reach card(D) + 2 with equality": 2},
)
