"""Evidence: taking files in, black boxes, the scan, giving out, taking away."""

from incidents.evidence.purging import purge_unbound, take_away_replaced
from incidents.evidence.receiving import receive

__all__ = ["purge_unbound", "receive", "take_away_replaced"]
