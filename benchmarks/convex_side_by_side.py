"""Certified factorization beside singular value thresholding and CVXPY on ½‖Y − X‖² + λ‖X‖_*, sizes growing.

Run by hand: ``PYTHONPATH=. python benchmarks/convex_side_by_side.py``. Every measurement is a process of its own
with one thread, warmed up on a 3×3 problem, then timed once (CPU time of the call alone). The peers are one
soft-thresholded singular value decomposition (with every entry observed, soft-impute stops after it) and CVXPY with
Clarabel and with SCS.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from numeric.homogeneous.factorization import factorize

SIZES = (10, 20, 30, 40, 60, 80, 120, 160, 200)
METHODS = ("factorize", "SVT", "Clarabel", "SCS")
RANK, NOISE = 3, 0.1
RESULTS = Path(__file__).parent / "results"
MEMORY_GIB = 8


def data(n: int) -> tuple[np.ndarray, float]:
    """Return an n×n matrix of rank 3 with noise, and λ a tenth above the noise's expected spectral norm."""
    rng = np.random.default_rng(n)
    Y = rng.normal(size=(n, RANK)) @ rng.normal(size=(RANK, n)) / np.sqrt(RANK) + NOISE * rng.normal(size=(n, n))
    return Y, 1.1 * NOISE * 2 * np.sqrt(n)


def objective(Y: np.ndarray, X: np.ndarray, lam: float) -> float:
    """Return ½‖Y − X‖² + λ‖X‖_* in doubles."""
    return float(((Y - X) ** 2).sum() / 2 + lam * np.linalg.svd(X, compute_uv=False).sum())


def by_factorization(Y: np.ndarray, lam: float) -> dict[str, Any]:
    """Return the certified factorization's point and what is proved of it."""
    found = factorize(Y, lam=lam, rank=4, rng=np.random.default_rng(0))
    certificate = found.certificate
    return {
        "X": found.U @ found.V.T,
        "certified_value": found.objective,
        "certified_gap": certificate.gap,
        "status": certificate.status,
    }


def by_thresholding(Y: np.ndarray, lam: float) -> dict[str, Any]:
    """Return the soft-thresholded singular value decomposition."""
    left, values, right = np.linalg.svd(Y, full_matrices=False)
    return {"X": (left * np.maximum(values - lam, 0.0)) @ right, "status": "closed form"}


def by_cvxpy(Y: np.ndarray, lam: float, solver: str) -> dict[str, Any]:
    """Return what CVXPY's solver finds at its default tolerances."""
    cvxpy = importlib.import_module("cvxpy")
    X = cvxpy.Variable(Y.shape)
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(X - Y) / 2 + lam * cvxpy.normNuc(X)))
    problem.solve(solver=solver)
    return {"X": np.asarray(X.value), "status": problem.status}


def solved(method: str, Y: np.ndarray, lam: float) -> dict[str, Any]:
    """Return a method's result."""
    if method == "factorize":
        return by_factorization(Y, lam)
    return by_thresholding(Y, lam) if method == "SVT" else by_cvxpy(Y, lam, method.upper())


def one(method: str, n: int) -> dict[str, Any]:
    """Return the measurement of one method at one size, in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_GIB << 30, MEMORY_GIB << 30))
    solved(method, *data(3))
    Y, lam = data(n)
    start = time.process_time()
    found = solved(method, Y, lam)
    seconds = time.process_time() - start
    X = found.pop("X")
    return {"method": method, "n": n, "cpu_seconds": seconds, "objective": objective(Y, X, lam), **found}


def measured(method: str, n: int, limit: float) -> dict[str, Any]:
    """Return the measurement of a process of its own, or why there is none."""
    environment = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
    command = [sys.executable, __file__, "--one", method, str(n)]
    try:
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return {"method": method, "n": n, "status": f"not finished in {limit:g} s"}
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["killed"])[-1]
        return {"method": method, "n": n, "status": f"failed: {last[:120]}"}
    return dict(json.loads(run.stdout))


def compared(sizes: tuple[int, ...], limit: float) -> list[dict[str, Any]]:
    """Return all measurements, each with its distance above the certified lower bound of the optimum."""
    rows: list[dict[str, Any]] = []
    beaten: set[str] = set()
    for count, n in enumerate(sizes):
        order = METHODS if count % 2 == 0 else METHODS[::-1]
        at_size = {m: measured(m, n, limit) if m not in beaten else _skipped(m, n) for m in order}
        beaten |= {m for m, row in at_size.items() if "objective" not in row}
        certified = at_size["factorize"]
        for method in METHODS:
            row = at_size[method]
            if "objective" in row and "certified_gap" in certified:
                row["above_certified_lower_bound"] = row["objective"] - (
                    certified["certified_value"] - certified["certified_gap"]
                )
                row["relative_to_certified_value"] = row["objective"] / certified["certified_value"] - 1
            rows.append(row)
            print(
                f"{n:4} {method:10} {row.get('cpu_seconds', float('nan')):9.3f} s  "
                f"{row.get('relative_to_certified_value', float('nan')):+9.1e}  {row['status']}",
                flush=True,
            )
    return rows


def _skipped(method: str, n: int) -> dict[str, Any]:
    return {"method": method, "n": n, "status": "not tried: a smaller size was not finished"}


def plotted(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw time and distance from the certified optimum against n."""
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    plt = importlib.import_module("matplotlib.pyplot")
    colors = {"factorize": "#0b6e4f", "SVT": "#555555", "Clarabel": "#c8553d", "SCS": "#3d5a98"}
    markers = dict(zip(METHODS, "os^v", strict=True))
    labels = {"factorize": "factorize, with certificate", "SVT": "SVT (closed form)"}
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9), layout="constrained")
    floor = 1e-16
    for method in METHODS:
        done = [row for row in rows if row["method"] == method and "objective" in row]
        style = {"color": colors[method], "marker": markers[method], "ms": 4.5, "lw": 1.4}
        sizes = [row["n"] for row in done]
        left.plot(sizes, [row["cpu_seconds"] for row in done], label=labels.get(method, f"CVXPY, {method}"), **style)
        right.plot(sizes, [max(abs(row["relative_to_certified_value"]), floor) for row in done], **style)
    certified = [row for row in rows if "certified_gap" in row]
    right.plot(
        [row["n"] for row in certified],
        [row["certified_gap"] / row["certified_value"] for row in certified],
        color=colors["factorize"],
        ls=":",
        lw=1.4,
        label="certified gap of factorize: proved distance from the optimum",
    )
    for axis, title in ((left, "CPU seconds, one thread"), (right, "relative distance from the certified value")):
        axis.set(xscale="log", yscale="log", xlabel="n (Y is n×n)", title=title)
        axis.set_xticks([10, 20, 40, 80, 160], labels=["10", "20", "40", "80", "160"])
        axis.minorticks_off()
        axis.grid(visible=True, alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
        axis.title.set_fontsize(10)
    left.legend(frameon=False, fontsize=8)
    right.legend(frameon=False, fontsize=8, loc="center right")
    figure.savefig(path, dpi=150)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def main() -> None:
    """Measure, print one line a measurement, and write the JSON and the PNG."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "N"), help="measure in this process and print JSON")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--limit", type=float, default=240.0, help="seconds after which a measurement is given up")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(one(chosen.one[0], int(chosen.one[1]))))
        return
    rows = compared(tuple(chosen.sizes), chosen.limit)
    packages = ("cvxpy", "clarabel", "scs", "numpy", "scipy", "python-flint")
    report = {
        "problem": "1/2 |Y - X|^2 + lam |X|_*, Y n x n of rank 3 with noise 0.1, lam = 0.22 sqrt(n)",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in packages},
        "limit_seconds": chosen.limit,
        "memory_gib": MEMORY_GIB,
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "convex_side_by_side.json").write_text(json.dumps(report, indent=1) + "\n")
    plotted(rows, RESULTS / "convex_side_by_side.png")


if __name__ == "__main__":
    main()
