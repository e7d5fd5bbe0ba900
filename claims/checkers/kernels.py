"""A checker of dimensions of solution spaces, by exact rank at listed sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq_mat

from claims.evidence import CheckFailedError, Evidence, checker, mint


@checker
def decide_nullity(  # noqa: PLR0913 - a family of systems, what is expected, how it is told
    system: Callable[[int], fmpq_mat],
    expected: Callable[[int], int],
    sizes: Sequence[int],
    what: str,
    *,
    part: str = "",
    size_name: str = "k",
) -> Evidence:
    """Return `Infeasibility` (exact rank bound) if the solutions at each size have the expected dimension.

    Args:
        system: The matrix of a homogeneous linear system at a size.
        expected: The claimed dimension of its solution space.
        sizes: Sizes to check; at least one.
        what: One sentence: what the dimension shows.
        part: The part of the statement this settles.
        size_name: What the statement calls the size.

    Returns:
        Evidence for the listed sizes only, or a `Witness` with the dimension found.

    Raises:
        CheckFailedError: If no size is given.
    """
    if not sizes:
        raise CheckFailedError("no size was given")
    for size in sizes:
        matrix = system(size)
        nullity = matrix.ncols() - matrix.rank()
        if nullity != expected(size):
            found = {"size": size, "found": nullity, "expected": expected(size)}
            shows = f"at {size_name} = {size} the dimension is {nullity}"
            return mint("Witness", shows, found, scope=f"{size_name}={size}", part=part)
    listed = ",".join(map(str, sizes))
    data = {"dimensions": {str(size): expected(size) for size in sizes}}
    return mint("Infeasibility", what, data, scope=f"{size_name}={listed}", part=part)
