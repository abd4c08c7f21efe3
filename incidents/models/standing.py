"""How many tickets are open, as sums: by place, state, unit and mark, and how many of them are late or soon will be.

The database writes every change of an open ticket down (`OpenChange`, by triggers), so that no writer can forget it;
`standing.fold` adds changes to the sums. Sums and changes together are exact at any moment. The tables are not logged:
after a crash of the database they are empty together and are counted anew.
"""

from typing import ClassVar

from django.db import models

KEY = (
    "town_id", "community_id", "now_grid_id", "is_trial", "is_moved", "state", "holder_id", "is_sensitive",
)  # fmt: skip


class Standing(models.Model):
    """What open tickets are told apart by; no place is 0.

    `is_moved`: a revision of grids has touched it, so that it is seen from more places than its town.
    """

    town_id = models.BigIntegerField()
    community_id = models.BigIntegerField()
    now_grid_id = models.BigIntegerField()
    is_moved = models.BooleanField()
    state = models.CharField(max_length=16)
    holder_id = models.BigIntegerField()
    is_sensitive = models.BooleanField()

    class Meta:
        abstract = True


class OpenSum(Standing):
    """So many open tickets that are alike, and with which marks; `late` and `soon` as of `OpenReach.at`."""

    is_trial = models.BooleanField()
    many = models.IntegerField()
    critical = models.IntegerField()
    keyed = models.IntegerField()
    urged = models.IntegerField()
    late = models.IntegerField()
    soon = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=KEY, name="open_sum_once")]

    def __str__(self) -> str:
        return f"{self.community_id} {self.state} {self.many}"


class OpenChange(Standing):
    """One open ticket more (`sign` 1) or less (-1) that is not in the sums yet."""

    sign = models.SmallIntegerField()
    source_id = models.BigIntegerField()
    is_critical = models.BooleanField()
    is_key_report = models.BooleanField()
    is_urged = models.BooleanField()
    next_due_at = models.DateTimeField(null=True)
    next_warn_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.community_id} {self.state} {self.sign:+}"


class OpenReach(models.Model):
    """The moment as of which the sums say what is late; one row."""

    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
