"""Generated NumPy modules against exact rational values and against high-precision differences."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from symbolic.matrix.instance import Instance
from symbolic.matrix.linear_map import jacobian
from symbolic.matrix.numpy_code import NumpyCodeError, function_text
from symbolic.matrix.objective import derive
from symbolic.matrix.operations import (
    ElementwiseFunction,
    diag,
    hadamard,
    inner,
    kronecker,
    norm2,
    symbols_of,
    trace,
    vec,
)
from symbolic.matrix.symbols import commutation, identity, matrix, ones, scalar, vector

X, W, S, M = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n"), matrix("M", "m", "n")
Q, D = matrix("Q", "n", "n"), matrix("D", "k", "k", "diagonal")
U, V, Y, Z = matrix("U", "d", "k"), matrix("V", "d", "k"), matrix("Y", "d", "n"), matrix("Z", "d", "n")
x, y, c = vector("x", "n"), vector("y", "m"), scalar("c")
phi = ElementwiseFunction("phi")
SIZES = {"m": 3, "n": 4, "k": 2, "d": 5}

OBJECTIVES = [
    (norm2(X - W * S) / 2, [W, S]),
    (norm2(X - W * S) / 2 + norm2(W) / 2, [W]),
    (trace(identity("n") - Q) ** 2, [Q]),
    (norm2(W.T * W - S * S.T) / 4, [W, S]),
    (norm2(hadamard(M, W * S - X)) / 2, [W, S]),
    (trace(phi(U.T * Y).T * phi(V.T * Z)), [U, V]),
    (c * (y.T * X * x) ** 2 - c**2 * (x.T * Q * x), [X, x, c]),
    (norm2(W * D * S) + trace(D), [D, W]),
    (norm2(kronecker(Q, X)) + inner(vec(X), commutation("n", "m") * vec(X.T)), [Q, X]),
    (inner(diag(Q), x) + norm2(diag(x) * Q) + ones("n").T * Q * ones("n"), [Q, x]),
    (norm2(phi(X * x)) / 2 + c * norm2(x), [X, x]),
]


def module(text):
    namespace = {}
    exec(compile(text, "<generated>", "exec"), namespace)  # noqa: S102  (the generated text is what is tested)
    return namespace


def rationals(symbols, seed):
    at = Instance(symbols, [], ["phi"], SIZES, seed)
    exact = {s.name: [[Fraction(str(entry)) for entry in row] for row in at.values[s.name]] for s in symbols}
    return at, exact


def as_arrays(symbols, exact):
    return {
        s.name: float(exact[s.name][0][0]) if s.is_scalar else np.array(exact[s.name], dtype=float) for s in symbols
    }


def functions(order):
    polynomial = np.polynomial.Polynomial([1, 2, -1, 1])
    names = ["phi", "dphi", "d2phi"][: order + 1]
    return {name: (polynomial.deriv(i) if i else polynomial) for i, name in enumerate(names)}


def relative_error(found, wanted):
    wanted = np.array(wanted, dtype=float)
    return np.max(np.abs(np.asarray(found) - wanted)) / max(1.0, np.max(np.abs(wanted)))


@pytest.mark.parametrize(("f", "variables"), OBJECTIVES, ids=str)
def test_the_module_agrees_with_exact_values(f, variables):
    derived = derive(f, variables, hessian=True)
    directions = list(derived.directions.values())
    symbols = sorted({*symbols_of(f), *variables}, key=lambda s: s.name)
    at, exact = rationals([*symbols, *directions], seed=3)
    code = module(derived.to_numpy())
    opaque = "phi" in derived.to_text()

    def call(name, order, along=()):
        return code[name](**as_arrays([*symbols, *along], exact), **(functions(order) if opaque else {}))

    def exactly(expression):
        return [[float(Fraction(str(entry))) for entry in row] for row in at.evaluate(expression)]

    assert relative_error(call("value", 0), exactly(f)[0][0]) < 1e-12
    for variable in variables:
        found = call(f"gradient_{variable}", 1)
        assert np.shape(found) == (() if variable.is_scalar else np.shape(exactly(variable)))
        assert (
            relative_error(
                found,
                np.squeeze(exactly(derived.gradient[variable].expression))
                if variable.is_scalar
                else exactly(derived.gradient[variable].expression),
            )
            < 1e-12
        )
    images = call("hessian_map", 2, directions)
    images = images if isinstance(images, tuple) else (images,)
    for variable, image in zip(variables, images, strict=True):
        wanted = exactly(derived.hessian_map[variable].expression)
        assert relative_error(image, wanted[0][0] if variable.is_scalar else wanted) < 1e-12
    second = exactly(derived.second_derivative.expression)[0][0]
    assert relative_error(call("second_derivative", 2, directions), second) < 1e-12


def test_gradient_and_second_derivative_agree_with_high_precision_differences():
    # A smooth function that is no polynomial; the differences are taken at 60 digits.
    f = trace(phi(U.T * Y).T * phi(V.T * Z))
    derived = derive(f, [U, V], hessian=True)
    code = module(derived.to_numpy())
    rng = np.random.default_rng(7)
    small = {"d": 3, "k": 2, "n": 4}
    values = {s.name: rng.normal(size=(s.rows.value(small), s.cols.value(small))) for s in (U, V, Y, Z)}
    along = {name: rng.normal(size=values[name[1:]].shape) for name in ("dU", "dV")}
    tanh = {
        "phi": np.tanh,
        "dphi": lambda z: 1 - np.tanh(z) ** 2,
        "d2phi": lambda z: -2 * np.tanh(z) * (1 - np.tanh(z) ** 2),
    }
    with mpmath.workdps(60):

        def along_line(t):
            A = {name: mpmath.matrix(value.tolist()) for name, value in values.items()}
            for name in ("U", "V"):
                A[name] = A[name] + t * mpmath.matrix(along["d" + name].tolist())
            left = (A["U"].T * A["Y"]).apply(mpmath.tanh)
            right = (A["V"].T * A["Z"]).apply(mpmath.tanh)
            return mpmath.fsum(a * b for a, b in zip(left, right, strict=True))

        h = mpmath.mpf(10) ** -18
        first = (along_line(h) - along_line(-h)) / (2 * h)
        second = (along_line(h) - 2 * along_line(0) + along_line(-h)) / h**2
        first, second = float(first), float(second)
    pick = {name: tanh[name] for name in ("phi", "dphi")}
    slope = sum(np.sum(code[f"gradient_{name}"](**values, **pick) * along["d" + name]) for name in ("U", "V"))
    assert abs(slope - first) < 1e-12 * max(1, abs(first))
    curvature = code["second_derivative"](**values, **along, **tanh)
    assert abs(curvature - second) < 1e-12 * max(1, abs(second))
    image = code["hessian_map"](**values, **along, **tanh)
    assert abs(
        sum(np.sum(g * along[name]) for g, name in zip(image, ("dU", "dV"), strict=True)) - second
    ) < 1e-12 * max(1, abs(second))


@pytest.mark.parametrize(
    "F",
    [kronecker(Q, Q), diag(x), hadamard(M, W * S), phi(W * S), X.T, kronecker(diag(vec(Q)), Q)],
    ids=str,
)
def test_jacobian_matrices_run_and_index_sums_too(F):
    variable = next(s for s in symbols_of(F) if s.name in {"Q", "x", "W", "X"})
    J = jacobian(F, variable).matrix().expression
    symbols = sorted({*symbols_of(J), *symbols_of(F)}, key=lambda s: s.name)
    at, exact = rationals(symbols, seed=1)
    used = [name for name in ("phi", "dphi") if f"{name}(" in str(J)]
    text = "import numpy as np\n" + function_text("J", "Return J.", [*(s.name for s in symbols), *used], symbols, [J])
    found = module(text)["J"](**as_arrays(symbols, exact), **{name: functions(1)[name] for name in used})
    wanted = [[float(Fraction(str(entry))) for entry in row] for row in at.evaluate(J)]
    assert np.shape(found) == np.shape(wanted)
    assert relative_error(found, wanted) < 1e-12


def test_names_that_python_cannot_pass_are_refused():
    for name in ("lambda", "np"):
        with pytest.raises(NumpyCodeError, match=name):
            derive(norm2(matrix(name, "m", "n")), [matrix(name, "m", "n")]).to_numpy()
