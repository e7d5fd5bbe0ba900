"""What a paper prints: statements, their hypotheses, and the errata that point from one to its corrected form."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Literal

ErratumClass = Literal["misprint", "missing-hypothesis", "proof-gap", "false-as-printed", "overclaim"]
Kind = Literal[
    "theorem",
    "lemma",
    "proposition",
    "corollary",
    "fact",
    "definition",
    "equation",
    "example",
    "remark",
    "section",
    "algorithm",
    "figure",
    "table",
    "proof-step",
    "correction",
]


class StatementError(ValueError):
    """A statement is malformed: its id, its kind or its texts are not of the required form."""


@dataclass(frozen=True)
class Hypothesis:
    """One named assumption of a statement, in words and LaTeX."""

    name: str
    text: str


@dataclass(frozen=True)
class Erratum:
    """What is wrong with a printed statement and which claim proves the corrected form.

    Args:
        kind: The class of the defect.
        note: One or two sentences a reader can check.
        corrected_by: Id of the claim that settles the corrected form, or ``None`` where none is offered.
    """

    kind: ErratumClass
    note: str
    corrected_by: str | None = None


@dataclass(frozen=True)
class Statement:
    r"""A statement as printed, kept even where it is wrong.

    Args:
        id: ``"<paper>:<local id>"``, e.g. ``"nimc:lemma-C.1"``.
        kind: What the paper calls it, or ``"section"`` for a sentence of running text.
        label: The label as printed, e.g. ``"Lemma C.1"``.
        printed: The printed formulas in LaTeX, with our own words around them.
        hypotheses: The assumptions, each a named record.
        depends_on: Ids of the claims its settlement rests on.
        parts: Names of parts that each need evidence of their own; empty for a statement of one piece.

    Raises:
        StatementError: If the id has no paper key, a text is empty, or two parts share a name.

    Example:
        >>> s = Statement("nimc:fact-B.1.I", "fact", "Fact B.1 (I)", r"$\\sum_i (a_i^\\top e_i)^2 = ...$")
        >>> s.paper, s.local_id
        ('nimc', 'fact-B.1.I')
    """

    id: str
    kind: Kind
    label: str
    printed: str
    hypotheses: tuple[Hypothesis, ...] = ()
    depends_on: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    variant: str = field(default="", compare=True)

    def __post_init__(self) -> None:
        paper, colon, local = self.id.partition(":")
        if not (paper and colon and local) or " " in self.id:
            raise StatementError(f"statement id {self.id!r}: expected '<paper>:<local id>' without spaces")
        if not self.label.strip() or not self.printed.strip():
            raise StatementError(f"statement {self.id}: label and printed text must not be empty")
        if "" in self.parts or len(set(self.parts)) != len(self.parts):
            raise StatementError(f"statement {self.id}: parts {self.parts} must be distinct names")

    @property
    def paper(self) -> str:
        """Return the key of the paper the statement is from."""
        return self.id.partition(":")[0]

    @property
    def local_id(self) -> str:
        """Return the id without the paper's key."""
        return self.id.partition(":")[2]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything the statement says; evidence is bound to it."""
        content = {
            "id": self.id,
            "kind": self.kind,
            "label": self.label,
            "printed": self.printed,
            "hypotheses": [[h.name, h.text] for h in self.hypotheses],
            "parts": list(self.parts),
            "variant": self.variant,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def mutated(self, description: str) -> Statement:
        """Return the near-miss falsification of this statement that ``description`` names."""
        return replace(self, variant=f"mutant: {description}")
