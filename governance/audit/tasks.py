"""Thin, named tasks of the journal."""

import logging

from celery import shared_task

from governance.audit.journal import verify

logger = logging.getLogger(__name__)


@shared_task(name="audit.verify_journal", ignore_result=True)
def verify_journal() -> bool:
    """Check the journal and write the heads of its chains to the log, where a later truncation would show."""
    verdict = verify()
    heads = " ".join(
        f"{chain}:{position}:{head[:16]}" for chain, (position, head) in sorted(verdict.heads.items())
    )
    logger.info("journal: %s entries, heads %s", verdict.entries, heads)
    if not verdict.is_sound:
        logger.critical("journal does not hold: %s", verdict.findings[:5])
    return verdict.is_sound
