"""What nbval lets pass: pairs that differ, cells never run, stripped outputs, tags that switch checks off.

A cell's tag says what it is: ``claim`` for a cell that settles a statement (it asserts on a verdict),
``nbval-check-output`` for a cell whose output nbval compares.
"""

import ast
import importlib.util
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TEXTS = sorted(FOLDER.glob("[0-9][0-9]_*.md"))

ALLOWED_TAGS = {"claim", "nbval-check-output", "hide-input", "plot"}
FORBIDDEN = ("NBVAL_SKIP", "NBVAL_IGNORE_OUTPUT", "NBVAL_RAISES_EXCEPTION", "PYTHONOPTIMIZE")
TAGGED_FORBIDDEN = {"nbval-skip", "raises-exception", "nbval-raises-exception", "nbval-ignore-output", "skip-execution"}


def load_build():
    spec = importlib.util.spec_from_file_location("notebook_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tags(cell):
    return set(cell.metadata.get("tags", []))


def defined_lengths(source):
    """Yield the name and length of every function and class a cell defines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def asserts_on_a_verdict(source):
    """Return whether a cell has an ``assert`` whose test mentions a verdict or a status."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            named = {n.attr for n in ast.walk(node.test) if isinstance(n, ast.Attribute)}
            if named & {"verdict", "status"}:
                return True
    return False


def uses_claims(source):
    """Return whether a cell runs a claim: reads a verdict, an outcome, or builds a ledger."""
    named = {n.attr for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)}
    return bool(named & {"verdict", "outcome"})


def text_faults(source, text_source):
    """Return where the text and the notebook differ."""
    pair = load_build().from_text(text_source)
    if len(pair.cells) != len(source.cells):
        return [f"{len(pair.cells)} cells in the text, {len(source.cells)} in the notebook"]
    return [
        f"cell {n} differs"
        for n, (a, b) in enumerate(zip(pair.cells, source.cells, strict=True))
        if (a.cell_type, a.source, tags(a)) != (b.cell_type, b.source, tags(b))
    ]


def notebook_faults(notebook):
    """Return everything about the stored cells that would make a passing run worth less than it looks."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    faults = []
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        faults.append("execution counts are not 1..n: run in order from a fresh kernel")
    checked = [cell for cell in code if "nbval-check-output" in tags(cell)]
    if not checked:
        faults.append("no cell has its output compared")
    faults += ["a compared cell has no stored output" for cell in checked if not cell.outputs]
    for number, cell in enumerate(code, start=1):
        faults += [f"[{number}] unknown tag {tag}" for tag in sorted(tags(cell) - ALLOWED_TAGS)]
        faults += [f"[{number}] tag {tag} switches checking off" for tag in sorted(tags(cell) & TAGGED_FORBIDDEN)]
        faults += [f"[{number}] {word} switches checking off" for word in FORBIDDEN if word in cell.source]
        faults += [f"[{number}] stored an error" for output in cell.outputs if output.output_type == "error"]
        faults += [f"[{number}] stored a warning" for o in cell.outputs if o.get("name") == "stderr"]
        if re.search(r"^\s*[%!]", cell.source, flags=re.MULTILINE):
            faults.append(f"[{number}] a magic or shell line: what follows a bad one is not checked")
            continue
        if "claim" in tags(cell) and not asserts_on_a_verdict(cell.source):
            faults.append(f"[{number}] a claim cell that asserts on no verdict")
        if uses_claims(cell.source) and not tags(cell) & {"claim", "nbval-check-output"}:
            faults.append(f"[{number}] reads a verdict but is neither tagged claim nor compared")
        faults += [f"[{number}] defines {n} over {size} lines" for n, size in defined_lengths(cell.source) if size > 10]
    if not any("claim" in tags(cell) for cell in code):
        faults.append("no claim cell")
    first = code[0].source if code else ""
    if "symbolic.__file__" not in first or "assert" not in first:
        faults.append("the first cell does not assert that symbolic.__file__ is this checkout's")
    return faults


def test_text_and_notebooks_pair_up():
    assert [path.stem for path in TEXTS] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_its_text(path):
    notebook = nbformat.read(path, as_version=4)
    assert text_faults(notebook, path.with_suffix(".md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_checks_what_it_shows(path):
    assert notebook_faults(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_speaks_of_no_machine(path):
    text = path.read_text(encoding="utf-8")
    for words in (str(ROOT), "/home/", "/root/", "site-packages", "/tmp/"):  # noqa: S108 - what must not be there
        assert words not in text


# --- the checks themselves notice ------------------------------------------------------------------------------------

TEXT = """---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Prove that 1 is 1

```{code-cell} ipython3
import symbolic
assert symbolic.__file__
```

```{code-cell} ipython3
:tags: [claim, nbval-check-output]

from types import SimpleNamespace
claim = SimpleNamespace(verdict=SimpleNamespace(status="proved"))
assert claim.verdict.status == "proved"
print(claim.verdict.status)
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A good little notebook, as the build script makes it."""
    path = tmp_path_factory.mktemp("notebooks") / "00_demo.md"
    path.write_text(TEXT, encoding="utf-8")
    return load_build().build(path)


def test_the_build_is_clean_and_repeatable(built):
    first = built.read_bytes()
    notebook = nbformat.read(built, as_version=4)
    assert notebook_faults(notebook) == []
    assert text_faults(notebook, TEXT) == []
    assert notebook.cells[-1].outputs[0].text == "proved\n"
    assert load_build().build(built.with_suffix(".md")).read_bytes() == first


def test_a_changed_text_is_noticed(built):
    notebook = nbformat.read(built, as_version=4)
    assert text_faults(notebook, TEXT.replace("1 is 1", "1 is 2"))
    assert text_faults(notebook, TEXT.replace('== "proved"', '!= ""'))
    assert text_faults(notebook, TEXT.replace("claim, nbval-check-output", "claim"))
    assert text_faults(notebook, TEXT + "\n+++\n\nMore.\n")


def _strip(notebook):
    notebook.cells[-1].outputs = []


def _uncount(notebook):
    notebook.cells[1].execution_count = None


def _retag(*new):
    def change(notebook):
        notebook.cells[-1].metadata["tags"] = list(new)

    return change


def _source(text):
    def change(notebook):
        notebook.cells[-1].source = text

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_strip, "no stored output"),
        (_uncount, "execution counts"),
        (_retag("claim"), "no cell has its output compared"),
        (_retag("claim", "nbval-check-output", "nbval-skip"), "nbval-skip"),
        (_retag("claim", "nbval-check-output", "raises-exception"), "raises-exception"),
        (_retag("claim", "nbval-check-output", "nbval-ignore-output"), "nbval-ignore-output"),
        (_retag("nbval-check-output"), "no claim cell"),
        (_source("claim.verdict.status"), "asserts on no verdict"),
        (_source("assert True"), "asserts on no verdict"),
        (_source("# NBVAL_SKIP\nassert claim.verdict"), "NBVAL_SKIP"),
        (_source("%bad_magic\nassert claim.verdict"), "magic"),
        (_source("def f():\n" + "    x = 1\n" * 11 + "assert claim.verdict"), "defines f"),
        (lambda notebook: notebook.cells.pop(1), "symbolic.__file__"),
    ],
)
def test_faults_are_noticed(built, change, fault):
    notebook = nbformat.read(built, as_version=4)
    change(notebook)
    assert any(fault in found for found in notebook_faults(notebook)), notebook_faults(notebook)


def test_jupytext_reads_what_it_writes():
    notebook = load_build().from_text(TEXT)
    again = jupytext.reads(jupytext.writes(notebook, fmt="md:myst"), fmt="md:myst")
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]
