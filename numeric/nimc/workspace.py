"""Working memory for the kernels, taken in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from numeric.nimc.activations import Array

# From 4 MiB on, numpy asks the system for large pages. The first touch of memory in small pages costs more than the
# arithmetic the kernels do on it: a quarter of a Hessian's time at d = 50, k = 10.
_LARGE_PAGES = 1 << 19


def workspaces(*sizes: int) -> Iterator[Array]:
    """Return uninitialized arrays of the given numbers of entries, carved from one piece of memory.

    Example:
        >>> [len(part) for part in workspaces(3, 5)]
        [3, 5]
    """
    bounds = np.cumsum([0, *sizes]).tolist()
    memory = np.empty(max(bounds[-1], _LARGE_PAGES))
    return (memory[start:stop] for start, stop in pairwise(bounds))
