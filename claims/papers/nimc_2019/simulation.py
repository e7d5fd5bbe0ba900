"""The simulations and the table of the 2019 version: stated as printed, not run."""

from __future__ import annotations

from claims.papers.nimc.open_statements import open_statement
from claims.statement import Kind

_NOT_RUN = "not run yet"
_DESCENT = """“(a) shows how the gradient descent converges, which is almost linear.”
In the text: k = 5, d = 10, n = 1000, and m = 10000"""
_INITIALIZATION = """“(b) shows that when k, d are large (k = 10, d = 100) and the initialization is purely random
(α = 1), gradient descent doesn't converge to the ground truth.” In the text: k = 10, d = 100, n = 500"""
_RECOVERY = """“(c) and (d) show the recovery rate for sigmoid and ReLU activation functions respectively. White
blocks denote 100% recovery rate over 5 trials, while black means 100% failure.” In the text: k = 5, d = 10, """
_TABLE = """“Test RMSE for recommending new users with existing movies on Movielens dataset. We use users'
demographic information and movies' genre information as features x and y respectively. We randomly split the users
into existing users (training data) and new users (testing data) with ratio 4:1. [...] The user features include 21
types of occupations, 7 different age ranges and one gender information; the movie features include 18-19 (18 for ml-1m
and 19 for ml-100k) genre features and 20 features from the top 20 right singular values of the training rating matrix
(which has size #training users -by- #movies). k is set to 50, and φ is the ReLU activation.” ml-100k: 1682 movies, 943
users, 100,000 ratings, 39 movie features, 29 user features, NIMC 1.034, IMC 1.321. ml-1m: 3883 movies, 6040 users,
1,000,000 ratings, 38 movie features, 29 user features, NIMC 1.021, IMC 1.320"""

_PLANNED: tuple[tuple[str, Kind, str, str], ...] = (
    ("figure-1.a", "figure", "Figure 1 (a)", _DESCENT),
    ("figure-1.b", "figure", "Figure 1 (b)", _INITIALIZATION),
    (
        "figure-1.c",
        "figure",
        "Figure 1 (c)",
        f"{_RECOVERY}for sigmoid n₁ = n₂ = n = {{10·i}}, |Ω| = m = {{2kd·i}}, i = 1, 2, …, 10",
    ),
    ("figure-1.d", "figure", "Figure 1 (d)", f"{_RECOVERY}for ReLU n = {{20·i}}, m = {{4kd·i}}, i = 1, 2, …, 10"),
    ("table-1", "table", "Table 1", _TABLE),
)
SIMULATIONS = [
    open_statement(f"nimc-2019:{local}", kind, label, printed, _NOT_RUN) for local, kind, label, printed in _PLANNED
]
