"""Paper `nimc-2019`: the shorter, published version of `nimc`; what the two share is checked once, stated twice."""

# isort: off
from claims.papers.nimc_2019 import shared as shared
from claims.papers.nimc_2019 import simulation as simulation
# isort: on
