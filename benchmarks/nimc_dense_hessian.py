"""Time of the dense NIMC Hessian by both assemblies, with one symmetric rank update of the stacked Jacobian beside.

Run by hand, one BLAS thread: ``OPENBLAS_NUM_THREADS=1 python benchmarks/nimc_dense_hessian.py``.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg.blas import dsyrk

from numeric.nimc.activations import activation
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.loss import NimcLoss

CASES = (
    ("d=50 k=10, 1000 users, 1000 items", 50, 10, 1000, 1000, 20000, True),
    ("d=50 k=10, nothing shared", 50, 10, 20000, 20000, 20000, False),
    ("d=100 k=20, 1000 users, 1000 items", 100, 20, 1000, 1000, 20000, True),
)


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    """Return the result of a call and its seconds."""
    start = time.perf_counter()
    result = function()
    return result, time.perf_counter() - start


def main() -> None:
    """Print one line a case."""
    rng = np.random.default_rng(0)
    for name, d, k, n1, n2, m, shared in CASES:
        users, items = (rng.integers(0, n, m) if shared else np.arange(m) for n in (n1, n2))
        X, Y = rng.standard_normal((n1, d)), rng.standard_normal((n2, d))
        loss = NimcLoss(X, Y, users, items, rng.standard_normal(m), activation("tanh"))
        U, V = rng.standard_normal((d, k)) / d**0.5, rng.standard_normal((d, k)) / d**0.5
        how = "structured" if shared else "stacked"
        H, seconds = timed(lambda: dense_hessian(loss, U, V, assembly=how))  # noqa: B023 - called at once
        J = np.empty((4096, 2 * d * k))
        J[:] = rng.standard_normal(J.shape)
        _, chunk = timed(lambda: dsyrk(1.0, J.T))  # noqa: B023 - called at once
        update = chunk * m / len(J)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: {how} {seconds:.2f} s, dsyrk alone {update:.2f} s, ratio {update / seconds:.1f}, "
              f"{H.shape[0]} rows, peak {memory:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
