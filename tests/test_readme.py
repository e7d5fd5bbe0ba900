"""The README shows what really happens: its examples run, and CI runs its two commands word for word."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from claims.cli import lemmata

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_python_examples_give_the_output_shown():
    examples = [block for block in blocks("python") if ">>>" in block]
    assert examples
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    parser = doctest.DocTestParser()
    for block in examples:
        test = parser.get_doctest(block, {}, "README.md", "README.md", 0)
        assert test.examples
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_the_opening_example_is_short():
    assert 5 <= len(blocks("python")[0].splitlines()) <= 10


@pytest.mark.parametrize("block", blocks("console"))
def test_console_examples_give_the_output_shown(block):
    command, _, shown = block.partition("\n")
    assert command.startswith("$ lemmata ")
    arguments = re.findall(r"'[^']*'|\S+", command.removeprefix("$ lemmata "))
    result = subprocess.run(
        [sys.executable, "-m", "claims.cli", *(a.strip("'") for a in arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.stdout.strip() == shown.strip()


def test_there_are_exactly_two_setup_commands_and_ci_runs_them():
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    quoted = re.findall(r"<<'COMMAND'\n(.*?)\nCOMMAND\n", CI, flags=re.DOTALL)
    assert quoted == commands
    assert commands[0].endswith("lemmata verify")
    assert "pytest" in commands[1]
    for name in ("readme_verify", "readme_test"):
        assert f'bash -c "${name}"' in CI


def test_ci_covers_lint_types_and_hash_seeds():
    for words in ("ruff check .", "ruff format --check .", "mypy", "PYTHONHASHSEED=2", "cmp", "set -euo pipefail"):
        assert words in CI


def test_every_command_of_the_table_exists():
    named = set(re.findall(r"^\| `lemmata (\w+)", README, flags=re.MULTILINE))
    assert named == set(lemmata.list_commands(None))


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
