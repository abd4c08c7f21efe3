"""What comes in and goes out of key reports over REST. Numbers of people inside texts are masked."""

from rest_framework import serializers

from governance.foundation.api.shapes import Base, OfferOut
from governance.foundation.api.strict import (
    ChoiceField,
    FlagField,
    MomentField,
    PatternField,
    StrictSerializer,
    TextField,
)
from incidents.api.reading import BLANK, OPTIONAL, REGION_CODE, PointIn
from key_reports.states import (
    ITEMS,
    AccountState,
    Capacity,
    Decision,
    Origin,
    ReportState,
    Stage,
    Suspicion,
    TextKind,
)


class ReportIn(StrictSerializer):
    """What somebody knows. A point, a region code or the words of the place must be there."""

    key = PatternField(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", help_text="A UUID of yours: makes the post repeatable."
    )
    category = TextField(max_length=6, help_text="A category that is a key report, see /categories.")
    known_at = MomentField(help_text="When you learned of it: the limits begin then.")
    occurred_at = MomentField(**OPTIONAL)
    title = TextField(max_length=120, **BLANK)
    place = TextField(max_length=200, **BLANK)
    point = PointIn(**OPTIONAL)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.", **BLANK)
    nature = TextField(max_length=2000, help_text="What has happened.")
    source = TextField(max_length=2000, **BLANK)  # type: ignore[assignment]  # a declared field
    casualties = TextField(max_length=2000, **BLANK)
    area = TextField(max_length=2000, **BLANK)
    trend = TextField(max_length=2000, **BLANK)
    measures = TextField(max_length=2000, **BLANK)
    confidential = FlagField(required=False, help_text="Keep the reporter's identity confidential.")


PLAIN = tuple(name for name in ITEMS if name not in {"when", "place"})


class SuspicionIn(StrictSerializer):
    """What is suspected about a report, and what it rests on."""

    kind = ChoiceField(Suspicion.choices)
    grounds = TextField(max_length=2000)


class ReportsQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = ChoiceField(ReportState.choices, required=False)
    origin = ChoiceField(Origin.choices, required=False)
    ticket = TextField(max_length=20, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, required=False)
    cursor = TextField(max_length=100, required=False)


class AccountsQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = ChoiceField(AccountState.choices, required=False)
    kind = ChoiceField(Suspicion.choices, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, required=False)
    cursor = TextField(max_length=100, required=False)


class KeyReportRow(Base):
    """A report in a list."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ReportState.choices)
    origin = serializers.ChoiceField(choices=Origin.choices)
    category = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(help_text="The code of the unit that has to report.")
    known_at = serializers.DateTimeField()
    oral_due_at = serializers.DateTimeField()
    written_due_at = serializers.DateTimeField()
    first_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="Counted from known_at; a fact about time.")
    next_stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)
    next_due_at = serializers.DateTimeField(allow_null=True)


class KeyReportPage(Base):
    """A page of reports, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = KeyReportRow(many=True)


class KeyTextOut(Base):
    """A written report as it was sent."""

    kind = serializers.ChoiceField(choices=TextKind.choices)
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    items = serializers.DictField(child=serializers.CharField(allow_blank=True))


class KeyRecipientOut(Base):
    """Who has it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    relayed = serializers.BooleanField()
    centre = serializers.BooleanField()
    sent_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    phoned_at = serializers.DateTimeField(allow_null=True)


class KeyReportDetail(KeyReportRow):
    """A report with its texts and receipts, and what the caller may do now."""

    ticket = serializers.CharField(allow_null=True)
    known = serializers.DictField(child=serializers.CharField(allow_blank=True))
    texts = KeyTextOut(many=True)
    recipients = KeyRecipientOut(many=True)
    verbs = OfferOut(many=True)


class CasePersonOut(Base):
    """Somebody who is named, by the post of that day."""

    name = serializers.CharField()
    capacity = serializers.ChoiceField(choices=Capacity.choices)
    post = serializers.CharField()


class AccountRow(Base):
    """An accountability case in a list."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AccountState.choices)
    kind = serializers.ChoiceField(choices=Suspicion.choices)
    report = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.ChoiceField(choices=Decision.choices, allow_blank=True)


class AccountPage(Base):
    """A page of cases, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = AccountRow(many=True)


class AccountDetail(AccountRow):
    """A case with the people named, and what the caller may do now."""

    grounds = serializers.CharField()
    persons = CasePersonOut(many=True)
    verbs = OfferOut(many=True)
