"""Shapes of a factorization problem, and the error that names the one that does not fit."""

from __future__ import annotations

from typing import Any


class FactorizationShapeError(ValueError):
    """W, S and X are not m×k, k×n and m×n."""


def _shape(M: Any) -> tuple[int, int]:
    """Return (rows, columns) of a NumPy array or a flint matrix."""
    if hasattr(M, "shape"):
        shape = tuple(int(s) for s in M.shape)
        if len(shape) != 2:
            raise FactorizationShapeError(
                f"an array of {len(shape)} dimensions where a matrix is needed; reshape it to 2"
            )
        return shape[0], shape[1]
    return int(M.nrows()), int(M.ncols())


def factorization_shapes(W: Any, S: Any, X: Any) -> tuple[int, int, int]:
    """Return (m, n, k) for W: m×k, S: k×n, X: m×n (NumPy arrays or flint matrices).

    Raises:
        FactorizationShapeError: If the shapes do not fit; the message names all three and guesses a transpose.

    Example:
        >>> import numpy as np
        >>> factorization_shapes(np.ones((2, 1)), np.ones((1, 3)), np.ones((2, 3)))
        (2, 3, 1)
        >>> factorization_shapes(np.ones((2, 1)), np.ones((3, 1)), np.ones((2, 3)))
        Traceback (most recent call last):
        ...
        numeric.landscape.shapes.FactorizationShapeError: W·S − X: W is 2×1, S is 3×1, X is 2×3; did you mean S.T?
    """
    w, s, x = _shape(W), _shape(S), _shape(X)
    if w[1] == s[0] and (w[0], s[1]) == x and min(*w, *s, *x) >= 1:
        return w[0], s[1], w[1]
    guess = "every size must be at least 1" if min(*w, *s, *x) < 1 else "W must be m×k, S k×n and X m×n"
    for flips, words in (
        ((0, 1, 0), "S.T"),
        ((1, 0, 0), "W.T"),
        ((0, 0, 1), "X.T"),
        ((1, 1, 0), "W.T and S.T"),
    ):
        a, b, c = (shape[::-1] if flip else shape for shape, flip in zip((w, s, x), flips, strict=True))
        if a[1] == b[0] and (a[0], b[1]) == c:
            guess = f"did you mean {words}?"
            break
    raise FactorizationShapeError(f"W·S − X: W is {w[0]}×{w[1]}, S is {s[0]}×{s[1]}, X is {x[0]}×{x[1]}; {guess}")
