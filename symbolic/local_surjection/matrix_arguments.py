"""Arguments for all sizes about matrix factorization: preimages, their radii, and what is out of reach."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, symbols

from symbolic.derivation import Derivation
from symbolic.local_surjection.block_words import ONE, ZERO, Blocks, Product, Words, blocks, multiplication, word
from symbolic.local_surjection.facts import Facts, also, combination, facts_of

m, n, d, t, s = symbols("m n d t s")
M2, X2, Y2, pairing = symbols("A_F2 X_F2 Y_F2 P")
h, x, y, D = symbols("h x y D")
p, q, r, mu, kappa, i = symbols("p q r mu kappa i")
ABSURD = Integer(-1)


def _add(
    chain: Derivation,
    goal: Expr,
    terms: Sequence[tuple[int, tuple[Expr, ...]]],
    *multiples: tuple[Expr, Expr],
    reason: str = "",
) -> Derivation:
    known = facts_of(chain)
    return chain.then(also(known, goal), combination(terms, list(multiples)), reason)


def one_component(share: int = 1) -> Derivation:
    """Return the derivation of ‖w_i‖ ≤ r from ‖w‖ ≤ r: what is left of ‖w‖² is a sum of squares. **Source:** (3)."""
    w2, wi2, rest, r2 = symbols("w_2 w_i2 rest r_2")
    known = Facts((r2 - w2, rest), (w2 - wi2 - rest,))
    return _add(
        Derivation(known),
        r2 - share * wi2,
        [(1, (r2 - w2,)), (1, (rest,))],
        (w2 - wi2 - rest, Integer(1)),
        reason="‖w‖² = Σ‖w_k‖²",
    )


def frame_factors(image: str = "A") -> Derivation:
    """Return the derivation of XᵀY = A for X = G Aᵀ, Y = F with F = cE, G = E/c, E an orthonormal frame."""
    X, Y = blocks(["G A'"]), blocks(["F"])
    return Derivation(Product((X.T, Y))).then(
        blocks([image]), multiplication({("G'", "F"): ONE}), "GᵀF = EᵀE = I, which needs d ≥ n"
    )


def frame_stays_in_ball(loss: Expr = m * n) -> Derivation:
    """Return the derivation of ‖X‖² + ‖Y‖² ≤ t² from ‖A‖² ≤ t⁴/(4·loss), with ‖Y‖² = n s, s‖X‖² = ‖A‖², s = t²/(2n).

    Args:
        loss: ``m*n`` for the printed radius t²/√(4mn), ``n`` (the smaller size) for the best one.
    """
    slack = t**4 - 4 * loss * M2
    length, carried = 2 * n * s - t**2, X2 * s - M2
    known = Facts((M2, slack, m - 1, n - 1), (length, carried))
    terms: list[tuple[int, tuple[Expr, ...]]] = [(1, (slack,))]
    if loss == m * n:
        terms += [(4, (M2, n - 1, m - 1)), (4, (M2, m - 1))]
    chain = _add(Derivation(known), t**4 - 4 * n * M2, terms, reason="m ≥ 1 and n ≥ 1")
    return _add(
        chain,
        4 * n * s * (t**2 - n * s - X2),
        [(1, (t**4 - 4 * n * M2,))],
        (length, -length),
        (carried, -4 * n),
        reason="divide by 4ns > 0",
    )


def radius_is_best(loss: Expr = n) -> Derivation:
    """Return the derivation of ‖σ(I; 0)‖ ≤ t²/(2√n) for every σ(I; 0) = XᵀY with ‖X‖² + ‖Y‖² ≤ t²; n ≤ m.

    With N = nσ² its squared norm: nσ = Σ x_i·y_i ≤ (‖X‖² + ‖Y‖²)/2.
    """
    sigma, N = symbols("sigma N")
    trace, size = pairing - n * sigma, N - n * sigma**2
    known = Facts((X2 + Y2 - 2 * pairing, t**2 - X2 - Y2, t**2 + 2 * n * sigma), (trace, size))
    chain = _add(
        Derivation(known),
        t**2 - 2 * n * sigma,
        [(1, (X2 + Y2 - 2 * pairing,)), (1, (t**2 - X2 - Y2,))],
        (trace, Integer(2)),
        reason="‖x − y‖² ≥ 0",
    )
    return _add(
        chain,
        t**4 - 4 * loss * N,
        [(1, (t**2 - 2 * n * sigma, t**2 + 2 * n * sigma))],
        (size, -4 * n),
        reason="multiply by t² + 2nσ ≥ 0",
    )


def product_difference(second: str = "V' D") -> Derivation:
    """Return XᵀY − VᵀW = (X − V)ᵀY + Vᵀ(Y − W), with C = X − V and D = Y − W."""
    left = Product((blocks(["C'", "V'"]), Blocks(((word("Y"),), (word("D"),)))))
    expanded = word("X' Y") - word("V' W")
    if second != "V' D":
        expanded = expanded + word(second)
    relations = {("C'",): word("X'") - word("V'"), ("D",): word("Y") - word("W")}
    return Derivation(left).then(Blocks(((expanded,),)), multiplication(relations), "the cross term V'Y cancels")


def product_is_nearly_constant(factor: int = 2) -> Derivation:
    """Return the derivation of ‖XᵀY − VᵀW‖² ≤ 2t²(‖X − V‖² + ‖Y − W‖²) on the ball of radius t."""
    bound = t * (x + y) - D
    known = Facts((t, x, y, D, bound))
    chain = _add(Derivation(known), t * (x + y) + D, [(1, (t, x)), (1, (t, y)), (1, (D,))])
    return _add(
        chain,
        factor * t**2 * (x**2 + y**2) - D**2,
        [(1, (bound, t * (x + y) + D)), (1, (t, t, x - y, x - y))],
        reason="D ≤ ‖X − V‖‖Y‖ + ‖V‖‖Y − W‖ ≤ t(x + y), and (x − y)² ≥ 0",
    )


def cross_terms_vanish(kept: str = "W' Z") -> Derivation:
    """Return (X + W)ᵀ(Y + Z) = XᵀY + WᵀZ for W, Z orthogonal to all columns of X and Y. **Source:** (7)."""
    relations = {("X'", "Z"): ZERO, ("W'", "Y"): ZERO}
    moved = Product((Blocks(((word("X'") + word("W'"),),)), Blocks(((word("Y") + word("Z"),),))))
    return Derivation(moved).then(
        Blocks(((word("X' Y") + word(kept),),)), multiplication(relations), "XᵀZ = 0 and WᵀY = 0"
    )


def free_dimension(everywhere: bool, lacking: int = 0) -> Derivation:  # noqa: FBT001 - falsified by position
    """Return the derivation of d − dim V ≥ min(m, n), from (5) or from (6) with dim V ≤ m + n."""
    span = symbols("v")
    if not everywhere:
        assumed = d - span - mu
        return _add(Derivation(Facts((assumed + lacking,))), d - span - mu, [(1, (assumed + lacking,))], reason="(5)")
    assumed = d - m - n - mu + lacking
    return _add(
        Derivation(Facts((assumed, m + n - span))),
        d - span - mu,
        [(1, (assumed,)), (1, (m + n - span,))],
        reason="(6), and m + n vectors span at most m + n dimensions",
    )


def scale_keeps_ball(share: int = 2) -> Derivation:
    """Return the derivation of ε²(‖W‖² + ‖Z‖²) ≤ t² for unit columns and ε² ≤ t²/2m, ε² ≤ t²/2n."""
    e2, W2, Z2 = symbols("epsilon_2 W_F2 Z_F2")
    known = Facts((e2, t**2 - share * m * e2, t**2 - share * n * e2, m - W2, n - Z2))
    return _add(
        Derivation(known),
        2 * t**2 - 2 * e2 * (W2 + Z2),
        [(1, (t**2 - share * m * e2,)), (1, (t**2 - share * n * e2,)), (2, (e2, m - W2)), (2, (e2, n - Z2))],
    )


def nearby_product(correction: Words | None = None) -> Derivation:
    """Return the block product that adds any small N to XᵀY in normal form, J = (I + P)⁻¹.

    Rows of both factors: the shared directions, X's own, Y's own, the free ones. Only the last block of N needs the
    free ones, through its Schur complement S − K J T.
    """
    bent = word("K J")
    X = Blocks(
        (
            (ONE, ZERO, bent.T),
            (ZERO, ONE, ZERO),
            (ZERO, ZERO, (word("Q") - bent * word("R")).T),
            (ZERO, ZERO, word("W3")),
        )
    )
    Y = Blocks(
        (
            (ONE + word("P"), word("R"), word("T")),
            (word("L"), word("M"), word("N")),
            (ZERO, ONE, ZERO),
            (ZERO, ZERO, word("Z3")),
        )
    )
    schur = word("S") - bent * word("T") if correction is None else correction
    relations = {("J", "P"): ONE - word("J"), ("W3'", "Z3"): schur}
    target = Blocks(
        (
            (ONE + word("P"), word("R"), word("T")),
            (word("L"), word("M"), word("N")),
            (word("K"), word("Q"), word("S")),
        )
    )
    return Derivation(Product((X.T, Y))).then(
        target, multiplication(relations), "J(I + P) = I, and W3ᵀZ3 is the Schur complement"
    )


def unused_rank_bounds_target(slack: int = 1) -> Derivation:
    """Return the contradiction from reaching a last block of rank μ = min(m − p, n − q) with d − p − q + r < μ.

    The new columns of X and Y are orthogonal to q and p independent vectors; the pairing between those complements
    has rank κ = d − p − dim(P^⊥ ∩ Q), and dim(P^⊥ ∩ Q) = q − r as the pairing of P and Q keeps its rank r.
    """
    first, second = kappa + i - (d - p), i + r - q
    known = Facts((kappa - mu, mu - slack - (d - p - q + r)), (first, second))
    return _add(
        Derivation(known),
        ABSURD,
        [(1, (kappa - mu,)), (1, (mu - slack - (d - p - q + r),))],
        (first, Integer(-1)),
        (second, Integer(1)),
        reason="rank and nullity, twice",
    )


def threshold_suffices(least: Expr = m + n - 1) -> Derivation:
    """Return the derivation of d − p − q + r ≥ μ from d ≥ m + n − 1 when p ≤ m − 1, q ≤ n − 1 and μ ≤ m − p."""
    known = Facts((d - least, n - 1 - q, r, m - p - mu))
    return _add(Derivation(known), d - p - q + r - mu, [(1, (f,)) for f in known.nonnegative])


def full_rank_suffices() -> Derivation:
    """Return the derivation of d − p − q + r ≥ μ when p = m or q = n: then μ = 0, and r ≥ p + q − d (Sylvester)."""
    known = Facts((r - p - q + d,), (mu,))
    return _add(Derivation(known), d - p - q + r - mu, [(1, (r - p - q + d,))], (mu, Integer(-1)))


def below_threshold_fails(gap: int = 2) -> Derivation:
    """Return the contradiction from d ≤ m + n − 2 and the criterion at p + q = d, r = 0, p ≤ m − 1, q ≤ n − 1.

    Such p, q exist: p = min(m − 1, d), q = d − p ≤ n − 1. Then μ ≥ 1 but no free direction is left.
    """
    known = Facts((mu - gap + 1, d - p - q + r - mu), (d - p - q, r))
    return _add(
        Derivation(known),
        ABSURD,
        [(1, (mu - gap + 1,)), (1, (d - p - q + r - mu,))],
        (d - p - q, Integer(-1)),
        (r, Integer(-1)),
    )


def rank_out_of_reach(slack: int = 1) -> Derivation:
    """Return the contradiction from ε(I; 0) = XᵀY with d ≤ min(m, n) − 1: its rank is min(m, n)."""
    rank = symbols("rho")
    known = Facts((d - rank, mu - slack - d), (rank - mu,))
    return _add(Derivation(known), ABSURD, [(1, (d - rank,)), (1, (mu - slack - d,))], (rank - mu, Integer(1)))


def corner_elimination(corner: str = "C") -> Derivation:
    """Return the elimination [[I, −AE], [0, I]]·[[A, C], [D, 0]] = [[0, C], [D, 0]] with E = D⁻¹ (Example 3.10)."""
    left = Blocks(((ONE, -word("A E")), (ZERO, ONE)))
    Z = blocks(["A", "C"], ["D", "0"])
    return Derivation(Product((left, Z))).then(
        blocks(["0", corner], ["D", "0"]), multiplication({("E", "D"): ONE}), "D is diagonal with positive entries"
    )


def corner_is_regular(sign: int = -1) -> Derivation:
    """Return −det C ≥ 2e² for c11, c12, c21 ≥ e and c22 ≤ −e, hence rank n > n − 1 = d, a contradiction."""
    c11, c12, c21, c22, e = symbols("c11 c12 c21 c22 e")
    rank = symbols("rho")
    a, b, c, f = c11 - e, c12 - e, c21 - e, sign * c22 - e
    known = Facts((a, b, c, f, e, d - rank), (rank - 2 - (n - 2), d - n + 1))
    chain = _add(
        Derivation(known),
        c12 * c21 - c11 * c22 - 2 * e**2,
        [(1, (a, f)), (1, (e, a)), (1, (e, f)), (1, (b, c)), (1, (e, b)), (1, (e, c))],
        reason="det C = c11c22 − c12c21",
    )
    return _add(
        chain,
        ABSURD,
        [(1, (d - rank,))],
        (rank - 2 - (n - 2), Integer(1)),
        (d - n + 1, Integer(-1)),
        reason="rank = (n − 2) + 2, but a product has rank at most d = n − 1",
    )


def rank_one_signs(sign: int = -1) -> Derivation:
    """Return 0 ≥ 2e² from z11 z22 = z12 z21 with z11, z12, z21 ≥ e > 0 and z22 ≤ −e. **Source:** Example 3.9."""
    z11, z12, z21, z22, e = symbols("z11 z12 z21 z22 e")
    a, b, c, f = z11 - e, z12 - e, z21 - e, sign * z22 - e
    determinant = z11 * z22 - z12 * z21
    known = Facts((a, b, c, f, e), (determinant,))
    return _add(
        Derivation(known),
        -2 * e**2,
        [(1, (a, f)), (1, (e, a)), (1, (e, f)), (1, (b, c)), (1, (e, b)), (1, (e, c))],
        (determinant, Integer(1)),
        reason="(x1y1)(x2y2) = (x1y2)(x2y1)",
    )


def equal_ranks_suffice(deficit: int = 0) -> Derivation:
    """Return d − p − q + r ≥ min(m − p, n − q) from p = q = r and d ≥ min(m, n) = min(m − r, n − r) + r."""
    known = Facts((d - mu - r + deficit,), (p - r, q - r))
    return _add(
        Derivation(known),
        d - p - q + r - mu,
        [(1, (d - mu - r + deficit,))],
        (p - r, Integer(-1)),
        (q - r, Integer(-1)),
        reason="μ = min(m, n) − r",
    )


def tight_case(second: bool, excess: int = 1) -> Derivation:  # noqa: FBT001 - falsified by position
    """Return what the criterion says at d = n < m.

    With μ = n − q it gives r ≥ p, hence r = p. With μ = m − p it would give r ≥ q + (m − n) > q, a contradiction.
    """
    if not second:
        known = Facts((d - p - q + r - mu,), (d - n, mu - n + q))
        return _add(
            Derivation(known), r - p, [(1, (d - p - q + r - mu,))], (d - n, Integer(-1)), (mu - n + q, Integer(1))
        )
    known = Facts((d - p - q + r - mu, m - n - excess, q - r), (d - n, mu - m + p))
    return _add(
        Derivation(known),
        ABSURD,
        [(1, f) for f in ((k,) for k in known.nonnegative)],
        (d - n, Integer(-1)),
        (mu - m + p, Integer(1)),
    )


def rank_one_example(extra: int = 1) -> Derivation:
    """Return that (5) holds with equality at rank X = 1, Y = 0 when d = min(m, n) + 1, while rank X ≠ rank XᵀY = 0."""
    span, least = symbols("v l")
    known = Facts((), (d - least - extra, span - 1))
    return _add(
        Derivation(known),
        d - span - least,
        [],
        (d - least - extra, Integer(1)),
        (span - 1, Integer(-1)),
        reason="dim V = 1",
    )
