"""Gradient and Hessian of the factorization objective: for all dimensions, against SymPy entry by entry at one size.

Run from the repository's root: ``python benchmarks/hessian_vs_sympy.py``. Ours is derived for symbolic m, n, k, with
its checked steps and entrywise re-checks; SymPy's is ``sympy.hessian`` of the written-out polynomial at m = n = 4,
k = 3. Each measurement is a process of its own, so that nothing is warm; both take turns in one run. That both give
both Hessians are compared exactly, as quadratic forms at rational points, before anything is written.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sympy

from symbolic.matrix import derive, matrix, norm2
from symbolic.matrix.expression import Expression, Symbol
from symbolic.matrix.instance import Instance
from symbolic.matrix.operations import symbols_of

SIZES = {"m": 4, "n": 4, "k": 3}
CONTENDERS = ("all dimensions", "sympy.hessian")
RESULTS = Path(__file__).parent / "results" / "hessian_vs_sympy.json"
X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")


def derived() -> Any:
    """Return the objective with its gradient and Hessian, for all dimensions."""
    return derive(norm2(X - W * S) / 2, [W, S], hessian=True)


def entrywise() -> tuple[Any, list[Any]]:
    """Return SymPy's Hessian matrix at the fixed sizes, and the variables in the order of its rows."""
    A, B, C = (sympy.Matrix(*shape(U), lambda i, j, U=U: sympy.Symbol(f"{U}_{i}_{j}")) for U in (X, W, S))
    residual = A - B * C
    objective = sum(entry**2 for entry in residual) / 2
    variables = [*B, *C]
    return sympy.hessian(objective, variables), variables


def shape(U: Symbol) -> tuple[int, int]:
    """Return the shape of a symbol at the fixed sizes."""
    return U.rows.value(SIZES), U.cols.value(SIZES)


def is_same() -> bool:
    """Return whether both Hessians give the same quadratic form at rational points, exactly."""
    result = derived()
    second: Expression = result.second_derivative.expression
    hessian, variables = entrywise()
    symbols = symbols_of(second)
    for seed in range(3):
        at = Instance(symbols, [], [], SIZES, seed)
        number = {
            f"{name}_{i}_{j}": sympy.Rational(str(entry))
            for name, rows in at.values.items()
            for i, row in enumerate(rows)
            for j, entry in enumerate(row)
        }
        values = {sympy.Symbol(name): value for name, value in number.items()}
        along = sympy.Matrix([number[f"d{v.name}"] for v in variables])
        form = (along.T * hessian.subs(values) * along)[0, 0]
        if form != sympy.Rational(str(at.evaluate(second)[0][0])):
            return False
    return True


def measure(contender: str) -> float:
    """Return the CPU seconds of one derivation, imports not counted."""
    start = time.process_time()
    derived() if contender == CONTENDERS[0] else entrywise()
    return time.process_time() - start


def main() -> None:
    """Measure both contenders in turn and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--once", choices=CONTENDERS, help="measure one contender in this process and print seconds")
    options = parser.parse_args()
    if options.once:
        print(measure(options.once))
        return
    if not is_same():
        raise SystemExit("the two Hessians differ")
    seconds: dict[str, list[float]] = {contender: [] for contender in CONTENDERS}
    for repeat in range(options.repeats):
        for contender in CONTENDERS if repeat % 2 == 0 else reversed(CONTENDERS):
            command = [sys.executable, __file__, "--once", contender]
            seconds[contender].append(float(subprocess.run(command, check=True, capture_output=True).stdout))
    ours, theirs = (statistics.median(seconds[contender]) for contender in CONTENDERS)
    record = {
        "what": "gradient and Hessian of norm2(X - W*S)/2 in W and S",
        "same_hessian_at_fixed_sizes": True,
        "fixed_sizes_of_sympy_hessian": SIZES,
        "versions": {name: version(name) for name in ("sympy", "python-flint")} | {"python": platform.python_version()},
        "architecture": platform.machine(),
        "repeats": options.repeats,
        "cpu_seconds": {
            name: {"median": round(statistics.median(s), 4), "min": round(min(s), 4)} for name, s in seconds.items()
        },
        "ratio_of_medians": round(theirs / ours, 2),
    }
    RESULTS.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
