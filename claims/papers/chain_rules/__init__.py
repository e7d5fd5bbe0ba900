"""Paper `chain-rules`: Clarke subdifferential chain rules of matrix factorization and factorization machines."""

from claims.papers.chain_rules import preliminaries as preliminaries
from claims.papers.chain_rules import failure as failure  # isort: skip
from claims.papers.chain_rules import at_the_origin as at_the_origin  # isort: skip
from claims.papers.chain_rules import everywhere as everywhere  # isort: skip
from claims.papers.chain_rules import obstructions as obstructions  # isort: skip
from claims.papers.chain_rules import comparison as comparison  # isort: skip
