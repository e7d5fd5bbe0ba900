"""Time of the least eigenvalue of the NIMC Hessian by Lanczos' method, up to sizes where no dense matrix fits.

Run by hand from the repository's root, one thread; needs matplotlib for the plot:

    PYTHONPATH=. python benchmarks/nimc_least_eigenvalue.py
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SIZES = ((50, 5), (100, 10), (160, 16), (250, 25), (400, 40), (700, 70), (1000, 100))
DENSE_UP_TO = 5200  # unknowns; numpy's eigenvalues of a larger matrix take minutes
TOLERANCE = 1e-8
RESULTS = Path(__file__).parent / "results" / "nimc_least_eigenvalue.json"


def measure(d: int, k: int) -> dict[str, Any]:
    """Return times at one size: tanh, orthonormal truth, noisy ratings, weights near the truth, 2d users and items."""
    import numpy as np  # noqa: PLC0415 - after the number of threads is set

    from numeric.nimc.activations import activation  # noqa: PLC0415
    from numeric.nimc.dense_hessian import dense_hessian  # noqa: PLC0415
    from numeric.nimc.least_eigenvalue import estimate_least_eigenvalue, hessian_operator  # noqa: PLC0415
    from numeric.nimc.loss import NimcLoss  # noqa: PLC0415

    rng = np.random.default_rng(20261122)
    unknowns = 2 * d * k
    users, pairs = 2 * d, max(20000, unknowns)
    X, Y = rng.standard_normal((2, users, d))
    U, V = (np.linalg.qr(rng.standard_normal((d, k)))[0] for _ in range(2))
    i, j = rng.integers(0, users, (2, pairs))
    clean = NimcLoss(X, Y, i, j, np.zeros(pairs), activation("tanh")).residuals(U, V)
    loss = NimcLoss(X, Y, i, j, clean + 0.1 * rng.standard_normal(pairs), activation("tanh"))
    U, V = (W + 0.1 / d**0.5 * rng.standard_normal((d, k)) for W in (U, V))

    operator, direction = hessian_operator(loss, U, V), rng.standard_normal(unknowns)
    operator.matvec(direction)
    times = []
    for _ in range(5):
        start = time.process_time()
        operator.matvec(direction)
        times.append(time.process_time() - start)
    start = time.process_time()
    found = estimate_least_eigenvalue(loss, U, V, rng, tolerance=TOLERANCE)
    total = time.process_time() - start
    row = {
        "d": d, "k": k, "unknowns": unknowns, "users": users, "items": users, "pairs": pairs,
        "seconds a product": round(min(times), 6), "seconds": round(total, 3), "products": found.products,
        "value": found.value, "residual": float(f"{found.residual:.1e}"),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "dense matrix GB": round(unknowns**2 * 8e-9, 3),
    }  # fmt: skip
    if unknowns <= DENSE_UP_TO:
        start = time.process_time()
        dense = np.linalg.eigvalsh(dense_hessian(loss, U, V))
        row["dense"] = {
            "seconds": round(time.process_time() - start, 3),
            "relative difference": float(f"{abs(dense[0] - found.value) / abs(dense[0]):.1e}"),
            "agrees to 1e-9": bool(abs(dense[0] - found.value) <= 1e-9 * abs(dense[0])),
        }
    return row


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw times over unknowns on logarithmic axes."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
    unknowns = [row["unknowns"] for row in rows]
    dense = [row for row in rows if "dense" in row]
    axes.loglog(unknowns, [row["seconds"] for row in rows], "o-", color="tab:blue", label="Lanczos, whole run")
    axes.loglog(
        unknowns,
        [row["seconds a product"] for row in rows],
        "s-",
        color="tab:green",
        label="one Hessian-vector product",
    )
    axes.loglog(
        [row["unknowns"] for row in dense],
        [row["dense"]["seconds"] for row in dense],
        "^--",
        color="tab:red",
        label="dense matrix and its eigenvalues",
    )
    last = rows[-1]
    axes.annotate(
        f"dense matrix: {last['dense matrix GB']:.0f} GB\nhere: {last['peak MB'] / 1000:.1f} GB in all",
        (last["unknowns"], last["seconds"]),
        xytext=(4, -52),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
    )
    axes.set_ylim(top=1e3)
    axes.set_xlabel("unknowns, 2dk (d = 10k)")
    axes.set_ylabel("CPU seconds, one thread")
    axes.set_title("Least eigenvalue of the empirical NIMC Hessian", fontsize=11)
    axes.grid(which="major", alpha=0.3)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    figure.savefig(path, dpi=150, metadata={"Software": None})


def main() -> None:
    """Measure each size in a process of its own, write the results and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(*options.child)))
        return
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    rows = []
    for d, k in SIZES:
        command = [sys.executable, __file__, "--child", str(d), str(k)]
        done = subprocess.run(command, env=os.environ | threads, check=True, stdout=subprocess.PIPE, text=True)
        rows.append(json.loads(done.stdout))
        print(rows[-1])
    import numpy as np  # noqa: PLC0415
    import scipy  # noqa: PLC0415

    report = {
        "what": "least eigenvalue of the empirical NIMC Hessian, tanh, by Lanczos on products; CPU seconds, one thread",
        "tolerance": TOLERANCE, "numpy": np.__version__, "scipy": scipy.__version__,
        "python": platform.python_version(), "architecture": platform.machine(), "sizes": rows,
    }  # fmt: skip
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")
    draw(rows, RESULTS.with_suffix(".png"))


if __name__ == "__main__":
    main()
