"""People, the units they serve in and their appointments."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import Role, role_permissions
from governance.foundation.naming import Labelled
from governance.foundation.spelling import Spelled


class Tier(models.TextChoices):
    """Where in the hierarchy a unit works; a lower tier hands up to the next one."""

    GRID = "grid", _("Grid")
    COMMUNITY = "community", _("Village or community")
    TOWN = "town", _("Town or street")
    DISTRICT = "district", _("District")
    CITY = "city", _("City")


TIER_ORDER: dict[str, int] = {tier.value: rank for rank, tier in enumerate(Tier)}


class OrgUnit(Labelled, models.Model):
    """A unit that can hold tickets: a command unit of the three tiers, a grid team, a department …"""

    class Kind(models.TextChoices):
        CENTER = "center", _("Linkage centre")
        DISTRICT_CENTER = "district_center", _("District centre")
        SUB_CENTER = "sub_center", _("Sub-centre")
        WORKSTATION = "workstation", _("Workstation")
        GRID_TEAM = "grid_team", _("Grid team")
        DEPARTMENT = "department", _("Department")
        TOWN_ENFORCEMENT = "town_enforcement", _("Town enforcement bureau")
        POLICE = "police", _("Police station")
        MEDIATION_ORGANIZATION = "mediation_organization", _("Mediation organisation")
        UTILITY = "utility", _("Public utility")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    pinyin = Spelled(of="name", default="")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier)
    line = models.CharField(
        _("department line"), max_length=12, blank=True, help_text=_("Such as CG, GA, ZJ")
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=240, editable=False)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    calendar = models.CharField(_("working calendar"), max_length=40, default="office")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        permissions = role_permissions()
        indexes: ClassVar = [
            models.Index(fields=["path"], name="unit_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["line", "tier"], name="unit_line"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        super().save(*args, **kwargs)


COMMAND_KINDS = frozenset(
    {OrgUnit.Kind.CENTER, OrgUnit.Kind.DISTRICT_CENTER, OrgUnit.Kind.SUB_CENTER, OrgUnit.Kind.WORKSTATION}
)


class UserManager(BaseUserManager["User"]):
    """Creates people; the natural key is the user name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.phone = user.phone or None
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by user name or phone. What he or she may do comes from appointments."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("Letters, digits and . @ + - _ only"))],
    )
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Appointment(models.Model):
    """A person holds a role over a region, a grid or a unit, from one date to another.

    While it is in force it stands as a django-guardian object permission on its target; nothing else
    says what a person may do where. `acting_for` names the colleague who is replaced.
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="appointments"
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day in force"))
    acting_for = models.ForeignKey(
        User, verbose_name=_("acting for"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_applied = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_start",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "role"], name="appointment_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.target}"

    def is_in_force(self, on: date) -> bool:
        """True on every day from `starts_on` to `ends_on`, both included."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class ActiveDay(models.Model):
    """A person was here on a day: one row, however often. No foreign key: nothing reads it by person."""

    pk = models.CompositePrimaryKey("day", "user_id")
    day = models.DateField()
    user_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day} {self.user_id}"
