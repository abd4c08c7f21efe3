"""Knowledge over REST: published entries, what answers a question, and handing a question to a person."""

from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.scopes import ApiScope
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import PatternField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import NotFound, Unprocessable
from grids.api.callers import reader
from grids.territory import current as territory
from incidents.api.reading import REGION_CODE
from incidents.clientele import reaches
from knowledge import asking
from knowledge.finding import best
from knowledge.models import KnowledgeEntry, Question
from knowledge.states import QuestionState

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class KnowledgeQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    q = TextField(max_length=asking.LONGEST_WORDS, required=False, help_text="A question in own words.")
    place = PatternField(REGION_CODE, required=False, help_text="What holds at that region.")
    category = PatternField(
        r"[0-9]{2,6}", required=False, help_text="Code of the catalogue, or its beginning."
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class EntryOut(Base):
    """An entry that answers now."""

    number = serializers.CharField()
    edition = serializers.IntegerField()
    question = serializers.CharField()
    phrases = serializers.ListField(child=serializers.CharField())
    answer = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    place = serializers.CharField(help_text="The code of the region where it holds.")
    unit = serializers.CharField(help_text="The code of the unit that answers for it.")
    review_on = serializers.DateField()
    published_at = serializers.DateTimeField()
    score = serializers.FloatField(allow_null=True, help_text="How well it answers `q`, from 0 to 1.")


class EntryPage(Base):
    """One page, newest first; with `q` the best answers alone, the best first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EntryOut(many=True)


class QuestionIn(StrictSerializer):
    """A question for a person."""

    external_no = TextField(
        max_length=64, help_text="The caller's own number: sent again, it is one question."
    )
    words = TextField(max_length=asking.LONGEST_WORDS)
    phone = PatternField(r"[0-9]{7,15}")
    name = TextField(max_length=asking.LONGEST_NAME, required=False)
    place = PatternField(REGION_CODE, required=False)


class QuestionOut(Base):
    """How far a question of the caller is; never who asks."""

    number = serializers.CharField()
    state = serializers.ChoiceField(QuestionState.choices)
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ticket = serializers.CharField(allow_null=True)


QUERY: Final = KnowledgeQuery()
QUESTION: Final = QuestionIn()
FACTS: Final = (
    "number",
    "edition",
    "question",
    "phrases",
    "answer",
    "category",
    "review_on",
    "published_at",
)


def entry_out(row: KnowledgeEntry, score: float | None = None) -> dict[str, Any]:
    """An entry as it is told."""
    place = territory().by_path.get(row.region_path)
    facts = {name: getattr(row, name) for name in FACTS}
    more = {"place": place.code if place is not None else "", "unit": row.unit.code, "score": score}
    return dict(EntryOut(facts | more).data)


def question_out(row: Question) -> dict[str, Any]:
    """A question as it is told to the system that asked."""
    names = ("number", "state", "asked_at", "due_at", "answer", "answered_at")
    facts = {name: getattr(row, name) for name in names}
    return dict(QuestionOut(facts | {"ticket": row.ticket.number if row.ticket else None}).data)


class EntriesView(ApiView):
    """What answers."""

    @extend_schema(
        operation_id="knowledge_list",
        tags=["knowledge"],
        parameters=[KnowledgeQuery],
        responses={200: EntryPage},
        summary="Published knowledge entries; with q, those that answer best",
    )
    def get(self, request: Request) -> Response:
        reader(request)
        wanted = read(QUERY, request.query_params.dict())
        rows = KnowledgeEntry.objects.published().valid_at(path_of(wanted.get("place", "")))
        if code := wanted.get("category"):
            rows = rows.filter(category__startswith=code)
        limit = wanted.get("limit", DEFAULT_LIMIT)
        if words := wanted.get("q"):
            found = best(words, rows, most=limit)
            results = [entry_out(item.entry, round(item.score, 4)) for item in found]
            return Response({"next": None, "previous": None, "results": results})
        cursor = Cursor.read(wanted.get("cursor", ""))
        shown, next_key, previous_key = window(rows.select_related("unit"), "published_at", cursor, limit)
        links = page_links(request, next_key, previous_key)
        return Response({**links, "results": [entry_out(row) for row in shown]})


def path_of(code: str) -> str:
    """The path of a region; empty for none. Raises Unprocessable for an unknown one."""
    found = asking.path_of(code)
    if code and not found:
        raise Unprocessable(fields={"place": [asking.UNKNOWN_PLACE]})
    return found


class EntryView(ApiView):
    """One entry."""

    @extend_schema(
        operation_id="knowledge_read",
        tags=["knowledge"],
        responses={200: EntryOut},
        summary="Read one published knowledge entry",
    )
    def get(self, request: Request, number: str) -> Response:
        reader(request)
        row = KnowledgeEntry.objects.published().select_related("unit").filter(number=number).first()
        if row is None:
            raise NotFound()
        return Response(entry_out(row))


class QuestionsView(ApiView):
    """Questions for a person."""

    scopes: ClassVar = {"POST": ApiScope.REPORT}

    @extend_schema(
        operation_id="knowledge_ask",
        tags=["knowledge"],
        request=QuestionIn,
        responses={200: QuestionOut, 201: QuestionOut},
        summary="Hand a question to the duty officer; again with the same number it is the same question",
    )
    def post(self, request: Request) -> Response:
        by = reader(request)
        data = read(QUESTION, request.data)
        place = path_of(data.get("place", ""))
        if by.is_api_client and place and not reaches(by, place):
            raise Unprocessable(fields={"place": [asking.UNKNOWN_PLACE]}, code="outside_regions")
        owner = f"client:{by.client_id}" if by.is_api_client else f"person:{by.user_id}"
        facts = {name: value for name, value in data.items() if name != "external_no"}
        draft = asking.QuestionDraft(key=f"{owner}:{data['external_no']}", **facts)
        made = asking.ask_person(draft, by=by, address="", at=now())
        return Response(question_out(made.question), status=201 if made.created else 200)


class QuestionView(ApiView):
    """One question of the caller."""

    @extend_schema(
        operation_id="knowledge_question",
        tags=["knowledge"],
        responses={200: QuestionOut},
        summary="How far a question is that the caller has asked",
    )
    def get(self, request: Request, number: str) -> Response:
        by = reader(request)
        owner = f"client:{by.client_id}:" if by.is_api_client else f"person:{by.user_id}:"
        rows = Question.objects.select_related("ticket").filter(number=number, key__startswith=owner)
        row = rows.defer("ticket__search", "name", "phone").first()
        if row is None:
            raise NotFound()
        return Response(question_out(row))
