"""Twenty random starts of each size for every small problem with a known optimum: what was worst, stored.

Run by hand: ``PYTHONPATH=. python benchmarks/global_optima_sweep.py`` (about two minutes). Rows that are stored already
are kept, so that an interrupted run goes on; ``--fresh`` starts over.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.progress import Progress

from numeric.homogeneous.known_optima import known_problems
from numeric.homogeneous.optimum_sweep import sample_starts, start_sizes

RESULT = Path(__file__).parent / "results" / "global_optima_sweep.json"


def main() -> None:
    """Compute the rows that are missing and store all of them after each one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="compute every row again")
    arguments = parser.parse_args()
    stored = {}
    if RESULT.exists() and not arguments.fresh:
        rows = json.loads(RESULT.read_text(encoding="utf-8"))["rows"]
        stored = {(row["problem"], row["start_size"]): row for row in rows}
    cases = [(task, r) for task in known_problems() for r in start_sizes(task)]
    found = []
    with Progress() as progress:
        bar = progress.add_task("sweep", total=len(cases))
        for task, r in cases:
            progress.update(bar, description=f"{task.name}, r = {r}")
            found.append(stored.get((task.name, r)) or sample_starts(task, r))
            later = [stored[key] for key in ((t.name, s) for t, s in cases[len(found) :]) if key in stored]
            text = json.dumps({"schema": 1, "rows": found + later}, indent=1, ensure_ascii=False)
            RESULT.write_text(text + "\n", encoding="utf-8")
            progress.advance(bar)
    print(f"{len(found)} rows: {sum(row['starts'] for row in found)} runs, ", end="")
    print(f"{sum(row['certified_global'] for row in found)} certified global, ", end="")
    print(f"worst gap {max(row['worst_gap'] for row in found):.2g}, increases {sum(row['increases'] for row in found)}")


if __name__ == "__main__":
    main()
