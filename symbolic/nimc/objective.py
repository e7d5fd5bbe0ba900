"""The squared loss of NIMC over n user-item pairs and the forms its Hessian is made of, for all k, d, e and n.

The pairs are the columns of X (d × n) and Y (e × n); users and items may repeat. The weights U (d × k) and V (e × k)
have columns u_i, v_i; A and B are directions of U and V. The activation is opaque. Everything is written for
½ Σ (prediction - rating)², a factor 2|Ω| below the sum of squares and |Ω| above the mean that the blocks use.
"""

from __future__ import annotations

from symbolic.matrix import ElementwiseFunction, Expression, hadamard, inner, matrix, norm2, ones, vector

PHI = ElementwiseFunction("phi")
SLOPE = PHI.derivative()
CURVATURE = PHI.derivative(2)

U, V = matrix("U", "d", "k"), matrix("V", "e", "k")
A, B = matrix("A", "d", "k"), matrix("B", "e", "k")
X, Y = matrix("X", "d", "n"), matrix("Y", "e", "n")
RATINGS = vector("c", "n")
_ONES = ones("k")


def prediction(first: Expression = U, second: Expression = V) -> Expression:
    r"""Return the n predictions :math:`\phi(U^\top x)^\top\phi(V^\top y)`, one a pair.

    **Source:** [nimc] equation (2).
    """
    return hadamard(PHI(first.T * X), PHI(second.T * Y)).T * _ONES


def half_squared_loss() -> Expression:
    """Return half the sum of squared residuals over all pairs.

    **Source:** [nimc] equation (3), halved.
    """
    return norm2(prediction() - RATINGS) / 2


def slope_along_users() -> Expression:
    r"""Return :math:`\sum_i\phi'(u_i^\top x)\phi(v_i^\top y)\,x^\top a_i` for each pair."""
    return hadamard(SLOPE(U.T * X), A.T * X, PHI(V.T * Y)).T * _ONES


def slope_along_items() -> Expression:
    r"""Return :math:`\sum_i\phi'(v_i^\top y)\phi(u_i^\top x)\,y^\top b_i` for each pair."""
    return hadamard(PHI(U.T * X), SLOPE(V.T * Y), B.T * Y).T * _ONES


def residual() -> Expression:
    """Return h, the prediction less the rating, for each pair."""
    return prediction() - RATINGS


def curvature_of_users() -> Expression:
    r"""Return :math:`\sum_i\phi''(u_i^\top x)\phi(v_i^\top y)(x^\top a_i)^2` for each pair."""
    return hadamard(CURVATURE(U.T * X), A.T * X, A.T * X, PHI(V.T * Y)).T * _ONES


def curvature_of_items() -> Expression:
    r"""Return :math:`\sum_i\phi(u_i^\top x)\phi''(v_i^\top y)(y^\top b_i)^2` for each pair."""
    return hadamard(PHI(U.T * X), CURVATURE(V.T * Y), B.T * Y, B.T * Y).T * _ONES


def mixed_curvature() -> Expression:
    r"""Return :math:`\sum_i\phi'(u_i^\top x)\phi'(v_i^\top y)\,x^\top a_i\,y^\top b_i` for each pair."""
    return hadamard(SLOPE(U.T * X), A.T * X, SLOPE(V.T * Y), B.T * Y).T * _ONES


def user_form() -> Expression:
    r"""Return :math:`\sum_{ij} a_i^\top H_{u_iu_j}a_j` with the blocks of equation (6), summed over the pairs."""
    return norm2(slope_along_users()) + inner(residual(), curvature_of_users())


def item_form() -> Expression:
    r"""Return :math:`\sum_{ij} b_i^\top H_{v_iv_j}b_j`, the items' counterpart of equation (6)."""
    return norm2(slope_along_items()) + inner(residual(), curvature_of_items())


def cross_form() -> Expression:
    r"""Return :math:`\sum_{ij} a_i^\top H_{u_iv_j}b_j` with the cross blocks of appendix C, summed over the pairs."""
    return inner(slope_along_users(), slope_along_items()) + inner(residual(), mixed_curvature())
