"""What jobs of files in and out look like over the API."""

from typing import Any

from rest_framework import serializers

from exports.columns import COLUMNS
from exports.models import TicketImport
from exports.states import ExportFormat, ExportState
from exports.targets import LABELS
from governance.foundation.api.shapes import Base, Shape
from governance.foundation.api.strict import ChoiceField, FlagField, StrictSerializer, TextField
from incidents.api.listing import ListQuery

COLUMN_CHOICES = [(column.name, column.name) for column in COLUMNS]
MEANINGS = [(name, name) for name in LABELS]
MOST_LISTED = 200
LATE = "Handled too late, or past its due time and not fed back."


class FiltersIn(ListQuery):
    """The filters of `GET /tickets`; those left out do not restrict."""

    open = FlagField(required=False)  # type: ignore[assignment]  # JSON says true, an address "true"
    overdue = FlagField(required=False, help_text=LATE)  # type: ignore[assignment]  # the same
    limit = None  # type: ignore[assignment]  # takes the field away
    cursor = None  # type: ignore[assignment]  # the same


class ExportIn(StrictSerializer):
    """A file of the caller's own tickets."""

    format = ChoiceField(ExportFormat.choices)
    columns = serializers.ListField(
        child=ChoiceField(COLUMN_CHOICES),
        required=False,
        min_length=1,
        max_length=len(COLUMNS),
        help_text="Left out: the usual ones.",
    )
    filters = FiltersIn(required=False)


class ImportIn(StrictSerializer):
    """A file of reports, as a form."""

    file = serializers.FileField(
        help_text="CSV (UTF-8 or GB 18030) or XLSX, the first line names the columns."
    )
    source = TextField(max_length=24, help_text="One of the caller's own sources.")  # type: ignore[assignment]  # a declared field
    mapping = TextField(
        max_length=4000,
        required=False,
        help_text=(
            "A JSON object from what is meant to the heading of its column, such as "
            '{"content": "诉求内容"}; what is left out is guessed from the headings.'
        ),
    )
    dry_run = ChoiceField(
        (("true", "true"), ("false", "false")),
        required=False,
        help_text="`true`: look at every row and wait for `start`; nothing is reported yet.",
    )


class PageQuery(StrictSerializer):
    """Which rows."""

    after = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="The last row of the page before."
    )
    limit = serializers.IntegerField(min_value=1, max_value=500, required=False)


class NoBody(StrictSerializer):
    """Nothing has to be sent."""


class ExportOut(Shape):
    """An export and how far it has come."""

    number = serializers.CharField()
    state = serializers.ChoiceField(ExportState.choices)
    format = serializers.ChoiceField(ExportFormat.choices)
    columns = serializers.ListField(child=serializers.CharField())
    expected = serializers.IntegerField(help_text="Rows when it was asked for.")
    written = serializers.IntegerField(help_text="Rows in the file, growing while it is written.")
    size = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until then the file can be read.")
    downloads = serializers.IntegerField()


class FaultOut(Base):
    """What is wrong with a cell; `column` is empty where it is the whole row."""

    column = serializers.CharField(allow_blank=True)
    words = serializers.CharField()


class RowOut(Base):
    """A row that was, or would be, refused."""

    row = serializers.IntegerField(help_text="The line of the file.")
    faults = FaultOut(many=True)
    cells = serializers.DictField(
        help_text="As they were sent, by heading; empty in the look before a start."
    )


class LookOut(Base):
    """What the start would do."""

    fresh = serializers.IntegerField()
    repeated = serializers.IntegerField()
    refused = serializers.IntegerField()
    errors = RowOut(many=True)  # type: ignore[assignment]  # a declared field


class ImportOut(Base):
    """An import and how far it has come."""

    number = serializers.CharField()
    state = serializers.ChoiceField(TicketImport.State.choices)
    file_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a declared field
    mapping = serializers.DictField(help_text="From what is meant to the heading.")
    rows = serializers.IntegerField()
    taken = serializers.IntegerField()
    repeated = serializers.IntegerField(help_text="Tickets that were there already.")
    refused = serializers.IntegerField()
    left = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportMade(ImportOut):
    """The same with the look that was asked for."""

    look = LookOut(allow_null=True, help_text="With `dry_run`.")


class ExportsOut(Base):
    """The newest first."""

    results = ExportOut(many=True)


class ImportsOut(Base):
    """The newest first."""

    results = ImportOut(many=True)


class ErrorsOut(Base):
    """Refused rows in the order of the file."""

    errors = RowOut(many=True)  # type: ignore[assignment]  # a declared field
    after = serializers.IntegerField(help_text="Ask with this the next time.")
    has_more = serializers.BooleanField()


def import_facts(run: TicketImport) -> dict[str, Any]:
    """An import as it is shown."""
    return {
        "number": run.number,
        "state": run.state,
        "file_name": run.file_name,
        "source": run.source,
        "mapping": {name: run.head[place] for name, place in run.mapping.items()},
        "rows": run.row_count,
        "taken": run.taken,
        "repeated": run.repeated,
        "refused": run.refused,
        "left": run.left,
        "asked_at": run.asked_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
