"""How a claim is told: its record as a sequence of blocks, the same for every output format.

Which details of evidence are mathematics: values under the keys of ``LATEX_KEYS`` or under a key ending in ``_latex``
are bare LaTeX; ``steps`` are a derivation's steps; any other text is prose, in which ``$...$`` is a formula.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LATEX_KEYS = frozenset({"difference", "exact", "latex", "formula", "bound", "remainder"})
_KNOWN_KEYS = frozenset({"kind", "scope", "summary", "part", "checker", "steps", "concludes"})

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a document's, 2 a statement's."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Prose with formulas, after a lead-in such as ``Assumes`` if there is one."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Formula:
    """Bare LaTeX on a line of its own."""

    latex: str


@dataclass(frozen=True)
class Detail:
    """One named detail of a check: prose with formulas, bare LaTeX, or data."""

    name: str
    text: str = ""
    latex: str = ""
    data: str = ""


@dataclass(frozen=True)
class Details:
    """A list of details."""

    items: tuple[Detail, ...]


@dataclass(frozen=True)
class Steps:
    """A derivation: where it starts, and after each rule what it has become."""

    start: str
    steps: tuple[tuple[str, str, str], ...]  # rule, reason, LaTeX of the result


Block = Heading | Paragraph | Formula | Details | Steps


def claim_blocks(record: Record, *, level: int = 2) -> Iterator[Block]:
    """Yield the blocks that tell one claim's full record."""
    yield Heading(level, record["label"])
    yield Paragraph(verdict_sentence(record), lead=f"[{record['id']}]")
    if record["hypotheses"]:
        yield Details(tuple(Detail(h["name"], text=h["text"]) for h in record["hypotheses"]))
    yield Paragraph(record["printed"], lead="Stated." if record["kind"] == "correction" else "Printed.")
    if record["explanation"]:
        yield Paragraph(record["explanation"], lead="In our words.")
    if record["erratum"]:
        yield from _erratum_blocks(record["erratum"])
    for item in record["evidence"]:
        yield from evidence_blocks(item)
    if record["near_misses"]:
        yield Paragraph(f"{record['mutants']['killed']} of {record['mutants']['tried']} refuted.", lead="Near misses.")
        yield Details(tuple(Detail(m["description"], text=m["how"]) for m in record["near_misses"]))


def verdict_sentence(record: Record) -> str:
    """Return the verdict as a sentence: its scope, its reason, what it depends on."""
    text = record["verdict"] if record["scope"] == "all" else f"{record['verdict']} ({record['scope']})"
    if record.get("reason"):
        text += f": {record['reason']}"
    if record["conditional_on"]:
        text += "; conditional on " + ", ".join(record["conditional_on"])
    return f"Verdict: {text}."


def _erratum_blocks(erratum: Record) -> Iterator[Block]:
    corrected = f" Corrected by {erratum['corrected_by']}." if erratum["corrected_by"] else ""
    yield Paragraph(erratum["note"] + corrected, lead=f"Erratum ({erratum['class']}).")


def evidence_blocks(item: Record) -> Iterator[Block]:
    """Yield the blocks that tell one piece of evidence."""
    where = "" if item["scope"] == "all" else f", {item['scope']}"
    part = f", part {item['part']}" if "part" in item else ""
    yield Paragraph(f"{_sentence(item['summary'])} Checked by {item['checker']}.", lead=f"{item['kind']}{part}{where}.")
    if item.get("concludes"):
        yield Paragraph("; ".join(item["concludes"]) + ".", lead="Concluded.")
    if item.get("steps"):
        yield _steps(item["steps"])
    details = tuple(_detail(key, value) for key, value in item.items() if key not in _KNOWN_KEYS)
    if details:
        yield Details(details)


def _steps(steps: Sequence[Mapping[str, str]]) -> Steps:
    return Steps(steps[0]["before"], tuple((step["rule"], step["reason"], step["after"]) for step in steps))


def _detail(key: str, value: Any) -> Detail:
    name = key.removesuffix("_latex").replace("_", " ")
    if isinstance(value, str):
        if key in LATEX_KEYS or key.endswith("_latex"):
            return Detail(name, latex=value)
        return Detail(name, text=value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value) and any("$" in item for item in value):
        return Detail(name, text="; ".join(value))
    return Detail(name, data=json.dumps(value, ensure_ascii=False))


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def errata_blocks(paper: str, records: Sequence[Record]) -> Iterator[Block]:
    """Yield the blocks of a paper's errata sheet."""
    yield Heading(1, f"Errata for {paper}")
    if not records:
        yield Paragraph("None of the statements settled so far has an erratum.")
    for record in records:
        yield Heading(2, record["label"])
        yield Paragraph(verdict_sentence({**record, "conditional_on": []}), lead=f"[{record['id']}]")
        yield Paragraph(record["printed"], lead="Printed.")
        yield Paragraph(record["note"], lead=f"{record['class'].capitalize()}.")
        for witness in record["witnesses"]:
            yield from evidence_blocks(witness)
        correction = record["correction"]
        if correction:
            yield Paragraph(correction["printed"], lead=f"Corrected ({correction['label']}).")
            if correction["hypotheses"]:
                yield Details(tuple(Detail(h["name"], text=h["text"]) for h in correction["hypotheses"]))
            yield Paragraph(verdict_sentence(correction), lead=f"[{correction['id']}]")
