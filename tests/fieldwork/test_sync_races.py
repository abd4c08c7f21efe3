"""The same action from several tabs and phones at once: one deed, one answer."""

from functools import partial

import pytest

from fieldwork.models import SyncAction
from incidents.models import Ticket
from tests.cast import ERRAND, Cast, MakeTicket, at_once
from tests.fieldwork.test_taking import report, send, verb

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_phones_send_the_same_and_each_other_s(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    said = report(cast.worker)
    sign = verb("sign", ticket, version=ticket.version)
    other = verb("sign", ticket, version=ticket.version)
    batches = [(said, sign), (said, sign), (said, other), (other, said)]
    found = at_once([partial(send, cast.again(cast.worker), *batch) for batch in batches])
    assert {answer.outcome for answers in found for answer in answers} == {"sent"}
    assert found[0] == found[1]
    assert Ticket.objects.filter(source__code="worker").count() == 1
    assert ticket.steps.filter(verb="sign").count() == 1
    assert SyncAction.objects.count() == 3
