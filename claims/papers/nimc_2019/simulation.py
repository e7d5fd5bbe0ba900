"""The simulations of the 2019 version: stated, not run."""

from __future__ import annotations

from claims.papers.nimc.open_statements import open_statement
from claims.statement import Kind

_NOT_RUN = "not run yet"
_PLANNED: tuple[tuple[str, Kind, str, str], ...] = (
    ("figure-1.a", "figure", "Figure 1 (a)", "k = 5, d = 10, n = 1000, m = 10000: the objective falls linearly"),
    ("figure-1.b", "figure", "Figure 1 (b)", "k = 10, d = 100, n = 500: the recovery rate over the initialization"),
    ("figure-1.c", "figure", "Figure 1 (c)", "k = 5, d = 10, sigmoid: the recovery rate over n and m"),
    ("figure-1.d", "figure", "Figure 1 (d)", "k = 5, d = 10, ReLU: the recovery rate over n and m"),
    ("table-1", "table", "Table 1", "errors of NIMC and IMC as printed"),
)
SIMULATIONS = [
    open_statement(f"nimc-2019:{local}", kind, label, printed, _NOT_RUN) for local, kind, label, printed in _PLANNED
]
