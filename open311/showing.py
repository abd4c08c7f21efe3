"""What is answered: services, definitions, requests. Everybody gets facts and public words, the sender all it sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from governance.foundation.clock import local
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.catalogue import Catalogue
from incidents.catalogue import current as catalogue
from incidents.models import Attachment, MatterCategory, Step, Ticket
from incidents.plain_words import TITLES, state_words
from incidents.states import FINAL, State
from open311.editions import Edition, Question, Service, Words
from open311.expecting import expected_at
from open311.models import OpenReport
from open311.publishing import public_address

OPEN, CLOSED = "open", "closed"
LONGEST = 4000
EVIDENCE = "/api/v1/attachments/"


def moment(at: datetime) -> str:
    """A W3C time with the city's offset."""
    return local(at).isoformat(timespec="seconds")


def services_of(edition: Edition, book: Catalogue) -> list[dict[str, Any]]:
    """The list of services: fields in the order of the standard."""
    return [
        {
            "service_code": service.code,
            "service_name": category.label,
            "description": str(service.description),
            "metadata": bool(service.questions),
            "type": service.kind,
            "keywords": service.words,
            "group": _group(category, book),
        }
        for service, category in edition.open_in(book)
    ]


def _group(category: MatterCategory, book: Catalogue) -> str:
    """The class that the matter belongs to."""
    above = book.by_code.get(category.code[:2])
    return above.label if above is not None else ""


def definition_of(service: Service) -> dict[str, Any]:
    """The questions of one service."""
    return {
        "service_code": service.code,
        "attributes": [_attribute(question) for question in service.questions],
    }


def _attribute(question: Question) -> dict[str, Any]:
    return {
        "variable": question.is_variable,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required,
        "datatype_description": str(question.hint) or None,
        "order": question.order,
        "description": str(question.description),
        "values": [{"key": option.key, "name": str(option.name)} for option in question.options],
    }


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the rows of one answer have in common, read at once. `origin` is the address of this host."""

    edition: Edition
    reader_id: int | None
    origin: str
    codes: Mapping[int, str]
    photos: Mapping[int, Sequence[str]] = field(default_factory=dict)
    steps: Mapping[int, Sequence[Step]] = field(default_factory=dict)
    is_extended: bool = False


def around(
    reports: Sequence[OpenReport],
    edition: Edition,
    *,
    reader_id: int | None,
    origin: str,
    is_extended: bool = False,
) -> Around:
    """No statement for what everybody reads, one for the sender's own pictures, one for the story."""
    editions = catalogue().editions_of.items()
    own = [report.ticket_id for report in reports if report.client_id == reader_id]
    photos: dict[int, list[str]] = {}
    if own:
        rows = Attachment.objects.filter(ticket_id__in=own, client_id=reader_id, is_stored=True)
        for ticket_id, key in rows.order_by("received_at", "id").values_list("ticket_id", "id"):
            photos.setdefault(ticket_id or 0, []).append(str(key))
    steps: dict[int, list[Step]] = {}
    if is_extended:
        ids = [report.ticket_id for report in reports]
        for step in Step.objects.filter(ticket_id__in=ids, verb__in=sorted(TITLES)).order_by("id"):
            steps.setdefault(step.ticket_id, []).append(step)
    return Around(
        edition=edition,
        reader_id=reader_id,
        origin=origin,
        codes={key: code for code, keys in editions for key in keys},
        photos=photos,
        steps=steps,
        is_extended=is_extended,
    )


def request_of(report: OpenReport, around: Around) -> dict[str, Any]:
    """One request: fields in the order of the standard, then the extensions that were asked for."""
    ticket, is_own = report.ticket, report.client_id == around.reader_id
    main = ticket.merged_into or ticket
    code = around.codes.get(ticket.category_id, "")
    category, service = catalogue().by_code.get(code), around.edition.by_code.get(code)
    unit = territory().units.get(main.lead_unit_id or main.holder_id)
    status = CLOSED if main.state in FINAL else OPEN
    expected = expected_at(report)
    found: dict[str, Any] = {
        "service_request_id": ticket.number,
        "status": status,
        "status_notes": notes_on(ticket),
        "service_name": category.label if category is not None else code,
        "service_code": code,
        "description": _description(report, is_own=is_own),
        "agency_responsible": label_of(unit) if unit is not None else None,
        "service_notice": notice_of(service, expected) if status == OPEN else None,
        "requested_datetime": moment(report.requested_at),
        "updated_datetime": moment(report.updated_at),  # type: ignore[attr-defined]  # annotated by the query
        "expected_datetime": moment(expected),
        "address": _address(report, is_own=is_own),
        "address_id": _address_id(ticket),
        "zipcode": None,
        "lat": ticket.lat,
        "long": ticket.lon,
        "media_url": _media(report, around) if is_own else None,
    }
    return found | _extensions(report, around) if around.is_extended else found


def notes_on(ticket: Ticket) -> str:
    """How far it is, in plain words."""
    heading, words = state_words(ticket.state)
    return heading if ticket.state == State.REJECTED else f"{heading} · {words}"


def notice_of(service: Service | None, expected: datetime) -> str:
    """What is going to happen."""
    if service is not None and str(service.notice):
        return str(service.notice)
    return _("An answer is expected by %(at)s.") % {"at": f"{local(expected):%Y-%m-%d %H:%M}"}


def is_public_in_words(report: OpenReport) -> bool:
    """Somebody of the centre has read it and taken it in."""
    return report.ticket.accepted_at is not None


def _description(report: OpenReport, *, is_own: bool) -> str | None:
    text = report.description if is_own else report.words if is_public_in_words(report) else ""
    return text[:LONGEST] or None


def _address(report: OpenReport, *, is_own: bool) -> str:
    """The words of the place where they may be read, else the grid and what lies above it, the nearest first."""
    if report.address and is_own:
        return report.address
    if report.address and is_public_in_words(report):
        return public_address(report.address)
    chain = territory().chain(report.ticket.region_path)
    return ", ".join(label_of(place) for place in reversed(chain))


def _address_id(ticket: Ticket) -> str | None:
    """The code of the grid, or of the region where it lies in none: what `address_id` of a new request takes."""
    place = territory().by_path.get(ticket.region_path)
    return place.code if place is not None else None


def _media(report: OpenReport, around: Around) -> str | None:
    """The picture that came with the request, to be read with the same key; else the address that was given."""
    photos = around.photos.get(report.ticket_id)
    return f"{around.origin}{EVIDENCE}{photos[0]}" if photos else report.media_url or None


def _extensions(report: OpenReport, around: Around) -> dict[str, Any]:
    ticket = report.ticket
    is_own = report.client_id == around.reader_id
    answers = [item for item in report.answers if is_own or item["datatype"] not in {"string", "text"}]
    return {
        "attributes": [_answer(item, value) for item in answers for value in item["values"]],
        "extended_attributes": {
            "stage": ticket.state,
            "stage_name": str(State(ticket.state).label),
            "accepted_datetime": moment(ticket.accepted_at) if ticket.accepted_at else None,
            "closed_datetime": moment(ticket.closed_at) if ticket.closed_at else None,
            "is_overdue": ticket.is_overdue,
            "reopen_count": ticket.reopen_count,
        },
        "notes": [
            {"datetime": moment(step.at), "description": str(TITLES[step.verb]), "type": step.verb}
            for step in around.steps.get(report.ticket_id, ())
        ],
    }


def _answer(item: Mapping[str, Any], value: Mapping[str, str]) -> dict[str, Any]:
    """`code` is the question's; `value` in words, `name` the key of a list."""
    return {
        "code": item["code"],
        "label": str(Words(item["zh"], item["en"])),
        "name": value["key"],
        "value": str(Words(value["zh"], value["en"])) if "zh" in value else value["key"],
    }
