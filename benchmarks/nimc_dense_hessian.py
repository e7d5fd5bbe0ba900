"""Time and memory of the dense NIMC Hessian beside one symmetric rank update (dsyrk) of the full stacked Jacobian.

The update takes a Jacobian that is already there and leaves out the residual's terms and the mirror image; the Hessian
is complete. Beside it, at sizes they can do in reasonable time, jax and torch. Run by hand from the repository's root:

    PYTHONPATH=. python benchmarks/nimc_dense_hessian.py --peer-python PYTHON_WITH_JAX_AND_TORCH
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
PAIRS = 20000
# name: d, k, users, items, how the pairs are drawn
CASES = {
    "shared 1000 x 1000, d=50 k=10": (50, 10, 1000, 1000, "uniform"),
    "shared 943 x 1682, d=50 k=10": (50, 10, 943, 1682, "uniform"),
    "shared 943 x 1682 skewed, d=50 k=10": (50, 10, 943, 1682, "skewed"),
    "shared 1000 x 1000, d=100 k=20": (100, 20, 1000, 1000, "uniform"),
    "shared 943 x 1682, d=100 k=20": (100, 20, 943, 1682, "uniform"),
    "nothing shared, d=50 k=10": (50, 10, PAIRS, PAIRS, "once"),
    "nothing shared, d=100 k=20": (100, 20, PAIRS, PAIRS, "once"),
    "four pairs a user and item, d=50 k=10": (50, 10, 5000, 5000, "uniform"),
    "two pairs a user and item, d=50 k=10": (50, 10, 10000, 10000, "uniform"),
    "users once, 1000 items, d=50 k=10": (50, 10, PAIRS, 1000, "once"),
}
PEER_CASES = {
    "shared 1000 x 1000, d=10 k=5": (10, 5, 1000, 1000, "uniform"),
    "shared 1000 x 1000, d=50 k=10": (50, 10, 1000, 1000, "uniform"),
}
PEER_CHUNKS = (10, 50)
WAYS = ("users", "items", "pairs")
RESULTS = Path(__file__).parent / "results" / "nimc_dense_hessian.json"


def data(d: int, k: int, n1: int, n2: int, drawn: str) -> dict[str, Any]:
    """Return a seeded data set: Gaussian features, weights and ratings, tanh."""
    import numpy as np  # noqa: PLC0415 - after the number of threads is set

    rng = np.random.default_rng(20261122)

    def index(n: int) -> Any:
        if n == PAIRS and drawn == "once":
            return np.arange(n)
        weights = 1 / (10 + np.arange(n)) if drawn == "skewed" else np.ones(n)
        return rng.choice(n, PAIRS, p=weights / weights.sum())

    users, items = index(n1), index(n2)
    found = {"X": rng.standard_normal((n1, d)), "Y": rng.standard_normal((n2, d)), "users": users, "items": items}
    found |= {"ratings": rng.standard_normal(PAIRS)}
    found |= {name: rng.standard_normal((d, k)) / d**0.5 for name in ("U", "V")}
    return found | {"arrays": list(found)}


def hessian_of(case: dict[str, Any], way: str) -> Callable[[], Any]:
    """Return the computation from the raw arrays on: the loss is built anew each time, nothing is kept between runs."""
    from numeric.nimc.activations import activation  # noqa: PLC0415
    from numeric.nimc.dense_hessian import dense_hessian  # noqa: PLC0415
    from numeric.nimc.loss import NimcLoss  # noqa: PLC0415

    phi = activation("tanh")
    arrays = [case[name] for name in ("X", "Y", "users", "items", "ratings")]
    return lambda: dense_hessian(NimcLoss(*arrays, phi), case["U"], case["V"], assembly=way)


def best_of(contenders: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Return the least CPU seconds of each, taken in turns, the order reversed from one repeat to the next."""
    best = dict.fromkeys(contenders, float("inf"))
    for repeat in range(repeats + 1):
        for name in list(contenders) if repeat % 2 else reversed(list(contenders)):
            start = time.process_time()
            contenders[name]()
            if repeat:  # the first round warms up
                best[name] = min(best[name], time.process_time() - start)
    return best


def time_case(name: str, repeats: int) -> dict[str, Any]:
    """Return the times of one case beside the update's."""
    import numpy as np  # noqa: PLC0415
    from scipy.linalg.blas import dsyrk  # noqa: PLC0415

    from numeric.nimc.dense_hessian import estimate_assembly_costs  # noqa: PLC0415

    d, k, n1, n2, _ = CASES[name]
    case = data(*CASES[name])
    J = np.random.default_rng(1).standard_normal((PAIRS, 2 * d * k))
    seen = len(np.unique(case["users"])), len(np.unique(case["items"]))
    contenders = {"dsyrk": lambda: dsyrk(1.0, J.T)} | {way: hessian_of(case, way) for way in ("auto", *WAYS)}
    seconds = best_of(contenders, repeats)
    costs = estimate_assembly_costs((d, d, k), PAIRS, *seen)
    fastest = min(WAYS, key=seconds.__getitem__)
    return {
        "d": d, "k": k, "pairs": PAIRS, "users": n1, "items": n2, "distinct users": seen[0], "distinct items": seen[1],
        "unknowns": 2 * d * k, "seconds": {n: round(s, 4) for n, s in seconds.items()},
        "dsyrk over auto": round(seconds["dsyrk"] / seconds["auto"], 2),
        "auto takes": min(costs, key=costs.__getitem__), "fastest": fastest,
        "auto over fastest": round(seconds["auto"] / seconds[fastest], 2),
    }  # fmt: skip


def measure_memory(name: str, what: str) -> dict[str, Any]:
    """Return this process's peak memory before and after one computation, in MB."""
    import numpy as np  # noqa: PLC0415
    from scipy.linalg.blas import dsyrk  # noqa: PLC0415

    d, k = CASES[name][:2]
    if what == "dsyrk":
        J = np.random.default_rng(1).standard_normal((PAIRS, 2 * d * k))
        before = _peak()
        dsyrk(1.0, J.T)
    else:
        run = hessian_of(data(*CASES[name]), "auto")
        before = _peak()
        run()
    return {"before": before, "peak": _peak()}


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def time_peer(name: str, peer: str, chunk: int, repeats: int, save: str) -> dict[str, Any]:
    """Return the times of one contender at one size, and save its matrix for comparison."""
    import numpy as np  # noqa: PLC0415

    case = data(*PEER_CASES[name])
    if peer == "lemmata":
        run, version = hessian_of(case, "auto"), ""
    else:
        from nimc_hessian_peers import PEERS  # noqa: PLC0415

        run, version = PEERS[peer](case, chunk)
    np.save(save, run())
    return {"version": version, "seconds": round(best_of({peer: run}, repeats)[peer], 4), "peak MB": _peak()}


def child(python: str, *arguments: object) -> Any:
    """Return what one measurement prints, run in a process of its own with one thread."""
    command = [python, __file__, "--child", *map(str, arguments)]
    here = os.environ | ONE_THREAD
    return json.loads(subprocess.run(command, env=here, check=True, capture_output=True, text=True).stdout)


def compare_peers(peer_python: str, repeats: int) -> list[dict[str, Any]]:
    """Return the side by side with the peers; agreement is relative to the largest entry."""
    import numpy as np  # noqa: PLC0415

    rows = []
    for name in PEER_CASES:
        with tempfile.TemporaryDirectory() as folder:
            own = f"{folder}/own.npy"
            row = {"case": name, "lemmata": child(sys.executable, "peer", name, "lemmata", 0, repeats, own)}
            H = np.load(own)
            for peer in ("jax", "torch"):
                for chunk in PEER_CHUNKS:
                    saved = f"{folder}/{peer}{chunk}.npy"
                    try:
                        found = child(peer_python, "peer", name, peer, chunk, max(2, repeats // 3), saved)
                    except subprocess.CalledProcessError as failure:
                        row[f"{peer}, {chunk} directions"] = {"failed": failure.stderr.strip().splitlines()[-1]}
                        continue
                    found["over lemmata"] = round(found["seconds"] / row["lemmata"]["seconds"], 1)
                    found["largest difference"] = float(f"{abs(np.load(saved) - H).max() / abs(H).max():.1e}")
                    found["agrees to 1e-10"] = bool(abs(np.load(saved) - H).max() <= 1e-10 * abs(H).max())
                    row[f"{peer}, {chunk} directions"] = found
                    print(name, peer, chunk, found)
        rows.append(row)
    return rows


def main() -> None:
    """Measure everything and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each contender; the least counts")
    parser.add_argument("--peer-python", default=sys.executable, help="interpreter that has jax and torch")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, name, *rest = options.child
        if kind == "time":
            print(json.dumps(time_case(name, int(rest[0]))))
        elif kind == "memory":
            print(json.dumps(measure_memory(name, rest[0])))
        else:
            print(json.dumps(time_peer(name, rest[0], int(rest[1]), int(rest[2]), rest[3])))
        return
    os.environ.update(ONE_THREAD)
    rows = []
    for name in CASES:
        large = CASES[name][0] == 100
        row = {"case": name} | child(
            sys.executable, "time", name, max(2, options.repeats // 3) if large else options.repeats
        )
        row["memory MB"] = {what: child(sys.executable, "memory", name, what) for what in ("hessian", "dsyrk")}
        print(row)
        rows.append(row)
    import numpy as np  # noqa: PLC0415
    import scipy  # noqa: PLC0415

    report = {
        "what": "dense Hessian of the NIMC loss, all terms, tanh; CPU seconds, one thread, least of several runs",
        "numpy": np.__version__, "scipy": scipy.__version__, "python": platform.python_version(),
        "architecture": platform.machine(), "cases": rows, "peers": compare_peers(options.peer_python, options.repeats),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
