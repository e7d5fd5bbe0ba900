"""Arguments for all sizes about the factorization machine, the tensor map and their neural relatives."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, symbols

from symbolic.derivation import Derivation
from symbolic.local_surjection.block_words import Blocks, Product, blocks, multiplication, word
from symbolic.local_surjection.facts import Facts, also, combination, facts_of
from symbolic.local_surjection.matrix_arguments import ABSURD

d, d0, v, u, L, a, t, N, K = symbols("d d0 v u L a t N K")


def _add(
    chain: Derivation,
    goal: Expr,
    terms: Sequence[tuple[int, tuple[Expr, ...]]],
    *multiples: tuple[Expr, Expr],
    reason: str = "",
) -> Derivation:
    known = facts_of(chain)
    return chain.then(also(known, goal), combination(terms, list(multiples)), reason)


def _equals(known: Facts, goal: Expr, *multiples: tuple[Expr, Expr], reason: str = "") -> Derivation:
    """Return the derivation of goal ≥ 0 and −goal ≥ 0 from equalities alone."""
    chain = _add(Derivation(known), goal, [], *multiples, reason=reason)
    return _add(chain, -goal, [], *((q, -w) for q, w in multiples), reason=reason)


def recursion_hits_target(sign: int = 1) -> Derivation:
    """Return a(σ + w_ii w_ij) = y for w_ij = (y − aσ)/(a w_ii), σ the sum over k < i. **Source:** (12), (15)."""
    wii, wij, sigma, y = symbols("w_ii w_ij sigma y")
    defined = a * wii * wij - y + a * sigma
    return _equals(Facts((), (defined,)), a * (sigma + sign * wii * wij) - y, (defined, Integer(1)), reason="(15)")


def geometric_sum(first: int = 2) -> Derivation:
    """Return Σ_{k<ℓ+1} 2^(k − d0) = u(2L − 2) from Σ_{k<ℓ} = u(L − 2), with L = 2^ℓ and u = 2^(−d0)."""
    S, following = symbols("S S_next")
    hypothesis, step = S - u * (L - first), following - S - u * L
    return _equals(
        Facts((), (hypothesis, step)),
        following - u * (2 * L - 2),
        (hypothesis, Integer(1)),
        (step, Integer(1)),
        reason="the induction step; at L = 2 the sum is empty",
    )


def entries_stay_bounded(rho: int = 2) -> Derivation:
    """Return |w_ℓj| w_ℓℓ ≤ u L = w_ℓℓ², hence |w_ℓj| ≤ w_ℓℓ: from |y|/|a| ≤ 2u (that is (14)) and |σ| ≤ u(L − 2)."""
    W, Y, S = symbols("W Y S")
    known = Facts((Y + S - W, rho * u - Y, u * (L - 2) - S))
    return _add(
        Derivation(known), u * L - W, [(1, (f,)) for f in known.nonnegative], reason="triangle inequality in (15)"
    )


def boxes_fit_unit_ball(extra: int = 0) -> Derivation:
    """Return Σ_{j≤i} 2^(j − d0) = u(E − 2) ≤ 1 for E = 2^(i+1) ≤ 2^d0. **Source:** (11)."""
    E = symbols("E")
    known = Facts((u, 1 - u * E))
    return _add(Derivation(known), 1 - u * (E - 2) - 2 * u - extra * u, [(1, (1 - u * E,))])


def tower_dimension(everywhere: bool, lacking: int = 0) -> Derivation:  # noqa: FBT001 - falsified by position
    """Return d − dim V ≥ d0 − 1 from the theorem's condition, or from (10) with dim V ≤ d0."""
    goal = d - v - (d0 - 1)
    if not everywhere:
        return _add(Derivation(Facts((goal + lacking,))), goal, [(1, (goal + lacking,))])
    assumed = d - (2 * d0 - 1) + lacking
    return _add(Derivation(Facts((assumed, d0 - v))), goal, [(1, (assumed,)), (1, (d0 - v,))])


def gram_change(cross: str = "W' W") -> Derivation:
    """Return (P + W)ᵀ(P + W) = PᵀP + WᵀW for W orthogonal to the columns of P."""
    zero = word("P") - word("P")
    moved = Blocks(((word("P") + word("W"),),))
    return Derivation(Product((moved.T, moved))).then(
        Blocks(((word("P' P") + word(cross),),)), multiplication({("P'", "W"): zero, ("W'", "P"): zero}), "PᵀW = 0"
    )


def orthogonal_family_too_large(slack: int = 2) -> Derivation:
    """Return the contradiction from d0 − 1 nonzero pairwise orthogonal vectors in R^d with d ≤ d0 − 2."""
    rank = symbols("rho")
    known = Facts((d - rank, d0 - slack - d), (rank - (d0 - 1),))
    return _add(
        Derivation(known),
        ABSURD,
        [(1, (d - rank,)), (1, (d0 - slack - d,))],
        (rank - (d0 - 1), Integer(1)),
        reason="their Gram matrix is diagonal with positive entries: its rank is their number",
    )


def obtuse_pair(sign: int = 1) -> Derivation:
    """Return s(|z||w| − zw) ≤ 0 for s ≤ 0: so |z| does not raise zᵀGz for G negative off the diagonal."""
    S, A, B = symbols("S A B")
    known = Facts((-sign * S, A - B))
    return _add(Derivation(known), -S * (A - B), [(1, (-sign * S, A - B))], reason="A = |z_i z_j| ≥ z_i z_j = B")


def obtuse_family_bound(corank: int = 1) -> Derivation:
    """Return the contradiction from d0 vectors with all inner products negative in R^d, d ≤ d0 − 2.

    A kernel vector z of their Gram matrix G makes |z| a kernel vector, and a zero entry of |z| is impossible (that
    row of G|z| would be negative). So the kernel has dimension at most one, and the rank is at least d0 − 1.
    """
    rank = symbols("rho")
    known = Facts((d - rank, d0 - 2 - d, rank - (d0 - corank)))
    return _add(Derivation(known), ABSURD, [(1, (f,)) for f in known.nonnegative])


def root_difference(sign: int = 1) -> Derivation:
    """Return A − B = √A(√A − √B) + (√A − √B)√B with R = √A, Q = √B."""
    left = Product((blocks(["R", "C"]), Blocks(((word("C"),), (word("Q") if sign > 0 else -word("Q"),)))))
    return Derivation(left).then(
        Blocks(((word("R R") - word("Q Q"),),)), multiplication({("C",): word("R") - word("Q")}), "C = R − Q"
    )


def roots_are_close(factor: int = 1) -> Derivation:
    """Return μ² ≤ δ for μ = α − β ≥ 0 the largest |eigenvalue| of √A − √B, α = vᵀ√Av, β = vᵀ√Bv, δ = vᵀ(A − B)v."""
    mu, alpha, beta, delta = symbols("mu alpha beta delta")
    first, second = mu - alpha + beta, delta - mu * (alpha + beta)
    known = Facts((alpha, beta, mu), (first, second))
    return _add(
        Derivation(known),
        delta - factor * mu**2,
        [(2, (mu, beta))],
        (second, Integer(1)),
        (first, -mu),
        reason="α + β = μ + 2β",
    )


def machine_radius(constant: int = 2) -> Derivation:
    """Return ‖P' − P‖² ≤ t² from ‖S‖ ≤ t²/(2 d0): the shift is at most ‖S‖, and ‖√G' − √G‖_F² ≤ d0‖G' − G‖."""
    dist2, change, shift, S = symbols("dist_2 change shift S")
    known = Facts((d0, d0 * change - dist2, S + shift - change, S - shift, t**2 - constant * d0 * S))
    return _add(
        Derivation(known),
        t**2 - dist2,
        [
            (1, (d0 * change - dist2,)),
            (1, (d0, S + shift - change)),
            (1, (d0, S - shift)),
            (1, (t**2 - constant * d0 * S,)),
        ],
        reason="Weyl: |λ_min(G + S)| ≤ ‖S‖ when λ_min(G) = 0",
    )


def tensor_budget(power: int = 4) -> Derivation:
    """Return 2qα² + ‖T‖²/α⁴ ≤ t² from ‖T‖² ≤ α⁴(t² − 2qα²), times α⁴. **Source:** Proposition 3.17."""
    q, alpha, T2, B2 = symbols("q alpha T_2 B_2")
    slack, carried = alpha**power * (t**2 - 2 * q * alpha**2) - T2, B2 * alpha**4 - T2
    known = Facts((slack,), (carried,))
    return _add(Derivation(known), alpha**4 * (t**2 - 2 * q * alpha**2 - B2), [(1, (slack,))], (carried, Integer(-1)))


def weights_move_over(weighted: str = "D Y") -> Derivation:
    """Return YᵀDZ = (DY)ᵀZ for the diagonal D of weights. **Source:** Proposition 3.18, corrected."""
    left = Product((blocks([weighted]).T, blocks(["Z"])))
    return Derivation(left).then(blocks(["Y' D Z"]), multiplication({("D'",): word("D")}), "D is symmetric")


def no_weight_moves(q_below: int = 1) -> Derivation:
    """Return ξ ≤ 0 from ξ ≤ qξ, q ≤ 1 − e, e > 0 (times e): what misses the ray in Proposition 3.18."""
    xi, q, e = symbols("xi q e")
    known = Facts((xi, e, q * xi - xi, q_below - e - q))
    return _add(Derivation(known), -e * xi, [(1, (q * xi - xi,)), (1, (xi, q_below - e - q))])


def survivors(lost: Expr = N) -> Derivation:
    """Return that K latent coordinates survive two rounds, each losing at most N (the rank of N-dimensional relations).

    In each round one value-preserving move of the chosen vectors misses only coordinates on which every linear
    relation vanishes; those are independent, so at most N.
    """
    first, second = symbols("k_1 k_2")
    known = Facts((first - (d - N), second - (first - lost), d - 2 * N - K))
    return _add(Derivation(known), second - K, [(1, (f,)) for f in known.nonnegative])


def four_entries(sign: int = 1) -> Derivation:
    """Return z_ii + z_jj = z_ij + z_ji for z_ij = w·x_i + s·y_j + b. **Source:** Lemma 3.24."""
    xi, xj, yi, yj, b = symbols("x_i x_j y_i y_j b")
    z = symbols("z_ii z_jj z_ij z_ji")
    values = [xi + yi + b, xj + yj + b, xi + yj + b, xj + yi + b]
    defined = tuple(entry - value for entry, value in zip(z, values, strict=True))
    signs = (1, sign, -1, -1)
    goal = sum(c * entry for c, entry in zip(signs, z, strict=True))
    return _equals(Facts((), defined), goal, *((q, Integer(c)) for q, c in zip(defined, (1, 1, -1, -1), strict=True)))


def smooth_outer_layer(power: int = 1) -> Derivation:
    """Return |(ℓ − p·)(u) − (ℓ − p·)(w)| ≤ εκ‖x − y‖ from strict differentiability and |u − w| ≤ κ‖x − y‖."""
    change, inner, eps, kappa, dist = symbols("change inner epsilon kappa dist")
    known = Facts((eps, eps * inner - change, kappa * dist - inner))
    return _add(
        Derivation(known),
        eps**power * kappa * dist - change,
        [(1, (known.nonnegative[1],)), (1, (eps, kappa * dist - inner))],
    )


def rotated_factors(copies: int = 2) -> Derivation:
    """Return min_Q ‖QP' − P‖² ≤ ‖√G' − √G‖_F² for factors with any number of rows, at least both ranks.

    The minimum is tr G + tr G' − 2‖P'Pᵀ‖_* (orthogonal Procrustes). Zero rows leave the nuclear norm alone, and with
    d0 rows or more one may take P = V√G and P' = V√G' for a common isometry V.
    """
    dist2, padded, gap, g, h, nuclear, nuclear_padded = symbols("dist_2 padded_2 gap_2 g h nu nu_padded")
    first, second = dist2 - (g + h - 2 * nuclear), padded - (g + h - copies * nuclear_padded)
    same = nuclear - nuclear_padded
    known = Facts((gap - padded,), (first, second, same))
    return _add(
        Derivation(known),
        gap - dist2,
        [(1, (gap - padded,))],
        (first, Integer(-1)),
        (second, Integer(1)),
        (same, Integer(2)),
    )


def tensor_entry(power: int = 2) -> Derivation:
    """Return α·b·α = T for b = T/α²: one latent coordinate carries one pair (Proposition 3.17)."""
    b, T, alpha = symbols("b T alpha")
    defined = b * alpha**power - T
    return _equals(Facts((), (defined,)), alpha * b * alpha - T, (defined, Integer(1)))


def triples_count(divisor: int = 6) -> Derivation:
    """Return that (d0 − 2)(d0 − 1)d0/6 grows by d0(d0 − 1)/2 with d0: the triples that hold the new index."""
    pairs, grown = symbols("pairs grown")
    known = Facts(
        (),
        (
            pairs - d0 * (d0 - 1) / 2,
            grown - (d0 - 1) * d0 * (d0 + 1) / Integer(divisor) + (d0 - 2) * (d0 - 1) * d0 / Integer(divisor),
        ),
    )
    return _equals(known, grown - pairs, (known.zero[1], Integer(1)), (known.zero[0], Integer(-1)))


def one_hot_overlap(shared: int = 0, most: int = 1) -> Derivation:
    """Return |supp x ∩ supp x'| ≤ 1 for one-hot user and item fields that do not both agree."""
    same_user, same_item, overlap = symbols("u i c")
    counted = overlap - same_user - same_item - shared
    known = Facts((most - same_user - same_item,), (counted,))
    return _add(Derivation(known), 1 - overlap, [(1, (most - same_user - same_item,))], (counted, Integer(-1)))


def scaled_ball(sign: int = 1) -> Derivation:
    """Return κ²b² ≤ (√|x| b)² in every coordinate, so √|x| ⊛ B ⊇ κB for κ² = min|x_i|. **Source:** Proposition 3.18."""
    x, kappa2, b, image = symbols("x kappa_2 b image")
    known = Facts((sign * (x - kappa2), x), (image - x * b**2,))
    return _add(
        Derivation(known),
        image - kappa2 * b**2,
        [(1, (x - kappa2, b, b))],
        (image - x * b**2, Integer(1)),
        reason="κ² is the least of the |x_i|",
    )


def product_ball(share: int = 2) -> Derivation:
    """Return ‖v − v'‖² + ‖x − x'‖² ≤ t² when both terms are at most t²/2: (v, x) ↦ (v, G(x)) is open if G is."""
    first, second = symbols("v_2 x_2")
    known = Facts((t**2 - share * first, t**2 - share * second))
    return _add(Derivation(known), 2 * t**2 - 2 * (first + second), [(1, (f,)) for f in known.nonnegative])


def square_is_never_negative(power: int = 2) -> Derivation:
    """Return −e ≥ 0 from x² = −e: no negative value is taken. **Source:** Section 4, symmetric factorization."""
    x, e = symbols("x e")
    value = x**power + e
    return _add(Derivation(Facts((), (value,))), -e, [(1, (x, x))], (value, Integer(-1)), reason="x² ≥ 0")


def bump_vanishes_on_image(radius: int = 1) -> Derivation:
    """Return ρ − ‖z − z_k‖ ≤ 0 on the image, which keeps a distance of ρ from z_k: there the bump is zero."""
    dist, rho = symbols("dist rho")
    known = Facts((rho, dist - rho))
    return _add(
        Derivation(known), dist - radius * rho, [(1, (dist - rho,))], reason="the image of a closed ball is closed"
    )


def bump_is_lipschitz(constant: int = 1) -> Derivation:
    """Return φ(z) − φ(w) ≤ ‖z − w‖ for φ = ρ − ‖· − z_k‖: the reverse triangle inequality."""
    dz, dw, gap, rho = symbols("d_z d_w gap rho")
    known = Facts((gap, dz + gap - dw))
    return _add(Derivation(known), constant * gap - ((rho - dz) - (rho - dw)), [(1, (dz + gap - dw,))])
