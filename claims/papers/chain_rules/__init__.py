"""Paper `chain-rules`: Clarke subdifferential chain rules of matrix factorization and factorization machines."""

from claims.papers.chain_rules import preliminaries as preliminaries

from claims.papers.chain_rules import footnote_2 as footnote_2  # isort: skip
from claims.papers.chain_rules import multiaffine as multiaffine  # isort: skip
from claims.papers.chain_rules import failure as failure  # isort: skip
from claims.papers.chain_rules import at_the_origin as at_the_origin  # isort: skip
from claims.papers.chain_rules import everywhere as everywhere  # isort: skip
from claims.papers.chain_rules import exact_factorization as exact_factorization  # isort: skip
from claims.papers.chain_rules import obstructions as obstructions  # isort: skip
from claims.papers.chain_rules import comparison as comparison  # isort: skip
from claims.papers.chain_rules import machine as machine  # isort: skip
from claims.papers.chain_rules import machine_consequences as machine_consequences  # isort: skip
from claims.papers.chain_rules import tensors as tensors  # isort: skip
from claims.papers.chain_rules import neural as neural  # isort: skip
from claims.papers.chain_rules import neural_models as neural_models  # isort: skip
from claims.papers.chain_rules import outlook as outlook  # isort: skip
