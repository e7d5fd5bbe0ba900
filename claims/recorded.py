"""The committed ledger: where it lies, what it records, and how a new run differs from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LEDGER_NAME = "ledger.json"

# What a re-run must reproduce for the record to stand. Details of evidence may be worded anew.
_SETTLED = ("verdict", "scope", "conditional_on", "mutants")


class LedgerFileError(ValueError):
    """The ledger's file is not one, or cannot be read."""


def ledger_path() -> Path:
    """Return where the committed ledger lies: this checkout's root, else the present folder."""
    root = Path(__file__).resolve().parents[1]
    return root / LEDGER_NAME if (root / "pyproject.toml").exists() else Path.cwd() / LEDGER_NAME


def read_ledger(path: Path) -> dict[str, dict[str, Any]]:
    """Return the recorded rows by id; none if there is no file.

    Raises:
        LedgerFileError: If the file is not a ledger.
    """
    if not path.exists():
        return {}
    try:
        ledger = json.loads(path.read_text(encoding="utf-8"))
        return {row["id"]: row for row in ledger["claims"]}
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise LedgerFileError(f"{path} is not a ledger ({type(error).__name__}: {error})") from error


def differences(
    rows: Sequence[Mapping[str, Any]], recorded: Mapping[str, Mapping[str, Any]], *, complete: bool
) -> list[str]:
    """Return one line for each way ``rows`` contradict what is recorded; none if they agree.

    Args:
        rows: Rows of the present run.
        recorded: The committed rows by id.
        complete: Whether ``rows`` are all claims there are, so that a recorded row without a claim is a difference.
    """
    found = []
    for row in rows:
        known = recorded.get(row["id"])
        if known is None:
            found.append(f"{row['id']}: {row['verdict']} now, not in the ledger")
            continue
        found += [
            f"{row['id']}: {key} is {_text(row[key])} now, the ledger records {_text(known.get(key))}"
            for key in _SETTLED
            if row[key] != known.get(key)
        ]
    if complete:
        present = {row["id"] for row in rows}
        found += [f"{id_}: in the ledger, but no such claim" for id_ in recorded if id_ not in present]
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
