"""Plain-text tables of ledger rows, the same on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return ``lines`` of cells with the columns aligned, two spaces between, nothing after the last cell."""
    if not lines:
        return ""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def verdict_table(rows: Sequence[Row]) -> str:
    """Return one line a claim: id, verdict, mutants killed of those tried, and what the reader must know besides."""
    lines = [("statement", "verdict", "mutants", "note")]
    for row in rows:
        mutants = row["mutants"]
        lines.append((row["id"], verdict_text(row), f"{mutants['killed']}/{mutants['tried']}", note(row)))
    return aligned(lines)


def verdict_text(row: Row) -> str:
    """Return the verdict with its scope where that is not everything."""
    return row["verdict"] if row["scope"] == "all" else f"{row['verdict']} ({row['scope']})"


def note(row: Row) -> str:
    """Return the erratum's class and correction, the reason of an undecided row, and the conditions of a verdict."""
    parts = []
    if row["erratum"]:
        corrected = row["erratum"]["corrected_by"]
        parts.append(row["erratum"]["class"] + (f", corrected by {corrected}" if corrected else ""))
    if row["verdict"] == "undecided" and row["reason"]:
        parts.append(row["reason"])
    if row["conditional_on"]:
        parts.append("if " + ", ".join(row["conditional_on"]))
    return "; ".join(parts)


def totals_line(ledger: Mapping[str, Any]) -> str:
    """Return the totals in one line, the verdicts that occur only."""
    counted = [f"{count} {status}" for status, count in ledger["totals"].items() if count]
    tried = sum(row["mutants"]["tried"] for row in ledger["claims"])
    killed = sum(row["mutants"]["killed"] for row in ledger["claims"])
    count = len(ledger["claims"])
    return f"{count} statement{'' if count == 1 else 's'}: {', '.join(counted)}; mutants killed {killed} of {tried}"
