"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version."""

from claims.papers.nimc import facts as facts
