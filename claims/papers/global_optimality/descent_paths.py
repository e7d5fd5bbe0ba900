"""Theorem 17: non-increasing paths to global minimizers, with card(D) + 1 slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import (
    CONVEX,
    DEGREE,
    DEPENDENCE,
    LOCAL,
    MINIMUM,
    NONDEGENERATE,
    PROGRAMMING,
    REDUCTION,
    STANDING,
)
from claims.papers.global_optimality.regularization_function import WRONG_FAMILIES
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import ShearFamily, vanishing
from numeric.homogeneous.path_instances import hard_starts, planted_starts
from numeric.homogeneous.slot_paths import SlotPath, with_jump
from symbolic.homogeneous.argument import ARBITRARY, Argument

LEMMA_14 = "global-optimality:lemma-14"
DEPENDENT = Hypothesis(
    "dependence", r"$\sum_i\hat\theta_i\phi(\tilde X_i)=0$, $\min_i\hat\theta_i=-1$, $\gamma\in[0,1]$"
)
ATTAINED = Hypothesis("minimizer", r"$f_r$ has a global minimizer")
ALONG = Hypothesis(
    "weights", r"on the way from $X_0$ to $X_1$: $X=sX_0+tX_1$ and $Q=sQ_0+tQ_1$ with $s,t\ge 0$, $s+t=1$"
)


def constant_path(change: int = 0, least: int = -1) -> Argument:
    """Return the argument of (49)–(52): the slices with weights 1 + γθ_i, at a local minimum."""
    names = ("gamma", "th", "f", "c", "mf", "mc", "F", "C", "w", "TF", "TC", "TW", "MF", "MC", "th0", "w0", "c0", "m0")
    argument = Argument(
        names,
        nonnegative={"gamma": ARBITRARY},
        indexed=dict.fromkeys(("th", "f", "c", "w", "mf", "mc"), "i"),
        totals={
            "F": ("f",),
            "C": ("c",),
            "TF": ("th", "f"),
            "TC": ("th", "c"),
            "TW": ("th", "w"),
            "MF": ("mf",),
            "MC": ("mc",),
        },
        follows={"gamma": ("mf", "mc", "MF", "MC")},
    )
    gamma, th, f, c, mf, mc, F, C, _, TF, TC, TW, MF, MC, th0, w0, c0, m0 = argument.generators
    image = argument.given(
        "φ of slice i with weight 1 + γθ_i ≥ 0", mf - (1 + gamma * th) * f, "=", by="positive degree", each="i"
    )
    price = argument.given("g of it", mc - (1 + gamma * th) * c, "=", by="positive degree", each="i")
    dependent = argument.given("Σθ_iφ(X_i) = 0", TF, "=", by="dependence")
    paired = argument.given("and paired with any W: Σθ_i⟨W, φ(X_i)⟩ = 0", TW, "=", by="dependence")
    lemma = argument.given("Σθ_ig(X_i) = ⟨W, Σθ_iφ(X_i)⟩, W = −∇ℓ/λ", TC - TW, "=", by=LEMMA_14)
    free = argument.conclude("Σθ_ig(X_i) = 0", TC, {lemma: 1, paired: 1})
    images, prices = argument.sum_over("the output", image), argument.sum_over("the cost", price)
    argument.conclude("(50)–(51): the output does not change", MF - F, {images: 1, dependent: gamma})
    argument.conclude("(51)–(52): the cost does not change", MC - C - change, {prices: 1, free: gamma})
    entry = argument.given("the least entry of θ is θ₀ = −1", th0 - least, "=", by="dependence")
    weight = argument.define("the weight of slice 0 at γ = 1", w0, 1 + th0)
    gone = argument.conclude("it is 0: slice 0 is scaled by 0", w0, {weight: 1, entry: 1})
    empty = argument.given("so its g is 0 times that before", m0 - w0 * c0, "=", by="positive degree")
    argument.conclude("g of it is 0", m0, {empty: 1, gone: c0})
    return argument


@claim(
    "global-optimality:theorem-17.path",
    kind="proof-step",
    label="Theorem 17, proof, equations (49) to (52)",
    printed=r"""with $\sum_i\hat\theta_i\phi(\tilde X_i)=0$, $\min_i\hat\theta_i=-1$ and
$R_i(\gamma)=(1+\gamma\hat\theta_i)^{1/p}\tilde X_i$, $f_r$ is constant on $\gamma\in[0,1]$ and a slice of $R(1)$
is zero""",
    hypotheses=[*STANDING, LOCAL, DEPENDENT],
    depends_on=[LEMMA_14],
)
def theorem_17_path() -> Evidence:
    """At a local minimum Σθ_ig is 0 with Σθ_iφ. Some θ ≠ 0 has a negative entry, for if it has none −θ serves; it is
    scaled to −1."""  # noqa: D205, D209
    return prove_by_argument(
        constant_path,
        "output and cost are constant along the path, and a slice vanishes",
        concludes=lambda q: {
            "(50)–(51): the output does not change": (-q["F"] + q["MF"], "="),
            "(51)–(52): the cost does not change": (-q["C"] + q["MC"], "="),
            "the weight of a slice at γ = 1 is 0: it is scaled by 0": (q["w0"], "="),
            "g of it is 0": (q["m0"], "="),
        },
        idle={"nondegenerate": "the paper's standing assumption"},
    )


theorem_17_path.near_misses(
    lambda change: prove_by_argument(lambda: constant_path(change), "mutant"),
    {"the cost grows by 1": 1, "it falls by 1": -1},
)


@theorem_17_path.mutant("a least entry of −2")
def _() -> Evidence:
    return prove_by_argument(lambda: constant_path(least=-2), "mutant")


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
        "ℓ = ½(a² + (b − 2)²) the infimum 0 is not attained for any r. The printed proof also needs that a descent "
        "arrives at a local minimum, and that finitely many rounds suffice; neither follows. With a minimizer the "
        "statement is right, by another path.",
        corrected_by="global-optimality:theorem-17.corrected",
    ),
)
def theorem_17() -> Evidence:
    """F(0, 2) = 0 is the minimum of F; f_r = 0 would force every x = 0 and with it the output 0."""
    return _minimizer_exists(vanishing())


theorem_17.near_misses(_minimizer_exists, WRONG_FAMILIES)


def _first_legs(slots: int = 1) -> Argument:
    """With the output kept, f_r moves with the cost alone; edges need one slice more than a basic solution."""
    names = ("lam", "L", "H", "C0", "C1", "C2", "f0", "f1", "f2", "r", "card", "rank", "used")
    argument = Argument(names, nonnegative={"lam": "convex loss"})
    lam, L, H, C0, C1, C2, f0, f1, f2, r, card, rank, used = argument.generators
    start = argument.given("f at the start is a real number", f0 - L - lam * C0 - H, "=", by="finite start")
    reduced = argument.define("f after slices are emptied, the output being kept", f1, L + lam * C1 + H)
    cheapest = argument.define("f after edges, the output being kept", f2, L + lam * C2 + H)
    emptied = argument.given("emptying slices does not raise the cost", C0 - C1, by=REDUCTION)
    edges = argument.given("nor do edges to the cheapest weights", C1 - C2, by=PROGRAMMING)
    argument.conclude("f does not rise on the first leg", f0 - f1, {start: 1, reduced: -1, emptied: lam})
    argument.conclude("nor on the second", f1 - f2, {reduced: 1, cheapest: -1, edges: lam})
    dimension = argument.given("the outputs have a rank of at most card(D)", card - rank, by=DEPENDENCE)
    size = argument.given("an edge has at most rank + 1 slices", rank + slots - used, by=PROGRAMMING)
    wide = argument.given("r ≥ card(D) + 1", r - card - 1, by="slices")
    argument.conclude("r slots suffice", r - used, {dimension: 1, size: 1, wide: 1})
    return argument


def _slots(free: int = 1) -> Argument:
    """Where the basis changes from S to S′ the weights live on both; the rest of S′ takes empty slots."""
    argument = Argument(("r", "card", "rank", "support", "basis", "new"))
    r, card, rank, support, basis, new = argument.generators
    shared = argument.given(
        "the slices in use are in S′, which has |S′| − |support| others", basis - support - new, "=", by=PROGRAMMING
    )
    small = argument.given("|S′| is at most the rank", rank - basis, by=PROGRAMMING)
    dimension = argument.given("the rank is at most card(D)", card - rank, by=DEPENDENCE)
    wide = argument.given("r ≥ card(D) + 1", r - card - 1, by="slices")
    argument.conclude(
        "the empty slots exceed the new slices",
        r - support - new - free,
        {shared: 1, small: 1, dimension: 1, wide: 1},
    )
    return argument


def _last_leg(slope: int = 1) -> Argument:
    """The output moves straight from X_0, any point on the way, to X_1; h is the cost of cheapest weights."""
    names = ("t", "s", "lam", "L", "L0", "L1", "h", "h0", "h1", "G1", "H0", "H1", "H", "f", "f0", "f1")
    argument = Argument(
        (*names, "a", "b", "c", "m", "A", "B", "M"),
        nonnegative={"t": "weights", "s": "weights", "lam": "convex loss"},
        indexed=dict.fromkeys(("a", "b", "c", "m"), "i"),
        totals={"A": ("a", "c"), "B": ("b", "c"), "M": ("m",)},
    )
    t, s, lam, L, L0, L1, h, h0, h1, G1, H0, H1, H, f, f0, f1, a, b, c, m, A, B, M = argument.generators
    complement = argument.given("s = 1 − t", s + t - 1, "=", by="weights")
    # Weights s·a + t·b on the slices of both ends have the output X and the cost s·h₀ + t·h₁.
    price = argument.given(
        "g of slice i with the weight s·a_i + t·b_i", m - (s * a + t * b) * c, "=", by="positive degree", each="i"
    )
    prices = argument.sum_over("the cost of these weights", price)
    first = argument.given("h₀ is the cost of the cheapest weights a at X_0", h0 - A, "=", by=PROGRAMMING)
    second = argument.given("h₁ that of the cheapest weights b at X_1", h1 - B, "=", by=PROGRAMMING)
    least_cost = argument.given("h is least among weights with the output X", M - h, by=PROGRAMMING)
    cheapest = argument.conclude(
        "h ≤ s·h₀ + t·h₁", s * h0 + t * h1 - h, {least_cost: 1, prices: -1, first: s, second: t}
    )
    goal_cost = argument.given("h₁ is at most the cost of the minimizer", G1 - h1, by=PROGRAMMING)
    loss = argument.given("ℓ is convex along the line of outputs and Q's", s * L0 + t * L1 - L, by="convex loss")
    rest = argument.given("H is convex", s * H0 + t * H1 - H, by="convex loss")
    now = argument.define("f on the way", f, L + lam * h + H)
    start = argument.define("f where the leg is entered", f0, L0 + lam * h0 + H0)
    goal = argument.define("f at the minimizer", f1, L1 + lam * G1 + H1)
    chord = argument.conclude(
        "f ≤ s·f₀ + t·f₁",
        s * f0 + t * f1 - f,
        {loss: 1, rest: 1, cheapest: lam, goal_cost: lam * t, start: s, goal: t, now: -1},
    )
    argument.conclude(
        "f ≤ f₁ + s(f₀ − f₁): at the end, s = 0, f is at most f₁",
        f1 + s * (f0 - f1) - f,
        {chord: 1, complement: -f1},
    )
    least = argument.given("f₁ is the least value of f_r", f0 - f1, by="minimizer")
    argument.conclude("f ≤ f₀, wherever X_0 is on the way", f0 - f, {chord: 1, least: slope * t, complement: -f0})
    return argument


def _walks(paths: list[SlotPath]) -> Evidence:
    return decide_at_points(
        paths,
        {
            "r = card(D) + 1 slots": SlotPath.is_as_wide_as_needed,
            "nonnegative weights in those slots": SlotPath.stays_in_its_slots,
            "it begins at the start": SlotPath.begins_at_the_start,
        },
        lambda p: p.is_continuous() and p.never_increases() and p.ends_at_the_least_value(),
        "a continuous path of slices along which f_r never increases ends at a global minimizer",
        "l1/l1 factorization and planted optima, card(D) = 1 to 4: cancelling, equal, zero, free and tied slices",
    )


@claim(
    "global-optimality:theorem-17.corrected",
    kind="correction",
    label="Theorem 17, corrected",
    printed=r"""if $p>0$, $f_r$ has a global minimizer and $r>\mathrm{card}(D)$, then from any point with
$f_r<\infty$ a continuous non-increasing path leads to a global minimizer: empty slices along dependences until at most
$\mathrm{card}(D)$, independent, are left; go along edges to the cheapest weights on these and the minimizer's slices
for the same output; then move the output straight to the minimizer's, the weights being the cheapest all the way""",
    hypotheses=[
        DEGREE,
        CONVEX,
        ATTAINED,
        ALONG,
        Hypothesis("slices", r"$r>\mathrm{card}(D)$"),
        Hypothesis("finite start", r"$f_r<\infty$ at the start, so that loss, costs and $H$ are real numbers there"),
    ],
    depends_on=[REDUCTION, DEPENDENCE, PROGRAMMING],
    parts=["first legs", "slots", "last leg"],
)
def theorem_17_corrected() -> list[Evidence]:
    """The minimizer is reduced to card(D) independent slices too. On the last leg f is convex and least at the end,
    so it never increases; edges have card(D) + 1 slices, basic solutions card(D), and a slot changes its slice only
    while it is empty. No local minimum, no nondegeneracy and no continuity of g is needed, and ℓ need only be convex.
    Between the ends of the first leg the cost is affine in the weights, see the reduction; continuity is that of
    weights along edges and of lexicographic optima, which is cited. The paths of
    hard rational starts are built and verified segment by segment."""  # noqa: D205, D209
    return [
        prove_by_argument(
            _first_legs,
            "the legs that keep the output fit and never rise",
            part="first legs",
            concludes=lambda q: {
                "f does not rise on the first leg": q["f0"] - q["f1"],
                "nor on the second": q["f1"] - q["f2"],
                "r slots suffice": q["r"] - q["used"],
            },
        ),
        prove_by_argument(
            _slots,
            "a new slice finds an empty slot",
            part="slots",
            concludes=lambda q: {"the empty slots exceed the new slices": q["r"] - q["support"] - q["new"] - 1},
        ),
        prove_by_argument(
            _last_leg,
            "the last leg never rises above any point of it",
            part="last leg",
            concludes=lambda q: {
                "f ≤ f₁ + s(f₀ − f₁): at the end, s = 0, f is at most f₁": q["s"] * q["f0"]
                - q["s"] * q["f1"]
                - q["f"]
                + q["f1"],
                "f ≤ f₀, wherever X_0 is on the way": -q["f"] + q["f0"],
            },
        ),
        _walks([*hard_starts(), *planted_starts()]),
    ]


theorem_17_corrected.near_misses(
    lambda slope: prove_by_argument(lambda: _last_leg(slope), "mutant", part="last leg"),
    {"the minimizer not used": 0, "used twice": 2},
)
theorem_17_corrected.near_misses(
    lambda slots: prove_by_argument(lambda: _first_legs(slots), "mutant", part="first legs"),
    {"edges with two slices more": 2, "edges with no slice more": 0},
)
theorem_17_corrected.near_misses(
    lambda free: prove_by_argument(lambda: _slots(free), "mutant", part="slots"), {"two slots to spare": 2}
)


def _backwards(path: SlotPath) -> SlotPath:
    return replace(path, segments=tuple(replace(s, start=s.end, end=s.start) for s in reversed(path.segments)))


def _first_segment(path: SlotPath) -> SlotPath:
    return replace(path, segments=path.segments[:1])


_CHANGES: dict[str, Callable[[SlotPath], SlotPath]] = {
    "a slice exchanged while it is in use": with_jump,
    "the path walked backwards": _backwards,
    "stopping after one segment": _first_segment,
}
theorem_17_corrected.near_misses(lambda change: _walks([change(hard_starts()[8])]), _CHANGES)
