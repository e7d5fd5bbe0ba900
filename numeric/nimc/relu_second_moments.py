"""Second moments of the Hessian's blocks for ReLU at u_i = u_j = v_i = v_j = e₁, exact."""

from __future__ import annotations

from fractions import Fraction


def second_moment_norm(dimension: int, block: str) -> Fraction:
    r"""Return :math:`\|\mathbb E[BB^\top]\|` of a block's summand B(x, y), ReLU, all weights e₁.

    Args:
        dimension: d ≥ 1.
        block: ``"users"``: :math:`B=\phi'(x_1)^2\phi(y_1)^2xx^\top`, or ``"cross"``:
            :math:`B=\phi'(x_1)\phi(x_1)\phi'(y_1)\phi(y_1)xy^\top`.

    Returns:
        The largest diagonal entry; the mean is diagonal, as x₁ → |x₁| and the other signs may be flipped.

    Example:
        >>> second_moment_norm(2, "users"), second_moment_norm(2, "cross")
        (Fraction(3, 1), Fraction(3, 1))

    **Source:** [nimc] equations (19) and (22).
    """
    fourth, second = Fraction(3), Fraction(1)
    # E[x_l²|x|²] for a standard normal vector: x_l⁴ and d - 1 products of independent squares.
    along = fourth + (dimension - 1) * second
    if block == "users":
        # E[1(x₁>0)|x|²x_l²]·E[φ(y₁)⁴], the same for every l.
        return along / 2 * (fourth / 2)
    # E[φ(x₁)²x_l²]·E[φ(y₁)²|y|²]: l = 1 gives 3/2, the others 1/2.
    return max(fourth, second) / 2 * (along / 2)
