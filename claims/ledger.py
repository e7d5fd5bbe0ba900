"""The ledger: every claim's row, with the conditions its verdict inherits from what it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from typing import Any

from claims.registry import Claim, Outcome, all_claims, get_claim
from claims.sampling import Sampling, current_sampling, sampling
from claims.verdict import STATUSES, verdict_of

SCHEMA = 1
Row = dict[str, Any]

# What a verdict may not rest on without saying so.
_CONDITIONAL = frozenset({"cited", "sampled", "undecided", "refuted"})


def ledger_row(claim: Claim) -> Row:
    """Return the claim's finished row, its dependencies run as needed.

    Rows hold only what is stable across machines: bounds and counts, no timings, no raw residuals.
    """
    rows = {id_: _run(id_, Sampling()) for id_ in dependencies([claim])}
    status: dict[str, str] = {id_: row["verdict"] for id_, row in rows.items()}
    return _with_conditions(_settled_row(claim.statement.id, claim.outcome), status)


def dependencies(claims: Iterable[Claim]) -> list[str]:
    """Return the ids of everything ``claims`` transitively depend on, in ledger order.

    Raises:
        UnknownClaimError: If a claim depends on an id that no claim bears.
    """
    found: set[str] = set()
    stack = [id_ for claim in claims for id_ in claim.statement.depends_on]
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            stack.extend(get_claim(current).statement.depends_on)
    return [claim.id for claim in all_claims() if claim.id in found]


class CircularReasoningError(ValueError):
    """A claim rests, through its dependencies, on itself."""


def verify(
    claims: Sequence[Claim],
    *,
    executor: Executor | None = None,
    on_done: Callable[[str], None] = lambda _id: None,
) -> dict[str, Any]:
    """Return the ledger of ``claims``: each is run, with its mutants, and so is what it depends on.

    Args:
        claims: The claims to report.
        executor: Where to run them; ``None`` runs them here, one after another. The result is the same for any
            executor and any number of workers.
        on_done: Called with each id as it finishes.

    Returns:
        ``{"schema", "claims": rows, "totals", "crashed": {id: error}}``; the last is empty unless a claim raised.

    Raises:
        UnknownClaimError: If a claim depends on an id that no claim bears.
        CircularReasoningError: If a claim depends on itself.
    """
    wanted = [claim.id for claim in claims]
    for claim in claims:
        if claim.id in dependencies([claim]):
            raise CircularReasoningError(f"{claim.id} depends, directly or through others, on itself")
    needed = list(dict.fromkeys([*wanted, *dependencies(claims)]))
    rows: dict[str, Row] = {}
    if executor is None:
        for id_ in needed:
            rows[id_] = _run(id_, current_sampling())
            on_done(id_)
    else:
        futures = {executor.submit(_run, id_, current_sampling()): id_ for id_ in needed}
        for future in as_completed(futures):
            rows[futures[future]] = future.result()
            on_done(futures[future])
    crashed = {id_: rows[id_].pop("crashed") for id_ in needed if "crashed" in rows[id_]}
    status = {id_: rows[id_]["verdict"] for id_ in needed}
    return {**build_ledger(_with_conditions(rows[id_], status) for id_ in wanted), "crashed": crashed}


def build_ledger(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the whole ledger: schema, rows and the totals of each verdict."""
    rows = list(rows)
    totals = {status: sum(row["verdict"] == status for row in rows) for status in STATUSES}
    return {"schema": SCHEMA, "claims": rows, "totals": totals}


def dumps(ledger: Mapping[str, Any]) -> str:
    """Return the ledger as the text that is committed: two spaces, own key order, a final newline."""
    stable = {key: ledger[key] for key in ("schema", "claims", "totals")}
    return json.dumps(stable, indent=2, ensure_ascii=False) + "\n"


def _run(id_: str, settings: Sampling) -> Row:
    """Return the settled row of one claim; a claim that raises is undecided and says so."""
    with sampling(settings):
        try:
            claim = get_claim(id_)
            # The cached outcome serves the defaults only: another seed is another run.
            outcome = claim.outcome if settings == Sampling() else claim.run()
            return _settled_row(id_, outcome)
        except Exception as error:  # noqa: BLE001 - one broken claim must not hide the others
            message = f"{type(error).__name__}: {error}".splitlines()[0]
            return {**_settled_row(id_, None), "reason": f"crashed: {message}", "crashed": message}


def _settled_row(id_: str, outcome: Outcome | None) -> Row:
    claim = get_claim(id_)
    statement, erratum = claim.statement, claim.erratum
    verdict = verdict_of(statement, outcome.evidence) if outcome else None
    return {
        "id": statement.id,
        "paper": statement.paper,
        "label": statement.label,
        "kind": statement.kind,
        "verdict": verdict.status if verdict is not None else "undecided",
        "scope": verdict.scope if verdict is not None else "all",
        "reason": (verdict.reason or None) if verdict is not None else None,
        "conditional_on": [],
        "erratum": erratum and {"class": erratum.kind, "corrected_by": erratum.corrected_by, "note": erratum.note},
        "evidence": [item.to_record() for item in outcome.evidence] if outcome else [],
        "mutants": {
            "tried": len(outcome.mutants) if outcome else 0,
            "killed": outcome.killed if outcome else 0,
        },
    }


def _with_conditions(row: Row, status: Mapping[str, str]) -> Row:
    claim = get_claim(row["id"])
    return {**row, "conditional_on": [id_ for id_ in dependencies([claim]) if status[id_] in _CONDITIONAL]}
