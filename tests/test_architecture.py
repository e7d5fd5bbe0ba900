"""The house rules, read off the syntax trees: who imports whom, who may mint evidence, what may decide.

Each rule is a function from a parsed file to its offences, applied to every file of the three packages, and shown
here to notice at least one offence.
"""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("symbolic", "numeric", "claims")
FILES = sorted(path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MAY_IMPORT = {
    "symbolic": {"symbolic", "sympy", "flint"},
    "numeric": {"numeric", "numpy", "scipy", "mpmath", "flint"},
    "claims": {"claims", "symbolic", "numeric", "sympy", "numpy", "scipy", "mpmath", "flint", "click", "rich", "z3"},
}
EXACT_FLINT = {
    *("fmpz", "fmpz_poly", "fmpz_mat", "fmpz_mpoly", "fmpz_mpoly_ctx"),
    *("fmpq", "fmpq_poly", "fmpq_mat", "fmpq_mpoly", "fmpq_mpoly_ctx", "fmpz_mpoly_vec", "fmpq_mpoly_vec"),
    "Ordering",
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "misc", "helpers", "helper", "common", "tools", "stuff", "core", "base"}

# What runs text as code, or loads objects from bytes.
EXECUTES = {
    *("eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify", "pickle", "dill", "marshal"),
    "breakpoint",
}
# What may propose but never decide.
HEURISTICS = {"simplify", "nsimplify", "equals", "trigsimp", "radsimp", "is_close", "isclose", "allclose"}
# (file, name) -> why it stands there without deciding anything.
ALLOWED: dict[tuple[str, str], str] = {}

# Where evidence and verdicts are made; nowhere else may touch these names.
PRIVILEGED = {
    "mint": ("claims/checkers/", "claims/evidence.py"),
    "checker": ("claims/checkers/", "claims/evidence.py"),
    "Evidence()": ("claims/evidence.py",),
    # A claim with a rule of its own making could let any step hold.
    "Rule()": ("symbolic/",),
    "Verdict()": ("claims/verdict.py",),
    "Outcome()": ("claims/registry.py",),
    "MutantOutcome()": ("claims/registry.py",),
    "Mutant()": ("claims/registry.py",),
    "checking": ("claims/evidence.py", "claims/registry.py"),
    "Trace": ("claims/evidence.py", "claims/registry.py"),
    "_seal_of": ("claims/evidence.py",),
    "_SEAL_KEY": ("claims/evidence.py",),
    "_statement": ("claims/evidence.py",),
    "_at_work": ("claims/evidence.py",),
    "_trace": ("claims/evidence.py",),
    "_outcome": ("claims/registry.py",),
}


def parse(file):
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), filename=file)


def names_used(tree):
    """Yield every name, attribute, definition and imported name with its line; a call by name also as ``name()``."""
    yield from names_read(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno


def names_read(tree):
    """Yield every name, attribute and imported name with its line; a call by name also as ``name()``."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name, node.lineno
            case ast.alias(name=name):
                for part in name.split("."):
                    yield part, node.lineno
            case ast.ImportFrom(module=str(module)):
                for part in module.split("."):
                    yield part, node.lineno
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            yield f"{name}()", node.lineno


def imports(tree):
    """Yield (module, imported names, line) of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, (), node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), tuple(alias.name for alias in node.names), node.lineno


def import_offences(file, tree):
    package = file.partition("/")[0]
    for module, names, line in imports(tree):
        top = module.partition(".")[0]
        if not top:
            yield f"{file}:{line} relative import"
        elif top not in MAY_IMPORT[package] and top not in sys.stdlib_module_names:
            yield f"{file}:{line} {package} must not import {module}"
        elif package == "symbolic" and top == "flint" and not (names and set(names) <= EXACT_FLINT):
            yield f"{file}:{line} symbolic may import exact flint types by name only, not {names or module}"


def execution_offences(file, tree):
    # A method may be called eval (SymPy's hook is); reading the name is what counts.
    strict = _is_sympify_strict(tree)
    for name, line in names_read(tree):
        bare = name.removesuffix("()")
        if bare == "sympify" and strict:
            continue
        if bare in EXECUTES and (file, bare) not in ALLOWED and not _is_regex_compile(tree, line, bare):
            yield f"{file}:{line} {bare} runs text or bytes as code"


def _is_sympify_strict(tree):
    """Return whether every use of sympify is a call that refuses text: ``strict=True``, or of a literal number."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func).endswith("sympify")]
    uses = [n for n in ast.walk(tree) if "sympify" in {getattr(n, "id", None), getattr(n, "attr", None)}]
    return len(uses) == len(calls) and all(
        any(k.arg == "strict" and ast.unparse(k.value) == "True" for k in call.keywords)
        or (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int))
        for call in calls
    )


def _is_regex_compile(tree, line, name):
    return name == "compile" and any(
        isinstance(node, ast.Attribute)
        and node.attr == "compile"
        and node.lineno == line
        and isinstance(node.value, ast.Name)
        and node.value.id == "re"
        for node in ast.walk(tree)
    )


def heuristic_offences(file, tree):
    if file.startswith("numeric/"):
        return
    for name, line in names_used(tree):
        if name in HEURISTICS and (file, name) not in ALLOWED:
            yield f"{file}:{line} {name} may propose, never decide"


def privilege_offences(file, tree):
    # The other packages cannot import claims at all, and may use these words for their own.
    if not file.startswith("claims/"):
        return
    for name, line in names_used(tree):
        places = PRIVILEGED.get(name)
        if places and not file.startswith(places):
            yield f"{file}:{line} {name} belongs to {', '.join(places)}"


def forcing_offences(file, tree):
    """Frozen records are not written to by force, except by the module that owns them and in their own making."""
    if file == "claims/evidence.py":
        return
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            forced = isinstance(node, ast.Attribute) and (
                node.attr == "__dict__" or (node.attr == "__setattr__" and function.name != "__post_init__")
            )
            if forced:
                yield f"{file}:{node.lineno} writes to a frozen record by force"


def swallowing_offences(file, tree):
    """A claim that catches what its checker raises could turn a failed check into silence."""
    if not file.startswith("claims/papers/"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) or (isinstance(node, ast.Name) and node.id == "suppress"):
            yield f"{file}:{node.lineno} a claim must not catch exceptions"


def precision_offences(file, tree):
    """Working precision is changed by context managers only."""
    managers = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef) and any("contextmanager" in ast.unparse(d) for d in outer.decorator_list)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            sets = isinstance(target, ast.Attribute) and target.attr in {"prec", "dps", "threads", "cap"}
            if sets and ast.unparse(target.value).rpartition(".")[2] in {"ctx", "mp", "iv"} and node not in managers:
                yield f"{file}:{node.lineno} sets {ast.unparse(target)} outside a context manager"


def shape_offences(file, tree):
    length = len((ROOT / file).read_text(encoding="utf-8").splitlines()) if (ROOT / file).exists() else 0
    if length > 400:
        yield f"{file} has {length} lines; split it by idea"
    for part in Path(file).with_suffix("").parts:
        if part.strip("_") in NAMES_THAT_SAY_NOTHING:
            yield f"{file} is called {part!r}, which says nothing"
    if file.endswith("__init__.py"):
        for node in tree.body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            reexport = isinstance(node, ast.ImportFrom) and all(alias.asname == alias.name for alias in node.names)
            if not (docstring or future or reexport):
                yield f"{file}:{node.lineno} __init__ only re-exports (from x import Y as Y)"


RULES = [
    import_offences,
    execution_offences,
    heuristic_offences,
    privilege_offences,
    forcing_offences,
    swallowing_offences,
    precision_offences,
    shape_offences,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.removesuffix("_offences"))
def test_house_rule(rule):
    assert len(FILES) > 10
    assert [offence for file in FILES for offence in rule(file, parse(file))] == []


@pytest.mark.parametrize(
    ("rule", "file", "source"),
    [
        (import_offences, "symbolic/x.py", "import numeric"),
        (import_offences, "symbolic/x.py", "def f():\n    from numeric.enclosures.balls import y"),
        (import_offences, "symbolic/x.py", "import numpy as np"),
        (import_offences, "symbolic/x.py", "from flint import arb"),
        (import_offences, "symbolic/x.py", "import flint"),
        (import_offences, "numeric/x.py", "from symbolic import derivation"),
        (import_offences, "numeric/x.py", "import sympy"),
        (import_offences, "claims/x.py", "import tests.test_architecture"),
        (import_offences, "claims/x.py", "from notebooks import build"),
        (import_offences, "claims/x.py", "from . import evidence"),
        (execution_offences, "claims/x.py", "value = eval(text)"),
        (execution_offences, "claims/x.py", "from sympy.parsing.sympy_parser import parse_expr"),
        (execution_offences, "symbolic/x.py", "import sympy\nsympy.sympify('1')"),
        (execution_offences, "symbolic/x.py", "from sympy import sympify\nx = sympify(y)"),
        (execution_offences, "symbolic/x.py", "from sympy import sympify\nx = [sympify(0), *map(sympify, y)]"),
        (execution_offences, "claims/x.py", "import pickle"),
        (execution_offences, "claims/x.py", "code = compile(text, 'x', 'eval')"),
        (heuristic_offences, "symbolic/x.py", "assert expression.simplify() == 0"),
        (heuristic_offences, "claims/x.py", "if left.equals(right): pass"),
        (privilege_offences, "claims/papers/nimc/x.py", "from claims.evidence import mint"),
        (privilege_offences, "claims/papers/nimc/x.py", "RULE = Rule('trust me', lambda before, after: True)"),
        (privilege_offences, "claims/papers/nimc/x.py", "import claims.evidence as e\ne.mint('Identity', '', {})"),
        (privilege_offences, "claims/papers/nimc/x.py", "return_value = Evidence('Identity', 'all', '', '{}')"),
        (
            privilege_offences,
            "claims/papers/nimc/x.py",
            "import claims.evidence\n@claims.evidence.checker\ndef f(): ...",
        ),
        (privilege_offences, "claims/export.py", "Verdict('proved')"),
        (privilege_offences, "claims/export.py", "claim._outcome = other"),
        (privilege_offences, "claims/papers/nimc/x.py", "from claims.evidence import _seal_of"),
        (forcing_offences, "claims/export.py", "def f(e):\n    object.__setattr__(e, 'kind', 'Identity')"),
        (forcing_offences, "claims/export.py", "def f(e):\n    e.__dict__['kind'] = 'Identity'"),
        (swallowing_offences, "claims/papers/nimc/x.py", "try:\n    check()\nexcept CheckFailedError:\n    pass"),
        (swallowing_offences, "claims/papers/nimc/x.py", "with suppress(Exception):\n    check()"),
        (precision_offences, "numeric/x.py", "flint.ctx.prec = 100"),
        (precision_offences, "numeric/x.py", "def f():\n    ctx.prec += 10"),
        (precision_offences, "numeric/x.py", "mp.dps = 50"),
        (shape_offences, "symbolic/utils.py", ""),
        (shape_offences, "symbolic/helpers/x.py", ""),
        (shape_offences, "symbolic/__init__.py", "from symbolic.x import y"),
        (shape_offences, "symbolic/__init__.py", "VALUE = 1"),
    ],
)
def test_rule_notices(rule, file, source):
    assert list(rule(file, ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "file", "source"),
    [
        (import_offences, "symbolic/x.py", "import json\nfrom flint import fmpq\nfrom sympy import Poly"),
        (import_offences, "claims/x.py", "from numeric import balls\nfrom symbolic import derivation"),
        (execution_offences, "claims/x.py", "import re\nPATTERN = re.compile('x')"),
        (privilege_offences, "claims/checkers/x.py", "from claims.evidence import checker, mint"),
        (execution_offences, "symbolic/x.py", "from sympy import sympify\nx = sympify(y, strict=True) + sympify(0)"),
        (execution_offences, "symbolic/x.py", "class F(Function):\n    def eval(cls, x): ..."),
        (privilege_offences, "claims/papers/nimc/x.py", "def f() -> Evidence: ..."),
        (precision_offences, "numeric/x.py", "with ctx.workprec(100):\n    pass"),
        (
            precision_offences,
            "numeric/x.py",
            "@contextmanager\ndef f():\n    try:\n        ctx.prec = 9\n    finally:\n        ctx.prec = 5",
        ),
        (shape_offences, "symbolic/__init__.py", '"""Words."""\nfrom symbolic.x import y as y'),
    ],
)
def test_rule_lets_pass(rule, file, source):
    assert list(rule(file, ast.parse(source))) == []


def test_allowed_exceptions_still_stand():
    for (file, name), reason in ALLOWED.items():
        assert reason
        assert name in {used for used, _ in names_used(parse(file))}, f"{file} no longer uses {name}"


def test_every_claim_module_is_imported_by_its_paper():
    """A module with claims that its paper's ``__init__`` does not import would be silently left out."""
    for init in sorted((ROOT / "claims" / "papers").glob("*/__init__.py")):
        imported = {
            name
            for module, names, _ in imports(parse(init.relative_to(ROOT).as_posix()))
            for name in (*names, module.rpartition(".")[2])
        }
        for path in sorted(init.parent.glob("*.py")):
            tree = parse(path.relative_to(ROOT).as_posix())
            has_claims = any(
                isinstance(node, ast.FunctionDef)
                and any(ast.unparse(d).partition("(")[0].endswith("claim") for d in node.decorator_list)
                for node in ast.walk(tree)
            )
            assert not has_claims or path.stem in imported, f"{init} does not import {path.name}"


def test_test_folders_are_not_packages():
    """``tests/symbolic/__init__.py`` would shadow the package under test."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_this_checkouts(package):
    """An unrelated distribution also installs an import package ``symbolic``."""
    module = __import__(package)
    assert Path(module.__file__).resolve().parent == ROOT / package
