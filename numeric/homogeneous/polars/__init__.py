"""Polars Ω°(W) = sup{⟨W, φ(slice)⟩ : g(slice) ≤ 1} between certified bounds, one family (φ, g) a module.

========================  =========================================================================================
``norm_pairs``            ``enclose_norm_pair_polar(W, norm_u="l2", norm_v="l2")``: uᵀWv, l1, l2 or l∞ on either side
``nonnegative``           ``enclose_nonnegative_polar(W, *, tolerance=1e-10)``: uᵀWv, u, v ≥ 0, l2
``tensor``                ``enclose_tensor_polar(W, *, tolerance=1e-10)``: ⟨W, x¹ ⊗ … ⊗ x^K⟩, l2
``rectified``             ``enclose_rectified_polar(V, W, *, tolerance=1e-10)``: ⟨W, ψ⁺(Vu)vᵀ⟩, l2
``pooled``                ``enclose_pooled_polar(V, W, *, groups, tolerance=1e-10)``: ⟨W, maxpool(ψ⁺(Vu))vᵀ⟩, l2
``deep``                  ``enclose_deep_polar(V, W, *, widths, tolerance=1e-10)``: ⟨W, ψ⁺(ψ⁺(Vx¹)x²)x³⟩, Frobenius
========================  =========================================================================================

Every function returns a ``PolarEnclosure``. W (and V) may be arrays of doubles, of exact fractions, or ``arb_mat``;
doubles are taken as exact. g is the product of the norms; the sums (1/K)Σ‖xⁱ‖^K have the same polar, and the atoms
returned have every norm at most 1, so that both are at most 1.
"""

from numeric.homogeneous.polars.enclosure import PolarEnclosure as PolarEnclosure
from numeric.homogeneous.polars.enclosure import PolarInputError as PolarInputError
