"""The checker of matrix identities for all dimensions, against exact instances evaluated without the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.expression import Constant, Expression, Number, Operation, Power, Product, Size, Sum, Symbol
from symbolic.matrix.expression import Transpose as Transposed
from symbolic.matrix.proving import Unproved, prove_equal
from symbolic.matrix.rewriting import Relation, rewritten

_SHAPE_NAMES = ("m", "n", "k")


@dataclass(frozen=True)
class MatrixInstance:
    """Exact matrices for the symbols of an identity.

    Args:
        sizes: The number each dimension stands for; zero is allowed.
        values: The matrix of each symbol; scalars are 1×1, vectors have one column.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, fmpq_mat]

    def to_record(self) -> dict[str, Any]:
        """Return the instance as JSON-ready exact text."""
        matrices = {name: rows_of(M) for name, M in sorted(self.values.items())}
        return {"sizes": dict(sorted(self.sizes.items())), "matrices": matrices}

    def __getitem__(self, name: str) -> fmpq_mat:
        return self.values[name]


@dataclass(frozen=True)
class MatrixIdentity:
    """An equality of two matrix expressions, given relations between their symbols.

    Args:
        left: One side.
        right: The other side, of the same shape.
        relations: The hypotheses, as equations used for rewriting.
        left_value: Evaluates the left side at an instance by code that does not know its formula, e.g. by finite
            differences of the objective; it must agree with the formula.
    """

    left: Expression
    right: Expression
    relations: tuple[Relation, ...] = ()
    left_value: Callable[[MatrixInstance], fmpq_mat] | None = None


@checker
def decide_matrix_identity(
    identity: MatrixIdentity, instances: Iterable[MatrixInstance], *, part: str = ""
) -> Evidence:
    """Return `Identity` or `Derivation` if both sides are equal for all dimensions, else an exact `Witness`.

    The decision for all dimensions is by canonical forms, after rewriting with the relations. Every instance must
    satisfy the relations (so the hypotheses are inhabited), and both sides are evaluated there by plain exact matrix
    arithmetic that shares nothing with the canonical forms; the two ways must agree.

    Args:
        identity: The identity.
        instances: Exact instances; at least one with different numbers for m, n, k.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If an instance violates a relation, the two ways disagree, no instance has different sizes,
            or the sides are not brought together although no instance separates them.
    """
    left, right = (rewritten(canonical_form(side), identity.relations) for side in (identity.left, identity.right))
    tried, sizes = 0, []
    for instance in instances:
        _require_hypotheses(identity.relations, instance)
        values = value_of(identity.left, instance), value_of(identity.right, instance)
        if identity.left_value is not None and identity.left_value(instance) != values[0]:
            raise CheckFailedError(f"{identity.left} is not what it stands for at {instance.to_record()}")
        if values[0] != values[1]:
            if left == right:
                raise CheckFailedError(f"equal for all dimensions, but different at {instance.to_record()}")
            return _witness(instance, values, part)
        tried += 1
        sizes.append(instance.sizes)
    if not any(_all_different(s) for s in sizes):
        raise CheckFailedError("no instance with different numbers for m, n and k was given")
    equation = f"{identity.left.to_latex()} = {identity.right.to_latex()}"
    if not identity.relations:
        if left != right:
            raise CheckFailedError(f"{identity.left} and {identity.right} differ, but no instance tried shows it")
        data = {"equation_latex": equation, "exact_instances": tried}
        return mint("Identity", "both sides have the same canonical form, for all dimensions", data, part=part)
    proof = prove_equal(identity.left, identity.right, identity.relations)
    if isinstance(proof, Unproved):
        raise CheckFailedError(f"left with {proof.left} and {proof.right}, and no instance tried separates them")
    if not proof.recheck():
        raise CheckFailedError("a step of the derivation does not hold when it is checked again")
    details = {
        "equation_latex": equation,
        "given_latex": r",\quad ".join(relation.to_latex() for relation in identity.relations),
        "steps": proof.to_records(),
        "exact_instances": tried,
    }
    return mint("Derivation", "derived from the hypotheses, for all dimensions", details, part=part)


def value_of(expression: Expression, instance: MatrixInstance) -> fmpq_mat:
    """Return the exact matrix an expression stands for at an instance, by plain matrix arithmetic.

    Args:
        expression: Built of symbols, numbers, sums, products, powers, transposes, traces and inner products.
        instance: Values for its symbols.

    Raises:
        CheckFailedError: If the expression holds an operation that is not evaluated here.
    """
    match expression:
        case Symbol(name):
            return instance.values[name]
        case Number(value):
            return scalar_matrix(fmpq(value.numerator, value.denominator))
        case Size(dimension):
            return scalar_matrix(fmpq(dimension.value(dict(instance.sizes))))
        case Constant():
            return _constant(expression, instance)
        case Sum(terms):
            values = [value_of(term, instance) for term in terms]
            return sum(values[1:], values[0])
        case Product():
            return _product(expression, instance)
        case Power(base, exponent):
            return scalar_matrix(_entry(value_of(base, instance)) ** exponent)
        case Transposed(argument):
            return value_of(argument, instance).transpose()
        case Operation(head, arguments):
            return scalar_matrix(_scalar_operation(head, [value_of(M, instance) for M in arguments]))
    raise CheckFailedError(f"no exact evaluation for {type(expression).__name__} {expression}")


def _constant(constant: Constant, instance: MatrixInstance) -> fmpq_mat:
    p, q = (d.value(dict(instance.sizes)) for d in (constant.rows, constant.cols))
    if constant.kind == "commutation":
        raise CheckFailedError("no exact evaluation for a commutation matrix")
    one = constant.kind == "ones"
    diagonal = constant.kind == "identity"
    return fmpq_mat(p, q, [int(one or (diagonal and i == j)) for i in range(p) for j in range(q)])


def _scalar_operation(head: str, values: list[fmpq_mat]) -> fmpq:
    A, B = values[0], values[-1]
    match head:
        case "trace":
            return sum((A[i, i] for i in range(A.nrows())), fmpq(0))
        case "inner" | "norm2":
            return sum((a * b for a, b in zip(A.entries(), B.entries(), strict=True)), fmpq(0))
    raise CheckFailedError(f"no exact evaluation for {head}")


def scalar_matrix(value: fmpq) -> fmpq_mat:
    """Return a number as a 1×1 matrix."""
    return fmpq_mat(1, 1, [value])


def rows_of(M: fmpq_mat) -> list[list[str]]:
    """Return the entries as text, row by row; an empty matrix keeps its rows."""
    return [[str(M[i, j]) for j in range(M.ncols())] for i in range(M.nrows())]


def _product(expression: Product, instance: MatrixInstance) -> fmpq_mat:
    number = fmpq(expression.coefficient.numerator, expression.coefficient.denominator)
    for factor in expression.scalars:
        number *= _entry(value_of(factor, instance))
    chain = [value_of(factor, instance) for factor in expression.matrices]
    result = chain[0] if chain else scalar_matrix(fmpq(1))
    for M in chain[1:]:
        result = result * M
    return result * number


def _entry(M: fmpq_mat) -> fmpq:
    return M[0, 0]


def _require_hypotheses(relations: Iterable[Relation], instance: MatrixInstance) -> None:
    for relation in relations:
        if value_of(relation.left, instance) != value_of(relation.right, instance):
            raise CheckFailedError(f"the instance {instance.to_record()} violates the hypothesis {relation}")


def _all_different(sizes: Mapping[str, int]) -> bool:
    named = [sizes[name] for name in _SHAPE_NAMES if name in sizes]
    return len(set(named)) == len(named)


def _witness(instance: MatrixInstance, values: tuple[fmpq_mat, fmpq_mat], part: str) -> Evidence:
    left, right = (rows_of(value) for value in values)
    data = {"instance": instance.to_record(), "left": left, "right": right}
    scope = ", ".join(f"{name}={size}" for name, size in sorted(instance.sizes.items()))
    return mint(
        "Witness", f"the left side is {_short(left)}, the right side {_short(right)}", data, scope=scope, part=part
    )


def _short(rows: list[list[str]]) -> str:
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else "[" + "; ".join(" ".join(row) for row in rows) + "]"
