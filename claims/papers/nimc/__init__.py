"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version."""

from claims.papers.nimc import facts as facts
from claims.papers.nimc import orthogonal_reduction as orthogonal_reduction  # isort: skip
from claims.papers.nimc import orthogonal_square_term as orthogonal_square_term  # isort: skip
from claims.papers.nimc import orthogonal_cross_term as orthogonal_cross_term  # isort: skip
from claims.papers.nimc import orthogonal_bound as orthogonal_bound  # isort: skip
from claims.papers.nimc import orthogonal_spectrum as orthogonal_spectrum  # isort: skip
from claims.papers.nimc import lemma_d2 as lemma_d2  # isort: skip
