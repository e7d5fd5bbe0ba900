"""The full record of a claim: what was printed, how it was settled, and what became of it, as JSON-ready data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims.ledger import ledger_row
from claims.registry import Claim, all_claims, get_claim

SCHEMA = 1
Record = dict[str, Any]


def claim_record(claim: Claim) -> Record:
    """Return the claim's ledger row with, besides, its statement as printed, our explanation and every mutant's fate.

    The claim is run if it has not been yet. Mathematics is LaTeX; nothing depends on the machine or the day.
    """
    statement = claim.statement
    row = ledger_row(claim)
    return {
        "schema": SCHEMA,
        "id": row["id"],
        "paper": row["paper"],
        "label": row["label"],
        "kind": row["kind"],
        "printed": statement.printed,
        "hypotheses": [{"name": h.name, "text": h.text} for h in statement.hypotheses],
        "parts": list(statement.parts),
        "depends_on": list(statement.depends_on),
        "explanation": " ".join(claim.explanation.split()),
        "verdict": row["verdict"],
        "scope": row["scope"],
        "reason": row["reason"],
        "conditional_on": row["conditional_on"],
        "erratum": row["erratum"],
        "evidence": row["evidence"],
        "mutants": row["mutants"],
        "near_misses": [
            {"description": mutant.description, "killed": mutant.killed, "how": mutant.how}
            for mutant in claim.outcome.mutants
        ],
    }


def errata_records(paper: str) -> list[Record]:
    """Return, for each erratum of a paper, what is printed, what is wrong, the witness and the corrected form.

    Args:
        paper: The paper's key.

    Returns:
        Records in the paper's order; ``"correction"`` is ``None`` where no corrected form is offered.
    """
    return [_erratum_record(claim) for claim in all_claims() if claim.statement.paper == paper and claim.erratum]


def _erratum_record(claim: Claim) -> Record:
    record = claim_record(claim)
    corrected_by = record["erratum"]["corrected_by"]
    correction = None
    if corrected_by is not None:
        corrected = claim_record(get_claim(corrected_by))
        correction = {
            key: corrected[key]
            for key in ("id", "label", "printed", "hypotheses", "verdict", "scope", "conditional_on")
        }
    return {
        "id": record["id"],
        "label": record["label"],
        "class": record["erratum"]["class"],
        "printed": record["printed"],
        "note": record["erratum"]["note"],
        "verdict": record["verdict"],
        "scope": record["scope"],
        "witnesses": [item for item in record["evidence"] if item["kind"] == "Witness"],
        "correction": correction,
    }


def crashes(claims: Sequence[Claim]) -> dict[str, str]:
    """Return what each claim that cannot be run raised, by id; nothing if all run."""
    found = {}
    for claim in claims:
        try:
            _ = claim.outcome
        except Exception as error:  # noqa: BLE001 - whatever a claim raises is reported, not handled
            found[claim.id] = " ".join(f"{type(error).__name__}: {error}".split())
    return found
