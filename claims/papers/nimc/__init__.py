"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version."""

from claims.papers.nimc import facts as facts
from claims.papers.nimc import orthogonal_square_term as orthogonal_square_term
from claims.papers.nimc import orthogonal_cross_term as orthogonal_cross_term
