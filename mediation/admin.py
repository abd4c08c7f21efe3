"""Who mediates where, as administrators keep it. Every change of a row stands in the journal."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from mediation.models import (
    DutyTurn,
    GovernanceCentre,
    MediationBody,
    MediationPoint,
    Mediator,
    PointPerson,
    Room,
    SealKeeper,
    StationedUnit,
    Training,
)
from staffing.admin import RecordedAdmin

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Any]
else:
    Inline = admin.TabularInline


class Rooms(Inline):
    """The rooms of a body."""

    model = Room
    extra = 0


class Keepers(Inline):
    """Who keeps its seal."""

    model = SealKeeper
    extra = 0
    raw_id_fields = ("user",)


@admin.register(MediationBody)
class BodyAdmin(RecordedAdmin):
    """Bodies with their rooms and keepers of the seal."""

    list_display = ("name", "kind", "level", "region", "since", "until")
    list_filter = ("kind", "level")
    search_fields = ("name",)
    raw_id_fields = ("region", "unit")
    exclude = ("level",)
    inlines = (Rooms, Keepers)


class Trainings(Inline):
    """What a mediator has learnt."""

    model = Training
    extra = 0


@admin.register(Mediator)
class MediatorAdmin(RecordedAdmin):
    """Mediators with their training."""

    list_display = ("name", "body", "is_full_time", "joined_on", "left_on")
    list_filter = ("is_full_time",)
    search_fields = ("name", "body__name")
    raw_id_fields = ("body", "user")
    inlines = (Trainings,)


class Stationed(Inline):
    """The windows of a centre."""

    model = StationedUnit
    extra = 0
    raw_id_fields = ("unit",)


@admin.register(GovernanceCentre)
class CentreAdmin(RecordedAdmin):
    """Centres with the units that sit in them."""

    list_display = ("name", "region", "address")
    search_fields = ("name",)
    raw_id_fields = ("region", "unit")
    inlines = (Stationed,)


@admin.register(DutyTurn)
class TurnAdmin(RecordedAdmin):
    """The duty roster of the windows."""

    list_display = ("on", "turn", "stationed", "name")
    list_filter = ("turn",)
    date_hierarchy = "on"


class People(Inline):
    """The people of the three posts and of the association."""

    model = PointPerson
    extra = 0
    raw_id_fields = ("user",)


@admin.register(MediationPoint)
class PointAdmin(RecordedAdmin):
    """Mediation points with their people."""

    list_display = ("name", "region", "body", "opened_on", "closed_on")
    search_fields = ("name",)
    raw_id_fields = ("region", "body")
    inlines = (People,)
