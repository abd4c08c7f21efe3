"""Teams that serve grids, and the organisations of the party (支部、小组、党员中心户)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_phone
from grids.models import Grid, Named, Region
from staffing.models.standard import Term

PLACED_ONCE = Q(grid=None, region__isnull=False) | Q(grid__isnull=False, region=None)


class ServiceTeam(Named):
    """A service team (组团式服务) of a grid, community, town or the city; its speciality is a dictionary's word."""

    class Level(models.TextChoices):
        CITY = "city", pgettext_lazy("team", "City")
        TOWN = "town", pgettext_lazy("team", "Town or street")
        COMMUNITY = "community", pgettext_lazy("team", "Village or community")
        GRID = "grid", pgettext_lazy("team", "Grid")

    level = models.CharField(_("level"), max_length=12, choices=Level)
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
    )
    grid = models.ForeignKey(
        Grid,
        verbose_name=_("grid"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="service_teams",
    )
    speciality = models.ForeignKey(
        Term,
        verbose_name=_("speciality"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.SPECIALITY},
    )
    founded_on = models.DateField(_("founded on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("service team")
        verbose_name_plural = _("service teams")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=PLACED_ONCE,
                name="team_has_one_place",
                violation_error_message=_("Name either a grid or a region"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")),
                name="team_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
        ]

    @property
    def place(self) -> Grid | Region:
        """The grid or region that the team serves."""
        found = self.grid or self.region
        assert found is not None
        return found


class TeamMember(models.Model):
    """Somebody in a team: a person with an account, or one from outside by name and phone.

    `system` is whose person it is; a team with people of two systems is a joint one (联合巡逻队).
    """

    class System(models.TextChoices):
        GRID = "grid", pgettext_lazy("system", "Grid workers")
        POLICE = "police", pgettext_lazy("system", "Police and auxiliaries")
        FIRE = "fire", pgettext_lazy("system", "Fire and rescue")
        ENFORCEMENT = "enforcement", pgettext_lazy("system", "Law enforcement of the town")
        COMMUNITY = "community", pgettext_lazy("system", "Village or community")
        VOLUNTEERS = "volunteers", pgettext_lazy("system", "Volunteers and social forces")
        COMPANIES = "companies", pgettext_lazy("system", "Property management and companies")

    team = models.ForeignKey(
        ServiceTeam, verbose_name=_("team"), on_delete=models.CASCADE, related_name="members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="team_memberships",
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    role = models.ForeignKey(
        Term,
        verbose_name=_("role in the team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.MEMBER_ROLE},
    )
    identities = models.ManyToManyField(
        Term,
        verbose_name=_("identities"),
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.IDENTITY},
    )
    system = models.CharField(
        pgettext_lazy("system", "system"), max_length=12, choices=System, blank=True, default=""
    )
    is_lead = models.BooleanField(_("leads the team"), default=False)
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=Q(left_on=None, user__isnull=False),
                name="team_member_once",
                violation_error_message=_("This person is in the team already"),
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(left_on=None, is_lead=True),
                name="team_one_lead",
                violation_error_message=_("The team has a lead already"),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name=""),
                name="team_member_named",
                violation_error_message=_("Choose a person, or write down a name"),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="team_member_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The account's name, or the name that was written down."""
        return self.user.name if self.user else self.name

    @property
    def phone_in_full(self) -> str:
        return (self.user.phone or "") if self.user else self.phone

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone_in_full)


class PartyOrganization(Named):
    """A branch, a group under it, or a hub household under that; a group or branch may be that of a grid."""

    class Kind(models.TextChoices):
        BRANCH = "branch", _("Party branch")
        GROUP = "group", _("Party group")
        HUB_HOUSEHOLD = "hub_household", _("Party member hub household")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="party_organizations",
    )
    grid = models.ForeignKey(
        Grid,
        verbose_name=_("grid"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="party_organizations",
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("secretary"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    secretary_name = models.CharField(_("secretary's name"), max_length=60, blank=True)
    member_count = models.PositiveIntegerField(_("party members"), default=0)
    founded_on = models.DateField(_("founded on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("party organisation")
        verbose_name_plural = _("party organisations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=PLACED_ONCE,
                name="party_has_one_place",
                violation_error_message=_("Name either a grid or a region"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")),
                name="party_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
            models.CheckConstraint(
                condition=Q(kind="branch") | Q(parent__isnull=False),
                name="party_chain_unbroken",
                violation_error_message=_("A group or hub household belongs to an organisation above it"),
            ),
        ]

    @property
    def secretary_words(self) -> str:
        return self.secretary.name if self.secretary else self.secretary_name

    @property
    def place(self) -> Grid | Region:
        found = self.grid or self.region
        assert found is not None
        return found
