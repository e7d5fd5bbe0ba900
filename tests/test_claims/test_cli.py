"""The command line: exit codes, one line for bad input, JSON alone on stdout, the ledger compared honestly."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from claims.cli import run
from claims.recorded import ledger_path
from claims.registry import get_claim

COMMANDS = ["verify", "list", "show", "moments", "export", "errata"]
FACT = "nimc:fact-B.1.II"


def lemmata(*arguments, **environment):
    """Run the command in a process of its own, as a script would."""
    return subprocess.run(
        [sys.executable, "-m", "claims.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        cwd=ledger_path().parent,
    )


def record(path, capsys, *ids):
    capsys.readouterr()
    run(["verify", *ids, "--jobs", "1", "--json", "-"])
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def test_help_imports_nothing_heavy():
    program = (
        "import sys\nfrom claims.cli import run\nrun(['--help'])\n"
        "print(sorted({'sympy', 'numpy', 'scipy', 'mpmath', 'flint', 'rich'} & set(sys.modules)), file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"
    assert all(command in result.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(command, capsys):
    assert run([command, "--help"]) == 0
    assert f"lemmata {command} " in capsys.readouterr().out.partition("Examples:")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["verify", "no-such-claim"],
        ["verify", "--jobs", "0"],
        ["verify", "--jobs", "two"],
        ["verify", "--seed", "-1"],
        ["verify", "--trials", "0"],
        ["verify", "--no-such-option"],
        ["verify", FACT, "--json", "/no/such/folder/x.json"],
        ["verify", FACT, "--json", "/"],
        ["list", "no-such-paper"],
        ["list", "--verdict", "true"],
        ["show"],
        ["show", "nimc:no-such-claim"],
        ["show", "two\nlines"],
        ["show", FACT, "--to", "docx"],
        ["export", FACT],
        ["export", "no-such-claim", "--to", "latex"],
        ["export", FACT, "--to", "pdf"],
        ["export", FACT, "--to", "latex", "-o", "/no/such/folder/x.tex"],
        ["errata", "no-such-paper"],
        ["errata"],
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments, capsys):
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert err.startswith("lemmata: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    if arguments[0] != "verify" or "--json" not in arguments:
        assert out == ""


def test_a_target_that_cannot_be_written_is_refused_before_any_work(monkeypatch, capsys):
    monkeypatch.setattr("claims.ledger.verify", lambda *_, **__: pytest.fail("the claims were run"))
    assert run(["verify", FACT, "--json", "/"]) == 2
    assert capsys.readouterr() == ("", "lemmata: cannot write /: Is a directory\n")


def test_a_papers_key_is_not_taken_for_a_misspelt_id(capsys):
    assert run(["show", "nimc"]) == 2
    assert "'nimc' is a paper, not a claim" in capsys.readouterr().err


def test_no_command_shows_the_help_and_exit_2(capsys):
    assert run([]) == 2
    assert "Commands:" in "".join(capsys.readouterr())


def test_internal_errors_are_one_line_and_exit_1(monkeypatch, capsys):
    monkeypatch.delenv("LEMMATA_TRACEBACK", raising=False)
    monkeypatch.setattr("claims.commands.listing.select", lambda _names: 1 / 0)
    assert run(["list"]) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert err.count("\n") == 1


def test_verify_writes_only_json_on_stdout(capsys):
    run(["verify", FACT, "--jobs", "1", "--json", "-"])
    ledger = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in ledger["claims"]] == [FACT]
    assert ledger["claims"][0]["verdict"] == "refuted"
    assert ledger["totals"]["refuted"] == 1


def test_verify_agrees_with_its_own_record(tmp_path, capsys):
    path = tmp_path / "ledger.json"
    record(path, capsys, "nimc:fact-B.1.I", FACT)
    assert run(["verify", FACT, "--jobs", "1", "--ledger", str(path)]) == 0
    out, err = capsys.readouterr()
    assert f"{FACT}  refuted (k=1)  2/2" in out
    assert err == ""


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (lambda row: row.update(verdict="proved"), "verdict is refuted now, the ledger records proved"),
        (lambda row: row.update(scope="all"), "scope is k=1 now, the ledger records all"),
        (lambda row: row.update(conditional_on=["nimc:x"]), "conditional_on"),
        (lambda row: row["mutants"].update(killed=1), "mutants"),
        (lambda row: row.update(id="nimc:renamed"), "not in the ledger"),
    ],
)
def test_verify_notices_every_difference(tamper, complaint, tmp_path, capsys):
    path = tmp_path / "ledger.json"
    ledger = record(path, capsys, FACT)
    tamper(ledger["claims"][0])
    path.write_text(json.dumps(ledger), encoding="utf-8")
    assert run(["verify", FACT, "--jobs", "1", "--ledger", str(path)]) == 1
    err = capsys.readouterr().err
    assert complaint in err
    assert FACT in err


def test_verify_without_a_ledger_says_how_to_record_one(tmp_path, capsys):
    assert run(["verify", FACT, "--jobs", "1", "--ledger", str(tmp_path / "none.json")]) == 1
    assert "there is no ledger" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"claims": 3}', '{"claims": [{}]}', "\x00"])
def test_verify_refuses_a_file_that_is_no_ledger(text, tmp_path, capsys):
    path = tmp_path / "ledger.json"
    path.write_text(text, encoding="utf-8")
    assert run(["verify", FACT, "--ledger", str(path)]) == 2
    assert "is not a ledger" in capsys.readouterr().err


def test_a_part_of_the_claims_cannot_replace_the_ledger(tmp_path, capsys):
    path = tmp_path / "ledger.json"
    for arguments in ([FACT], ["--seed", "5"], ["--trials", "3"]):
        assert run(["verify", *arguments, "--ledger", str(path), "--json", str(path)]) == 2
    assert not path.exists()
    assert "replace the ledger" in capsys.readouterr().err


def test_workers_and_seeds_do_not_change_the_ledger(capsys):
    texts = []
    for jobs in ("1", "2"):
        result = lemmata("verify", "nimc:fact-B.1.I", FACT, "--jobs", jobs, "--json", "-", PYTHONHASHSEED=jobs)
        assert result.returncode == 0, result.stderr
        texts.append(result.stdout)
    assert texts[0] == texts[1]
    assert run(["verify", "nimc:fact-B.1.I", FACT, "--seed", "3", "--trials", "2", "--jobs", "1"]) == 0
    assert "1 proved, 1 refuted" in capsys.readouterr().out


def test_committed_ledger_is_re_created_byte_for_byte(tmp_path):
    path = tmp_path / "again.json"
    result = lemmata("verify", "--json", str(path), PYTHONHASHSEED="1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert path.read_bytes() == ledger_path().read_bytes()


def test_a_crashing_claim_is_exit_1(monkeypatch, tmp_path, capsys):
    path = tmp_path / "ledger.json"
    record(path, capsys, FACT)
    claim = get_claim(FACT)
    monkeypatch.setattr(claim, "function", lambda: 1 / 0)
    monkeypatch.setattr(claim, "_outcome", None)
    assert run(["verify", FACT, "--jobs", "1", "--ledger", str(path)]) == 1
    assert f"crashed: {FACT}: ZeroDivisionError: division by zero" in capsys.readouterr().err
    for arguments in (["show", FACT], ["export", FACT, "--to", "json"], ["errata", "nimc"]):
        assert run(arguments) == 1
        assert "crashed" in capsys.readouterr().err
    monkeypatch.undo()


def test_list_as_text_and_json(capsys):
    assert run(["list", "nimc", "--verdict", "refuted"]) == 0
    assert FACT in capsys.readouterr().out
    assert run(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert FACT in [row["id"] for row in rows]
    assert run(["list", "nimc", "--json", "--verdict", "refuted"]) == 0
    assert {row["verdict"] for row in json.loads(capsys.readouterr().out)} == {"refuted"}


@pytest.mark.parametrize("to", ["text", "latex", "markdown"])
def test_show_tells_the_whole_story(to, capsys):
    assert run(["show", FACT, "--to", to]) == 0
    out = capsys.readouterr().out
    for words in (r"\sum_{i=1}^k (a_i^\top a_i)^2", "refuted", "Erratum (misprint)", "Witness", "16", "Near misses"):
        assert words in out


def test_show_json_has_the_full_record(capsys):
    assert run(["show", FACT, "--to", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["printed"].startswith("$")
    assert shown["erratum"]["corrected_by"] == "nimc:fact-B.1.II.corrected"
    assert [m["killed"] for m in shown["near_misses"]] == [True, True]
    assert shown["evidence"][0]["kind"] == "Witness"


def test_errata_show_witness_and_correction(capsys):
    assert run(["errata", "nimc", "--to", "json"]) == 0
    sheet = json.loads(capsys.readouterr().out)
    first = next(item for item in sheet["errata"] if item["id"] == FACT)
    assert first["class"] == "misprint"
    assert first["witnesses"][0]["left"] == "16"
    assert first["correction"]["verdict"] == "proved"
    for to in ("text", "markdown", "latex", "html"):
        assert run(["errata", "nimc", "--to", to]) == 0
        assert "Corrected" in capsys.readouterr().out


def test_errata_of_a_paper_without_any(capsys):
    assert run(["errata", "chain-rules"]) == 0
    assert "Errata for chain-rules" in capsys.readouterr().out


def test_a_reader_that_leaves_early_is_no_error():
    shell = f"{sys.executable} -m claims.cli list --json | (exec 0<&-; sleep 1)"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert "BrokenPipe" not in result.stderr


def test_output_file_and_stdout_are_the_same(tmp_path, capsys):
    path = tmp_path / "x.md"
    assert run(["export", FACT, "--to", "markdown", "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert run(["export", FACT, "--to", "markdown"]) == 0
    assert capsys.readouterr().out == path.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX installed")
@pytest.mark.parametrize("arguments", [["export", "all"], ["errata", "nimc"]])
def test_exported_latex_compiles(arguments, tmp_path):
    assert run([*arguments, "--to", "latex", "-o", str(tmp_path / "x.tex")]) == 0
    result = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    assert result.returncode == 0, result.stdout[-2000:]
    assert Path(tmp_path / "x.pdf").stat().st_size > 1000
