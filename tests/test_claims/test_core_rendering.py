"""What is told of a claim survives every output format: nothing lost, nothing unbalanced, nothing run as markup."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.registry import all_claims
from claims.rendering import writers
from claims.rendering.layout import claim_blocks
from claims.rendering.linebreak import broken
from claims.rendering.mathtext import latex_prose, pieces, to_html, to_latex, to_markdown
from claims.rendering.render import document

NASTY = r"""100% of a_ij & b#1 ~ {x} \input{secret} ^2 <script>alert(1)</script> | `code` *bold* α ≠ 𝔼 "q" ∰"""

RECORD = {
    "id": "nimc:demo",
    "paper": "nimc",
    "label": "Demo & more_1",
    "kind": "fact",
    "printed": r"for $k=1$: \[ a = b \] and $$c \le d$$",
    "hypotheses": [{"name": "x_y", "text": NASTY}],
    "parts": [],
    "depends_on": [],
    "explanation": NASTY,
    "verdict": "refuted",
    "scope": "k=2",
    "reason": "why",
    "conditional_on": ["nimc:other"],
    "erratum": {"class": "misprint", "corrected_by": "nimc:c", "note": NASTY},
    "evidence": [
        {
            "kind": "Derivation",
            "scope": "all",
            "summary": NASTY,
            "checker": "a.b_c",
            "part": "p_1",
            "steps": [{"before": "x", "after": r"\frac{x}{1}", "rule": "divide_by 1", "reason": "100%"}],
            "difference": "x - y",
            "count": 3,
            "matrix": [["1/2", "0"]],
        }
    ],
    "mutants": {"tried": 1, "killed": 1},
    "near_misses": [{"description": NASTY, "killed": True, "how": NASTY}],
}


def latex_faults(text):
    """Return what a strict reader of LaTeX would stop at: unbalanced braces, environments, math, bare specials."""
    faults = []
    text = re.sub(r"\\\\", " ", text)
    bare = re.sub(r"\\[{}$%&#_]", " ", text)
    if bare.count("{") != bare.count("}"):
        faults.append("braces do not balance")
    if bare.count("$") % 2:
        faults.append("an odd number of $")
    open_environments = []
    for what, name in re.findall(r"\\(begin|end)\{([^}]*)\}", bare):
        if what == "begin":
            open_environments.append(name)
        elif not open_environments or open_environments.pop() != name:
            faults.append(f"\\end{{{name}}} closes nothing")
    if open_environments:
        faults.append(f"left open: {open_environments}")
    if bare.count(r"\[") != bare.count(r"\]"):
        faults.append("displays do not balance")
    prose = re.sub(
        r"\$[^$]*\$|\\\[.*?\\\]|\\begin\{(align\*|gather\*|pmatrix)\}.*?\\end\{\1\}", " ", bare, flags=re.DOTALL
    )
    faults += [f"bare {c!r} in prose" for c in "_^&#%" if c in prose]
    faults += [f"character {c!r} unknown to pdfLaTeX" for c in sorted(set(text)) if ord(c) >= 0x180]
    left, right = len(re.findall(r"\\left(?![a-zA-Z])", bare)), len(re.findall(r"\\right(?![a-zA-Z])", bare))
    if left != right:
        faults.append("\\left and \\right do not pair")
    return faults


@pytest.mark.parametrize(
    "text", ["{", "$x", r"\begin{a}", r"\end{a}", "a_b", "50%", r"\[ x", "α", r"\left( x", "a & b", "# x"]
)
def test_the_strict_reader_notices(text):
    assert latex_faults(text)


def test_nasty_record_as_latex():
    text = writers.latex(claim_blocks(RECORD))
    assert latex_faults(text) == []
    assert r"\input" not in text
    assert r"\frac{x}{1}" in text
    assert r"$k=1$" in text


def test_nasty_record_as_html():
    text = writers.html(claim_blocks(RECORD))
    assert "<script" not in text
    assert "http" not in text
    assert re.sub(r"</?(h2|p|strong|ul|ol|li|code|pre)( class=\"math\")?>", "", text).count("<") == 0


def test_nasty_record_as_markdown():
    text = writers.markdown(claim_blocks(RECORD))
    assert "<script" not in text.replace(r"\<script", "")
    assert "\n1. divide\\_by 1: 100%\n" in text
    assert r"$$\frac{x}{1}$$" in text


def test_nasty_record_as_text_keeps_every_word():
    text = writers.text(claim_blocks(RECORD))
    for words in (NASTY, "nimc:demo", "nimc:other", "nimc:c", "divide_by 1", '[["1/2", "0"]]', "x - y", "part p_1"):
        assert words in text


@pytest.mark.parametrize("claim", all_claims(), ids=lambda claim: claim.id)
def test_every_claim_is_told_in_clean_latex(claim):
    assert latex_faults(claim.to_latex()) == []


def test_documents_of_one_and_of_many():
    claims = all_claims()[:2]
    assert isinstance(json.loads(document(claims, "json", "T")), list)
    assert isinstance(json.loads(document(claims[:1], "json", "T")), dict)
    for to, opening in (("latex", r"\documentclass"), ("html", "<!DOCTYPE html>"), ("markdown", "# T")):
        assert document(claims, to, "T").startswith(opening)


def test_notebook_hooks():
    claim = all_claims()[0]
    bundle = claim._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/markdown", "application/vnd.lemmata.claim+json"}
    assert bundle["application/vnd.lemmata.claim+json"]["id"] == claim.id
    assert claim._repr_markdown_() == bundle["text/markdown"]
    assert json.loads(json.dumps(bundle)) == bundle


@given(st.text())
def test_pieces_lose_nothing_but_delimiters(text):
    assert "".join(piece.text for piece in pieces(text)).replace("$", "") in {
        text.replace("$", ""),
        *([re.sub(r"\\[\[\]()]", "", text).replace("$", "")] if "\\" in text else []),
    }


@given(st.text())
def test_prose_is_always_clean_latex(text):
    assert latex_faults(latex_prose(text)) == []


@given(st.text(alphabet="ab$<>&_*`\\[]()"))
def test_no_markup_gets_through(text):
    html = to_html(text)
    assert re.sub(r'</?code( class="math")?>', "", html).count("<") == 0
    to_markdown(text)
    to_latex(text)


TERM = st.sampled_from(
    ["a", "b_{i}", r"\alpha^{2}", r"\frac{x + y}{2}", r"\left(p + q - r\right)", r"\sum_{i=1}^k c_i"]
)


@given(st.lists(TERM, min_size=1, max_size=30), st.integers(1, 60))
def test_broken_formulas_are_the_same_formula(terms, width):
    formula = " + ".join(terms)
    lines = broken(formula, width)
    again = " ".join(line.removeprefix("{} ") if n else line for n, line in enumerate(lines))
    again = again.replace(r"\bigl", r"\left").replace(r"\bigr", r"\right")
    assert again.replace(" ", "") == formula.replace(" ", "")
    for line in lines:
        assert line.count("{") == line.count("}")
        assert line.count(r"\left") == line.count(r"\right")


def test_a_long_formula_is_broken_and_a_short_one_is_not():
    assert len(broken("a + b")) == 1
    assert len(broken(" + ".join(f"x_{{{i}}}" for i in range(100)))) > 3
    assert broken(r"x \leftarrow y") == [r"x \leftarrow y"]
