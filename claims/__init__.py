"""Statement, derivation, cross-check, verdict: the only place where exact and rigorous results meet."""

from claims.registry import Claim as Claim
from claims.registry import all_claims as all_claims
from claims.registry import claim as claim
from claims.registry import get_claim as get_claim
from claims.statement import Erratum as Erratum
from claims.statement import Hypothesis as Hypothesis
from claims.statement import Statement as Statement
from claims.verdict import Verdict as Verdict
