"""Certified factorization beside singular value thresholding and, where installed, CVXPY, on one run.

Run by hand: ``python benchmarks/factorize_side_by_side.py``. The convex problem is ½‖Y − X‖² + λ‖X‖_*.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable

import numpy as np

from numeric.homogeneous.factorization import factorize

SIZES = ((4, 5), (10, 12), (20, 25), (40, 50))


def thresholded(Y: np.ndarray, lam: float) -> float:
    """Return the optimal value by soft-thresholding the singular values."""
    values = np.linalg.svd(Y, compute_uv=False)
    return float((np.minimum(values, lam) ** 2).sum() / 2 + lam * np.maximum(values - lam, 0).sum())


def by_cvxpy(Y: np.ndarray, lam: float) -> float:
    """Return the optimal value CVXPY finds."""
    cvxpy = importlib.import_module("cvxpy")
    X = cvxpy.Variable(Y.shape)
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(X - Y) / 2 + lam * cvxpy.normNuc(X)))
    return float(problem.solve())


def timed(run: Callable[[], float]) -> tuple[float, float]:
    """Return a result and the seconds it took."""
    start = time.perf_counter()
    return run(), time.perf_counter() - start


def main() -> None:
    """Print one line a size and method: seconds, distance from the closed form, the certified gap."""
    peers = importlib.util.find_spec("cvxpy") is not None
    print("size      method      seconds   value − closed form   certified gap   status")
    for m, n in SIZES:
        rng = np.random.default_rng(m)
        Y = rng.normal(size=(m, 3)) @ rng.normal(size=(3, n)) + 0.1 * rng.normal(size=(m, n))
        lam = 1.0
        exact, seconds = timed(lambda Y=Y, lam=lam: thresholded(Y, lam))
        print(f"{m}×{n}".ljust(10), f"SVT         {seconds:8.4f}   {0.0:19.1e}   none            closed form")
        start = time.perf_counter()
        found = factorize(Y, lam=lam, rank=4, rng=rng)
        seconds = time.perf_counter() - start
        certificate = found.certificate
        print(
            f"{m}×{n}".ljust(10),
            f"factorize   {seconds:8.4f}   {found.objective - exact:19.1e}   "
            f"{certificate.gap:<13.1e}   {certificate.status}",
        )
        if peers:
            value, seconds = timed(lambda Y=Y, lam=lam: by_cvxpy(Y, lam))
            print(
                f"{m}×{n}".ljust(10),
                f"CVXPY       {seconds:8.4f}   {value - exact:19.1e}   none            solver's word",
            )
    if not peers:
        print("CVXPY is not installed: not compared.")


if __name__ == "__main__":
    main()
