"""Algorithm 1 and Corollary 18: the update, what the loop does, and the bound of the number of slices."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.descent_paths import DEPENDENT, LEMMA_14, constant_path
from claims.papers.global_optimality.notation import DEPENDENCE, LOCAL, STANDING
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.exact_paths import ScalarUpdate
from numeric.homogeneous.slope_pair import Run, slope_run
from symbolic.homogeneous.argument import Argument

THEOREM_15 = "global-optimality:theorem-15"


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
    return _vanishes(ScalarUpdate(Fraction(1), Fraction(2), -1))


algorithm_1.near_misses(
    _vanishes,
    {
        "slices that are no local minimum": ScalarUpdate(Fraction(1), Fraction(1), -1),
        "a negative slice": ScalarUpdate(Fraction(-1), Fraction(4), -1),
    },
)


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
    hypotheses=[*STANDING, LOCAL, DEPENDENT],
    depends_on=[LEMMA_14],
)
def algorithm_1_corrected() -> list[Evidence]:
    """Equations (49) to (52) at γ = 1."""
    return [
        prove_by_argument(
            constant_path,
            "output and cost are kept; weight 1 + θ is 0 where θ = −1",
            concludes=lambda q: {
                "(50)–(51): the output does not change": (-q["F"] + q["MF"], "="),
                "(51)–(52): the cost does not change": (-q["C"] + q["MC"], "="),
                "the weight of a slice is 0: it is scaled by 0": (q["w0"], "="),
                "g of it is 0": (q["m0"], "="),
            },
            idle={"nondegenerate": "the paper's standing assumption"},
        ),
        _corrected_update(),
    ]


algorithm_1_corrected.near_misses(_corrected_update, {"the update as printed": -1, "no update": 0})
algorithm_1_corrected.near_misses(
    lambda least: prove_by_argument(lambda: constant_path(least=least), "mutant"),
    {"a least entry of 1": 1, "a least entry of −2": -2},
)


def _finds(run: Run) -> Evidence:
    return decide_at_points(
        [run],
        {
            "every point visited is a local minimum with all slices nonzero": Run.visits_local_minima,
            "every descent between them is strict": Run.descends_strictly,
        },
        Run.finds_the_least_value,
        f"Algorithm 1 with the update {'1 + θ' if run.sign > 0 else '1 − θ'} finds a global minimum",
        "card(D) = 1, r = 2, φ = x², g = x²c(y/x), ½(Σx² − 4)² + Σg",
    )


def _stays_above(limit: Fraction = Fraction(7, 2)) -> Argument:
    """Slices of weight t_i and slope k + h_i: the value is at least 4c − c²/2, c = 1 + 1/(1 + k), which exceeds 7/2."""
    names = ("K", "u", "v", "h", "a", "ck", "c", "t", "m", "T", "M", "f", "fk")
    argument = Argument(
        names,
        nonnegative={"t": "spurious point", "a": "spurious point"},
        indexed=dict.fromkeys(("v", "h", "a", "c", "t", "m"), "i"),
        totals={"T": ("t",), "M": ("m",)},
    )
    K, u, v, h, a, ck, c, t, m, T, M, f, fk = argument.generators
    by = "spurious point"
    share = argument.reciprocal("u = 1/K", u, argument.given("K = 1 + k > 0", K, ">", by=by))
    shares = argument.reciprocal("v_i = 1/(K + h_i)", v, argument.given("K + h_i > 0", K + h, ">", by=by, each="i"))
    two = argument.given("K ≥ 2, for k ≥ 1", K - 2, by=by)
    one = argument.given("K + h_i ≥ 1, for |h_i| ≤ ½", K + h - 1, by=by, each="i")
    above = argument.given("a_i = |h_i| ≥ h_i", a - h, by=by, each="i")
    size, positive = argument.known("a_i ≥ 0", a), argument.known("u ≥ 0", u)
    half = argument.conclude("u ≤ ½", 1 - 2 * u, {two: u, share: -1})
    whole = argument.conclude("v_i ≤ 1", 1 - v, {one: v, shares: -1})
    least = argument.conclude("uv_i ≤ 1", 1 - u * v, {whole: u, half: 1, positive: 1})
    cost = argument.define("c_i = 1 + v_i + 2a_i", c, 1 + v + 2 * a)
    bottom = argument.define("c = 1 + u", ck, 1 + u)
    # v − u = −h u v, so c_i − c = 2a − h u v = uv(a − h) + a(1 − uv) + a.
    higher = argument.conclude(
        "c_i ≥ c", c - ck, {cost: 1, bottom: -1, above: u * v, least: a, size: 1, share: -v, shares: u}
    )
    product = argument.define("t_ic_i", m, t * c)
    each = argument.conclude("t_ic_i ≥ t_ic", m - t * ck, {product: 1, higher: t})
    total = argument.sum_over("summed over the slices", each)
    square = argument.square("(Σt − 4 + c)² ≥ 0", T - 4 + ck)
    value = argument.define("f = ½(Σt − 4)² + Σt_ic_i", f, (T - 4) ** 2 / 2 + M)
    here = argument.define("the value at the point", fk, 4 * ck - ck**2 / 2)
    argument.conclude("a local minimum: f ≥ 4c − c²/2", f - fk, {value: 1, here: -1, total: 1, square: Fraction(1, 2)})
    # 4(1 + u) − (1 + u)²/2 − 7/2 = 3u − u²/2 = (u/4)(1 − 2u) + (11/4)u.
    argument.conclude(
        "its value is at least 7/2",
        fk - limit,
        {here: 1, bottom: 4 - (ck + 1 + u) / 2, half: u / 4, positive: Fraction(11, 4)},
    )
    return argument


def _always_above(limit: Fraction = Fraction(7, 2)) -> Evidence:
    return prove_by_argument(
        lambda: _stays_above(limit),
        "every slope k ≥ 1 has a local minimum, of value above 7/2",
        concludes=lambda q: {
            "a local minimum: f ≥ 4c − c²/2": q["f"] - q["fk"],
            "its value is at least 7/2": q["fk"] - Fraction(7, 2),
        },
    )


@claim(
    "global-optimality:corollary-18",
    kind="corollary",
    label="Corollary 18",
    printed=r"""Algorithm 1 will find a global minimum; if $r>\mathrm{card}(D)$ initially, the size does not
    increase, otherwise
it terminates with $r\le\mathrm{card}(D)+1$""",
    hypotheses=[
        *STANDING,
        Hypothesis(
            "spurious point",
            r"""for the witness: slices of weights $t_i\ge 0$ and slopes $k+h_i$, $k\ge 1$, $a_i=|h_i|\le\tfrac12$; the
point has $h=0$ and $\sum_it_i=4-c$""",
        ),
    ],
    depends_on=["global-optimality:algorithm-1"],
    erratum=Erratum(
        "false-as-printed",
        "With φ = x², g = x²c(y/x), c(s) = 1 + 1/(1+s) + 2·dist(s, ℤ) for s ≥ 0 and ½ + (3/2)|s+1| for s ≤ 0, "
        "ℓ = ½(X − 4)², λ = 1, r = 2 > card(D) = 1: the weights x² = (5/6, 5/3) at slope 1 are a local minimum of "
        "value 39/8. With the update read as 1 + θ, which Algorithm 1's misprint means, strict descents in between may "
        "visit a local minimum at every slope, of values that fall to 7/2, and never come near the least value 15/8; "
        "with the printed 1 − θ the weights are swapped for ever. What fails is that the proof applies its step "
        "'iteratively': finitely many rounds need not do. Nor need there be any minimizer, see Theorem 17. What holds "
        "is the size bound, and that what is returned is a global minimum.",
        corrected_by="global-optimality:corollary-18.corrected",
    ),
)
def corollary_18() -> list[Evidence]:
    """The cost c has a strict local minimum 1 + 1/(1+k) at each k ≥ 1, and its least value ½ at s = −1. All hypotheses
    hold: g is continuous, Γ = [0, 2] compact. A local minimum at slope k is left only for one at k + 1."""  # noqa: D205, D209
    return [_always_above(), _finds(slope_run(1)), _finds(slope_run(-1))]


corollary_18.near_misses(
    _finds,
    {
        "weights of another total, no local minimum": slope_run(1, "5/6", "5/6"),
        "at the slope −1, which is the best": slope_run(1, "7/4", "7/4", slope=-1),
        "a negative weight": slope_run(-1, "-1/2", "3"),
    },
)
corollary_18.near_misses(_always_above, {"values above 4": Fraction(4), "values above 39/8": Fraction(39, 8)})


def _size_bound(appended: int = 1) -> Argument:
    wider = ("lam", "L", "C", "H", "g0", "fit", "padded", "lower")
    argument = Argument(("r", "rank", "card", "after", "f", "f_after", "other", "returned", *wider))
    r, rank, card, after, f, f_after, other, returned, lam, L, C, H, g0, fit, padded, lower = argument.generators
    independent = argument.given(
        "a slice is appended only if the φ(X_i) are independent: r = rank", r - rank, "=", by="appending"
    )
    bound = argument.given("rank ≤ card(D)", card - rank, by=DEPENDENCE)
    append = argument.define("after appending", after, r + 1)
    argument.conclude("r + 1 ≤ card(D) + 1", card + appended - after, {independent: -1, bound: 1, append: -1})
    kept = argument.given("the update keeps f_r", f_after - f, "=", by="global-optimality:algorithm-1.corrected")
    descent = argument.given("and a descent does not raise it", f_after - returned, by="appending")
    argument.conclude("a loop with an update keeps or lowers f_r", f - returned, {kept: -1, descent: 1})
    free = argument.given("the slice appended costs nothing: g(0) = 0", g0, "=", by="positive degree")
    before = argument.define("f_r with independent outputs", fit, L + lam * C + H)
    wide = argument.define("f with r + 1 slices, the output being kept as φ(0) = 0", padded, L + lam * (C + g0) + H)
    same = argument.conclude("appending keeps f", padded - fit, {wide: 1, before: -1, free: lam})
    descends = argument.given("and a descent from there does not raise it", padded - lower, by="appending")
    argument.conclude("a loop that appends keeps or lowers f_r", fit - lower, {same: -1, descends: 1})
    least = argument.given("a local minimum with a zero slice is returned", other - returned, by=THEOREM_15)
    argument.conclude("it is a global one", other - returned, {least: 1})
    return argument


@claim(
    "global-optimality:corollary-18.corrected",
    kind="correction",
    label="Corollary 18, corrected",
    printed=r"""with the corrected update, $r$ never grows beyond $\max(r_0,\mathrm{card}(D)+1)$ and does not grow
    at all from
$r_0>\mathrm{card}(D)$; each loop keeps or lowers the objective; what is returned is a global minimum""",
    hypotheses=[
        *STANDING,
        Hypothesis(
            "the loop",
            r"""updates are made at local minima, with $\sum_i\theta_i\phi(X_i)=0$ and $\min_i\theta_i=-1$; what is
returned is a local minimum with a zero slice""",
        ),
        Hypothesis(
            "appending",
            r"""descents never increase $f_r$; a zero slice is appended only when no $\theta\ne 0$ has
$\sum_i\theta_i\phi(X_i)=0$""",
        ),
    ],
    depends_on=[THEOREM_15, "global-optimality:algorithm-1.corrected", DEPENDENCE],
)
def corollary_18_corrected() -> Evidence:
    """More than card(D) outputs are dependent, so no slice is appended then; Theorem 15 speaks for what is returned."""
    return prove_by_argument(
        _size_bound,
        "slices are appended to independent ones only",
        concludes=lambda q: {
            "r + 1 ≤ card(D) + 1": q["card"] - q["after"] + 1,
            "a loop with an update keeps or lowers f_r": q["f"] - q["returned"],
            "appending keeps f": (q["padded"] - q["fit"], "="),
            "a loop that appends keeps or lowers f_r": q["fit"] - q["lower"],
            "it is a global one": q["other"] - q["returned"],
        },
        discharged={
            "global-optimality:algorithm-1.corrected": {"local minimum": "the loop", "dependence": "the loop"},
            THEOREM_15: {"local minimum": "the loop", "zero slice": "the loop"},
        },
    )


corollary_18_corrected.near_misses(
    lambda appended: prove_by_argument(lambda: _size_bound(appended), "mutant"),
    {"r never exceeds card(D)": 0, "r may reach card(D) + 2 with equality": 2},
)
