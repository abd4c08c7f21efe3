"""Files in and out of the demo city: exports in several states, an import with one refused row, written once."""

import pytest

from exports.models import OpenTable, TicketExport, TicketImport
from governance.command.demo.exports import build_exports
from governance.command.demo.plan import BASE, JOB
from governance.command.models import mark_done
from tests.cast import DAY, MONDAY, Cast, MakeTicket


@pytest.mark.django_db
def test_the_demo_has_files(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(at=MONDAY - 40 * DAY)
    make_ticket(at=MONDAY - DAY)
    mark_done(JOB, BASE, at=MONDAY)
    assert build_exports() == 6
    assert build_exports() == 0
    assert sorted(TicketExport.objects.values_list("state", flat=True)) == [
        "asked",
        "ready",
        "ready",
        "ready",
        "refused",
    ]
    run = TicketImport.objects.get()
    assert (run.state, run.taken, run.refused) == ("done", 3, 1)
    assert OpenTable.objects.exists()
