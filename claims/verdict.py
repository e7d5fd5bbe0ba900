"""The verdict: a pure function of a statement and its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

from claims.evidence import ALL_DIMENSIONS, Evidence, is_genuine
from claims.statement import Statement

Status = Literal["proved", "proved-fixed", "enclosed", "refuted", "sampled", "cited", "undecided"]
STATUSES: tuple[Status, ...] = (
    "proved",
    "proved-fixed",
    "enclosed",
    "refuted",
    "sampled",
    "cited",
    "undecided",
)

# Weakest first. A refutation stands apart: one witness settles a part whatever else was found.
_STRENGTH: tuple[Status, ...] = ("undecided", "cited", "sampled", "enclosed", "proved-fixed", "proved")
_WHOLE = ""


class EvidenceMismatchError(ValueError):
    """Evidence is not genuine or was made for another statement."""


@dataclass(frozen=True)
class Verdict:
    """What the evidence for a statement amounts to; it has no truth value of its own.

    Compare :attr:`status` instead of testing the verdict: ``undecided`` must never pass for a yes.
    """

    status: Status
    scope: str = ALL_DIMENSIONS
    reason: str = ""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"a verdict has no truth value (this one is {self.status!r}); compare verdict.status, "
            "e.g. verdict.status == 'proved'"
        )

    def __str__(self) -> str:
        text: str = self.status if self.scope == ALL_DIMENSIONS else f"{self.status} ({self.scope})"
        return f"{text}: {self.reason}" if self.reason else text


def verdict_of(statement: Statement, evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict: for each part its strongest evidence, for the statement its weakest part.

    One `Witness` refutes the statement, whatever holds elsewhere. A declared part without evidence leaves the
    statement undecided. Nothing else is consulted.

    Args:
        statement: The statement as registered.
        evidence: What its checkers minted, in any order.

    Raises:
        EvidenceMismatchError: If a piece of evidence is not genuine, is for another statement, or names a part
            the statement does not declare.
    """
    for item in evidence:
        if not is_genuine(item):
            raise EvidenceMismatchError(f"{statement.id}: evidence {item.kind!r} was altered after it was minted")
        if item.statement_digest != statement.digest:
            raise EvidenceMismatchError(f"{statement.id}: evidence {item.kind!r} was minted for another statement")
        if item.part and item.part not in statement.parts:
            raise EvidenceMismatchError(f"{statement.id}: evidence for undeclared part {item.part!r}")

    witnesses = [item for item in evidence if item.kind == "Witness"]
    if witnesses:
        return Verdict("refuted", witnesses[0].scope, witnesses[0].summary)

    verdicts = [_part_verdict(part, evidence) for part in statement.parts or (_WHOLE,)]
    return min(verdicts, key=lambda verdict: _STRENGTH.index(verdict.status))


def _part_verdict(part: str, evidence: Sequence[Evidence]) -> Verdict:
    mine = [item for item in evidence if item.part == part]
    if not mine:
        return Verdict("undecided", reason=f"no evidence for {part}" if part else "no evidence")
    best = max(mine, key=lambda item: _STRENGTH.index(_grants(item)))
    status = _grants(best)
    return Verdict(status, best.scope, best.summary if status == "undecided" else "")


def _grants(item: Evidence) -> Status:
    """Return the strongest verdict that evidence of this kind and scope can give."""
    match item.kind:
        case "FixedIdentity":
            return "proved-fixed"
        case "Identity" | "Derivation" | "Construction" | "Infeasibility":
            return "proved" if item.scope == ALL_DIMENSIONS else "proved-fixed"
        case "Enclosure":
            return "enclosed"
        case "Sample":
            return "sampled"
        case "Citation":
            return "cited"
        case "Witness":
            return "refuted"
        case "Undecided":
            return "undecided"
