"""Working calendars as an administrator edits them; `calendars.store` turns them into arithmetic.

Triggers of the migration renew `CalendarVersion` after every write to the other three tables.
"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.foundation.calendars.calendar import DayKind
from governance.foundation.calendars.frames import ALWAYS_OPEN, Week, parse_day, parse_week

MALFORMED = _("Working hours are written like 08:30-12:00, end by 24:00 and do not overlap")


class WorkCalendar(models.Model):
    """A named calendar: its usual week and whether statutory holidays and make-up workdays apply to it."""

    code = models.SlugField(pgettext_lazy("calendar", "code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("calendar", "name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_always_open = models.BooleanField(_("open day and night"), default=False)
    follows_statutory = models.BooleanField(_("follows statutory holidays"), default=True)
    frames = models.JSONField(
        _("working hours"),
        default=dict,
        blank=True,
        help_text=_('For each day of the week, e.g. {"mon": ["08:30-12:00", "14:00-17:30"]}'),
    )
    is_default = models.BooleanField(_("default calendar"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="foundation_one_default_calendar"
            ),
            models.CheckConstraint(
                condition=Q(is_always_open=True) | ~Q(frames={}), name="foundation_calendar_has_working_time"
            ),
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name

    @property
    def week(self) -> Week:
        """The usual frames of seven days from Monday; ValueError when `frames` is malformed."""
        return ALWAYS_OPEN if self.is_always_open else parse_week(self.frames)

    def clean(self) -> None:
        """Malformed hours, or a calendar that is never open, are refused in words."""
        try:
            week = self.week
        except ValueError as error:
            raise ValidationError({"frames": MALFORMED}) from error
        if not any(week):
            raise ValidationError({"frames": _("At least one day of the week needs working hours")})


class CalendarDay(models.Model):
    """A date that differs from its weekday, in one calendar or in all that follow statutory days (null)."""

    class Kind(models.TextChoices):
        """Values are those of `DayKind`."""

        HOLIDAY = DayKind.HOLIDAY.value, _("holiday")
        MAKEUP_WORKDAY = DayKind.MAKEUP_WORKDAY.value, _("make-up workday")
        CUSTOM = DayKind.CUSTOM.value, _("own hours")

    class Origin(models.TextChoices):
        """Seeding rewrites what it wrote itself and never what a person wrote."""

        SEED = "seed", _("from the statutory calendar")
        MANUAL = "manual", _("entered by hand")

    calendar = models.ForeignKey(
        WorkCalendar,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="days",
        verbose_name=_("working calendar"),
        help_text=_("Empty: all calendars that follow statutory holidays"),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind of day"), max_length=20, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("calendar", "name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    frames = models.JSONField(
        _("working hours"),
        null=True,
        blank=True,
        help_text=_('Only where they differ, e.g. ["09:00-12:00"]; [] is a closed day'),
    )
    origin = models.CharField(
        pgettext_lazy("calendar", "origin"), max_length=10, choices=Origin.choices, default=Origin.MANUAL
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "date"], nulls_distinct=False, name="foundation_one_row_per_calendar_day"
            ),
            models.CheckConstraint(
                condition=~Q(kind="holiday") | Q(frames__isnull=True), name="foundation_holiday_has_no_hours"
            ),
            models.CheckConstraint(
                condition=~Q(kind="custom") | Q(frames__isnull=False), name="foundation_custom_day_has_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name or self.get_kind_display()}"

    def clean(self) -> None:
        """Hours must be well-formed, are needed for own hours and impossible on a holiday."""
        if self.kind == self.Kind.HOLIDAY and self.frames is not None:
            raise ValidationError({"frames": _("A holiday has no working hours")})
        if self.kind == self.Kind.CUSTOM and self.frames is None:
            raise ValidationError({"frames": _("Own hours are needed; [] is a closed day")})
        try:
            parse_day([] if self.frames is None else self.frames)
        except ValueError as error:
            raise ValidationError({"frames": MALFORMED}) from error


class CalendarYearQuerySet(models.QuerySet["CalendarYear"]):
    """Words about years."""

    def confirmed(self) -> "CalendarYearQuerySet":
        """Years whose holidays and make-up workdays are announced and entered."""
        return self.filter(confirmed_at__isnull=False)


class CalendarYear(models.Model):
    """Whether the statutory days of a year are known: confirmed by the seed or by an administrator."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=150, blank=True)

    objects = CalendarYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """One row, whose token changes with every write to a calendar table (see the migration's triggers)."""

    token = models.UUIDField()

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")

    def __str__(self) -> str:
        return str(self.token)
