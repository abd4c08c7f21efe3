"""Search over REST: the language of the search box, the tickets that the caller may see, and what has a name."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.command.searching.finders import groups
from governance.command.searching.language import Reading
from governance.command.searching.language import read as understand
from governance.command.searching.language.reading import MAX_TEXT
from governance.foundation.api.paging import Cursor, page_links
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid
from grids.api.callers import staff
from incidents.api import showing
from incidents.queries import filtered, newest_page
from incidents.views.links import filter_from
from incidents.views.listing import seen_rows

SIZE, FEW = 50, 8


class SearchQuery(StrictSerializer):
    """What is looked for."""

    q = TextField(max_length=MAX_TEXT, help_text="Words and filters such as state:handling late:yes.")
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class SearchChipOut(Base):
    """A filter as it was understood; `without`: the text when it is taken away."""

    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    value = serializers.CharField()
    without = serializers.CharField(allow_blank=True)


class SearchHitOut(Base):
    """Something with a name, and its page."""

    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    hint = serializers.CharField(allow_blank=True)
    url = serializers.CharField()


class SearchGroupOut(Base):
    """Places, grids, people on posts and so on that plain words found: the first few of each."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    hits = SearchHitOut(many=True)


class SearchOut(Base):
    """Tickets newest first; groups where the text is plain words."""

    text = serializers.CharField()
    chips = SearchChipOut(many=True)
    groups = SearchGroupOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    tickets = showing.TicketRow(many=True)


QUERY = SearchQuery()


class SearchView(ApiView):
    """One box over everything."""

    @extend_schema(
        operation_id="search",
        tags=["search"],
        parameters=[SearchQuery],
        responses={200: SearchOut},
        summary="Search tickets by the language of the search box, and what has a name by plain words",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        given = read(QUERY, request.query_params.dict())
        cursor = Cursor.read(given.get("cursor", ""))
        reading = understand(given["q"], person=by.user_id, today=local(at).date())
        if reading.faults:
            raise Invalid(fields={"q": [fault.words for fault in reading.faults]})
        wanted = filter_from(reading.query, at)
        rows = filtered(seen_rows(by, wanted), wanted, in_order=True)
        rows = rows.select_related("source", "category").defer("search", "content")
        page = newest_page(rows, size=SIZE, after=cursor.after, before=cursor.before)
        named = groups(by, reading.words, at, is_quick=True, limit=FEW) if _is_plain(reading) else []
        links = page_links(request, page.next_key, page.previous_key)
        return Response(
            {
                "text": reading.text,
                "chips": [SearchChipOut(chip).data for chip in reading.chips],
                "groups": [
                    {
                        "name": group.name,
                        "label": str(group.label),
                        "hits": [SearchHitOut(hit).data for hit in group.hits],
                    }
                    for group in named
                ],
                **links,
                "tickets": [showing.ROW.to_representation(showing.row_of(row, at)) for row in page.rows],
            }
        )


def _is_plain(reading: Reading) -> bool:
    return bool(reading.words) and reading.is_plain
