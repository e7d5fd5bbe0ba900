"""Certified least eigenvalues of the population Hessian for d = k = 2, …, 10: two methods, an estimate, their times.

Run by hand, one BLAS thread, about a quarter of an hour:
``OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONPATH=. python benchmarks/population_hessian.py``.
Writes ``results/population_hessian.json`` and ``results/population_hessian.png``; ``--plot`` only draws what is stored.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from numeric.enclosures.balls import decimal_ball
from numeric.nimc.activations import activation
from numeric.population_hessian.activation_strips import SmoothActivation, analyse_activation
from numeric.population_hessian.certified_hessian import enclose_population_hessian
from numeric.population_hessian.fast_estimate import (
    estimate_population_hessian_by_mehler,
    estimate_population_least_eigenvalue,
    hermite_values,
)
from numeric.population_hessian.instances import KINDS, sample_weights
from numeric.population_hessian.least_eigenvalue import certify_least_eigenvalue
from numeric.population_hessian.pair_tables import pair_table
from numeric.population_hessian.plane_trapezoid import enclose_pair_by_trapezoid
from numeric.population_hessian.weights import gram

RESULTS = Path(__file__).parent / "results"
SIZES = range(2, 11)
CASES = [("tanh", kind) for kind in KINDS] + [("sigmoid", "random"), ("sigmoid", "nearly parallel columns")]
ALL_PAIRS_UP_TO = 4
PAIRS_BEYOND = 12


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    """Return the result of a call and its seconds of CPU time."""
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def second_opinion(name: str, U: Any, V: Any, rng: np.random.Generator) -> dict[str, Any]:
    """Compare pairs of columns by the trapezoidal rule in their plane with Mehler's: overlap, largest difference."""
    known = analyse_activation(name)
    assert isinstance(known, SmoothActivation)
    worst, radius, agree, count = 0.0, 0.0, True, 0
    for W in (U, V):
        inner, k = gram(W), W.shape[1]
        table = pair_table(known, inner, digits=20)
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
        if k > ALL_PAIRS_UP_TO:
            pairs = [pairs[n] for n in sorted(rng.choice(len(pairs), PAIRS_BEYOND // 2, replace=False))]
        for i, j in pairs:
            other = enclose_pair_by_trapezoid(known, inner[i][i], inner[j][j], inner[i][j], digits=12)
            count += 1
            # The coefficient of uuᵀ alone is ill-conditioned for nearly parallel columns; the radii say so.
            for a, b in zip(table[i][j].all(), other.all(), strict=True):
                agree = agree and bool(a.overlaps(b))
                radius = max(radius, float(b.rad()))
                worst = max(worst, abs(float(a.mid()) - float(b.mid())))
    return {"pairs": count, "overlap": agree, "largest_difference": worst, "largest_radius": radius}


def measure(name: str, kind: str, k: int) -> dict[str, Any]:
    """Return one row."""
    rng = np.random.default_rng([k, KINDS.index(kind)])
    U, V = sample_weights(kind, k, rng), sample_weights(kind, k, rng)
    H, enclosing = timed(lambda: enclose_population_hessian(name, U, V))
    least, certifying = timed(lambda: certify_least_eigenvalue(H))
    opinion, checking = timed(lambda: second_opinion(name, U, V, rng))
    floats = U.astype(float), V.astype(float)
    phi = activation(name)
    hermite_values.cache_clear()
    _, first_call = timed(lambda: estimate_population_least_eigenvalue(phi, *floats))
    runs = [timed(lambda: estimate_population_least_eigenvalue(phi, *floats)) for _ in range(7)]
    estimate = runs[0][0]
    with ctx.workprec(200):
        gap = least.upper - least.lower
        relative = gap / abs(least.upper) if least.upper != 0 else arb(0)
        estimate_error = abs(arb(estimate) - least.upper)
    by_floats = estimate_population_hessian_by_mehler(phi, *floats)
    return {
        "activation": name,
        "kind": kind,
        "k": k,
        "condition": [float(f"{np.linalg.cond(W):.4g}") for W in floats],
        "lower": decimal_ball(least.lower, 20)[0],
        "upper": decimal_ball(least.upper, 20)[0],
        "relative_gap": rounded(relative),
        "entry_radius": rounded(max((H[i, j].rad() for i in range(H.nrows()) for j in range(i + 1)), key=float)),
        "second_method": {**opinion, "largest_difference": rounded(opinion["largest_difference"]),
                          "largest_radius": rounded(opinion["largest_radius"])},
        "estimate_error": rounded(estimate_error),
        "estimate_entry_error": rounded(np.abs(by_floats - middle(H)).max()),
        "seconds": {"enclose": round(enclosing, 3), "certify": round(certifying, 3),
                    "second_method": round(checking, 3)},
        "estimate_milliseconds": round(1e3 * min(seconds for _, seconds in runs), 3),
        "estimate_first_call_milliseconds": round(1e3 * first_call, 3),
    }  # fmt: skip


def rounded(value: Any) -> float:
    """Return two significant digits."""
    return float(f"{float(value):.2g}")


def middle(H: arb_mat) -> Any:
    """Return the midpoints as floats."""
    return np.array([[float(value) for value in row] for row in H.mid().tolist()])


def growth(rows: list[dict[str, Any]], seconds: Callable[[dict[str, Any]], float]) -> float:
    """Return the exponent p of time ~ kᵖ by least squares over k ≥ 5."""
    points = [(np.log(row["k"]), np.log(max(seconds(row), 1e-6))) for row in rows if row["k"] >= 5]
    return round(float(np.polyfit(*np.array(points).T, 1)[0]), 2)


def main() -> None:
    """Measure all cases, print a line each, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", action="store_true", help="only draw the stored rows")
    target = RESULTS / "population_hessian.json"
    if not parser.parse_args().plot:
        rows = []
        for name, kind in CASES:
            for k in SIZES:
                rows.append(measure(name, kind, k))
                print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        exponents = {
            f"{name}, {kind}": {
                "enclose": growth(chosen, lambda row: row["seconds"]["enclose"]),
                "certify": growth(chosen, lambda row: row["seconds"]["certify"]),
                "estimate": growth(chosen, lambda row: row["estimate_milliseconds"]),
            }
            for name, kind in CASES
            for chosen in [[row for row in rows if (row["activation"], row["kind"]) == (name, kind)]]
        }
        stored = {"schema": 1, "time_grows_like_k_to_the": exponents, "rows": rows}
        target.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draw(json.loads(target.read_text(encoding="utf-8"))["rows"], RESULTS / "population_hessian.png")


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the certified values and the times against k."""
    import matplotlib as mpl  # noqa: PLC0415 - only the picture needs it

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), constrained_layout=True)
    colours = dict(zip(KINDS, ("#1b7837", "#2166ac", "#b2182b", "#e08214", "#762a83"), strict=True))
    for kind in KINDS:
        chosen = [row for row in rows if (row["activation"], row["kind"]) == ("tanh", kind)]
        sizes = [row["k"] for row in chosen]
        left.semilogy(sizes, [float(row["lower"]) for row in chosen], "o-", ms=4, color=colours[kind], label=kind)
        right.semilogy(sizes, [row["seconds"]["enclose"] + row["seconds"]["certify"] for row in chosen], "o-", ms=4,
                       color=colours[kind])  # fmt: skip
        right.semilogy(sizes, [row["estimate_milliseconds"] / 1e3 for row in chosen], "x--", ms=4, color=colours[kind])
    left.set(xlabel="d = k", ylabel=r"certified $\lambda_{\min}$ of the population Hessian, tanh")
    left.legend(frameon=False, fontsize=8)
    right.axhline(0.01, color="0.6", lw=0.8)
    right.text(2, 0.0115, "10 ms", fontsize=8, color="0.4")
    right.plot([], [], "o-", ms=4, color="0.3", label="certified: enclosure and both bounds")
    right.plot([], [], "x--", ms=4, color="0.3", label="floating-point estimate")
    right.set(xlabel="d = k", ylabel="seconds of CPU time, one thread")
    right.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
