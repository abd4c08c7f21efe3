"""Thin, named tasks: safe to run twice, in bounded batches; PostgreSQL knows what is due."""

from datetime import timedelta

from celery import shared_task

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.clock import now
from incidents import bulk, outbox, standing
from incidents.catalogue import current as catalogue
from incidents.channels import send_due
from incidents.evidence import purge_unbound, take_away_replaced
from incidents.evidence.scanning import scan_waiting
from incidents.handover import apply_due
from incidents.models import Ticket
from incidents.reading import keep_days, purge
from incidents.states import State
from incidents.sweep import sweep_all
from incidents.transitions import archive


@shared_task(name="incidents.sweep_alarms", ignore_result=True)
def sweep_alarms() -> int:
    """Raise every alarm that is due."""
    return sweep_all(at=now())


@shared_task(name="incidents.fold_open", ignore_result=True)
def fold_open() -> bool:
    """Add what has changed of open tickets to their sums."""
    return standing.fold(at=now())


@shared_task(name="incidents.deliver_steps", ignore_result=True)
def deliver_steps() -> int:
    """Deliver what the outbox holds, at most 100 batches."""
    total = 0
    for _batch in range(100):
        done = outbox.deliver(at=now())
        total += done
        if not done:
            break
    return total


@shared_task(name="incidents.archive_closed", ignore_result=True)
def archive_closed(limit: int = 500) -> int:
    """Archive what was closed long enough ago."""
    at = now()
    before = at - timedelta(days=catalogue().policy("archive.days"))
    ids = Ticket.objects.filter(state=State.CLOSED, closed_at__lte=before).order_by("closed_at")
    done = 0
    for ticket_id in list(ids.values_list("pk", flat=True)[:limit]):
        archive(ticket_id, by=SYSTEM_ACTOR, at=at)
        done += 1
    return done


@shared_task(name="incidents.continue_bulk", ignore_result=True)
def continue_bulk(batches: int = 100) -> int:
    """Work off changes of many tickets, those that a worker left behind among them."""
    total = 0
    for run_id in bulk.unfinished():
        for _batch in range(batches):
            done = bulk.work_off(run_id, at=now())
            total += done
            if not done:
                break
    return total


@shared_task(name="incidents.purge_uploads", ignore_result=True)
def purge_uploads() -> int:
    """Remove files that nobody has bound to a ticket within a day, and copies that newer ones have replaced."""
    at = now()
    return purge_unbound(before=at - timedelta(days=1)) + take_away_replaced(at=at)


@shared_task(name="incidents.scan_uploads", ignore_result=True)
def scan_uploads() -> int:
    """Look through what came in, where a scanner is set up."""
    return scan_waiting(at=now())


@shared_task(name="incidents.purge_notices", ignore_result=True)
def purge_notices() -> int:
    """Take away notices that are older than they are kept, at most 20 batches."""
    before = keep_days(catalogue().policy("notice.days"), now())
    total = 0
    for _batch in range(20):
        done = purge(before=before)
        total += done
        if not done:
            break
    return total


@shared_task(name="incidents.send_messages", ignore_result=True)
def send_messages() -> int:
    """Send what is due by other channels than the bell."""
    return send_due(at=now())


@shared_task(name="incidents.apply_revisions", ignore_result=True)
def apply_revisions() -> int:
    """Put revisions of grids into force on their day, and let late tickets follow the recent ones."""
    return apply_due(at=now())
