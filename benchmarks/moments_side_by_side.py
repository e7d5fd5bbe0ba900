"""All moments of [nimc] equation (9) and rho, certified: theta series against acb.integral and mpmath.quad.

Run from the repository's root: ``python benchmarks/moments_side_by_side.py``. Every measurement is a process of its
own, killed after two minutes; contenders take turns, in an order that alternates from one repeat to the next.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import flint
import mpmath
from flint import acb, arb, ctx

from numeric.enclosures.tanh_moments import STANDARD_MOMENTS, TanhActivation, enclose_standard_moments, sigmoid

LIMIT_SECONDS = 120
PATIENCE_SECONDS = 15  # slower than this: one repeat is enough
DIGITS = (15, 50, 200, 1000, 10000)
ACTIVATIONS = {"tanh": TanhActivation(1), "sigmoid": sigmoid()}
CONTENDERS = ("theta series", "acb.integral", "mpmath.quad")
RESULTS = Path(__file__).parent / "results" / "moments_side_by_side.json"


def by_theta_series(activation: str, digits: int) -> str:
    """Return rho to ``digits`` certified digits, as text."""
    return str(enclose_standard_moments(ACTIVATIONS[activation], digits=digits)[1].rho.str(digits + 5, more=True))


def by_acb_integral(activation: str, digits: int) -> str:
    """Return rho from one adaptive rigorous integral a moment, the cut tails bounded and added."""
    guard = 12
    with ctx.workprec(math.ceil((digits + guard) * math.log2(10))):
        cut = math.ceil(math.sqrt(2 * math.log(10) * (digits + guard))) + 1
        moments = {}
        for name, triple in needed().items():
            # |phi|, |phi'| <= 1, and int_L^inf z^c e^(-z^2/2) <= 2 L^(c-1) e^(-L^2/2) for c <= 2 < L
            tail = 2 * arb(cut) ** (triple[2] - 1) * (-(arb(cut) ** 2) / 2).exp()
            body = acb.integral(integrand(activation, triple), 0, cut).real
            moments[name] = arb(body, tail.upper()) * (2 / arb.pi()).sqrt()
        return str(rho(activation, moments, arb).str(digits + 5, more=True))


def by_mpmath_quad(activation: str, digits: int) -> str:
    """Return rho from one tanh-sinh quadrature a moment: the digits are hoped for, not proved."""
    with mpmath.workdps(digits + 12):
        cut = mpmath.sqrt(2 * mpmath.log(10) * (digits + 12)) + 1
        moments = {}
        for name, triple in needed().items():

            def f(z: Any, triple: tuple[int, int, int] = triple) -> Any:
                gauss = mpmath.exp(-z * z / 2)
                return gauss * even_part(activation, mpmath.tanh(slope(activation) * z), z, triple)

            moments[name] = mpmath.quad(f, [0, cut]) * mpmath.sqrt(2 / mpmath.pi)
        return str(mpmath.nstr(rho(activation, moments, mpmath.mpf), digits + 5))


def integrand(activation: str, triple: tuple[int, int, int]) -> Any:
    """Return the even part of phi^a phi'^b z^c exp(-z^2/2), on complex balls."""

    def f(z: Any, _: bool) -> Any:  # noqa: FBT001 (acb.integral's own protocol)
        x = z / 2 if activation == "sigmoid" else z
        return (-z * z / 2).exp() * even_part(activation, x.tanh(), z, triple)

    return f


def slope(activation: str) -> Any:
    """Return what multiplies z inside tanh: sigmoid(z) = (1 + tanh(z/2))/2."""
    return mpmath.mpf(1) / 2 if activation == "sigmoid" else 1


def even_part(activation: str, t: Any, z: Any, triple: tuple[int, int, int]) -> Any:
    """Return the even part of phi^a phi'^b z^c: half the line is then enough, and tanh suits wide balls best."""
    a, b, c = triple
    if activation == "tanh":
        return t**a * (1 - t * t) ** b * z**c
    phi = (((1 + t) / 2) ** a + (-1) ** c * ((1 - t) / 2) ** a) / 2 if a else 1
    return phi * ((1 - t * t) / 4) ** b * z**c


def needed() -> dict[str, tuple[int, int, int]]:
    """Return the moments a peer must integrate: those that symmetry already gives are a gift to it."""
    return {name: triple for name, triple in STANDARD_MOMENTS.items() if name not in {"alpha_10", "beta_11"}}


def rho(activation: str, moments: dict[str, Any], number: Any) -> Any:
    """Return the smaller of both terms of [nimc] equation (9)."""
    a10 = number(0) if activation == "tanh" else number(1) / 2
    terms = (
        moments["alpha_20"] * moments["beta_20"] - moments["beta_10"] ** 2 * (a10**2 + moments["alpha_11"] ** 2),
        moments["alpha_20"] * moments["beta_22"] - a10**2 * moments["beta_12"] ** 2 - moments["gamma"] ** 2,
    )
    return min(terms)


WORKERS = dict(zip(CONTENDERS, (by_theta_series, by_acb_integral, by_mpmath_quad), strict=True))


def work(contender: str, activation: str, digits: int) -> None:
    """Time one contender once, after a short run that warms its imports, and print the result as JSON."""
    run = WORKERS[contender]
    run(activation, 5)
    # CPU time of this one-threaded process: what else the machine does matters less than on the wall clock
    start = time.process_time()
    value = run(activation, digits)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "rho": value}))


def measure(contender: str, activation: str, digits: int) -> dict[str, Any] | None:
    """Return a worker's answer, or ``None`` after two minutes."""
    command = [sys.executable, __file__, "--worker", contender, activation, str(digits)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=LIMIT_SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def agree(ours: str, theirs: str, digits: int) -> bool:
    """Return whether two printed values certainly agree to ``digits - 2`` relative digits."""
    with ctx.workprec(math.ceil((digits + 20) * math.log2(10))):
        # arb reads balls and plain decimals of any length, unlike int()
        x, y = arb(ours), arb(theirs)
        return bool(abs(x - y) < abs(x) * arb(10) ** (2 - digits))


def compare(activation: str, digits: int, repeats: int, running: list[str]) -> dict[str, Any]:
    """Return times and ratios of the contenders still ``running``, which loses those that exceed the limit."""
    times: dict[str, list[float]] = {name: [] for name in running}
    values: dict[str, str] = {}
    for repeat in range(repeats):
        for name in running[:: 1 if repeat % 2 == 0 else -1]:
            if times[name] and times[name][0] > PATIENCE_SECONDS:
                continue
            answer = measure(name, activation, digits)
            if answer is None:
                running.remove(name)
                continue
            times[name].append(answer["seconds"])
            values[name] = answer["rho"]
    row: dict[str, Any] = {"activation": activation, "digits": digits, "contenders": {}}
    ours = min(times[CONTENDERS[0]])
    for name in CONTENDERS:
        if not times.get(name):
            row["contenders"][name] = {"finished": False}
            continue
        row["contenders"][name] = {
            "finished": True,
            "runs": len(times[name]),
            "min_cpu_seconds": min(times[name]),
            "median_cpu_seconds": statistics.median(times[name]),
            "ratio_of_minima": min(times[name]) / ours,
            "agrees": agree(values[CONTENDERS[0]], values[name], digits),
        }
    return row


def show(row: dict[str, Any]) -> None:
    """Print one row of the comparison."""
    cells = []
    for name, cell in row["contenders"].items():
        if cell["finished"]:
            tail = "" if name == CONTENDERS[0] else f" (x{cell['ratio_of_minima']:.0f})"
            agreement = "" if cell["agrees"] else " DISAGREES"
            cells.append(f"{name} {cell['min_cpu_seconds'] * 1e3:.2f} ms{tail}{agreement}")
        else:
            cells.append(f"{name} not within {LIMIT_SECONDS} s")
    print(f"{row['activation']:8}{row['digits']:6} digits: " + "; ".join(cells), flush=True)


def main() -> None:
    """Run the comparison and write its results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", nargs=3, metavar=("CONTENDER", "ACTIVATION", "DIGITS"), help="one measurement")
    parser.add_argument("--digits", type=int, nargs="+", default=list(DIGITS))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    if arguments.worker:
        contender, activation, digits = arguments.worker
        work(contender, activation, int(digits))
        return
    rows = []
    for activation in ACTIVATIONS:
        running = list(CONTENDERS)
        for digits in arguments.digits:
            row = compare(activation, digits, arguments.repeats, running)
            show(row)
            rows.append(row)
    report = {
        "what": "all moments of [nimc] equation (9) and rho, each to the stated relative digits",
        "limit_seconds": LIMIT_SECONDS,
        "versions": {
            "python": platform.python_version(),
            "python-flint": version("python-flint"),
            "flint": flint.__FLINT_VERSION__,
            "mpmath": version("mpmath"),
            "mpmath_backend": mpmath.libmp.BACKEND,
        },
        "architecture": platform.machine(),
        "rows": rows,
    }
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
