"""Reading and keeping somebody's own arrangement. It is asked for on every page, so it is kept beside the database
for a minute; a write puts the new one there.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction

from governance.accounts.actors import Actor
from governance.command.layouts.models import DashboardLayout
from governance.command.layouts.pieces import Layout, checked, known, of_role
from grids import scope as scopes

KEPT_SECONDS: Final = 60


def _key(user_id: int) -> str:
    return f"dashboard.layout.{user_id}"


def own_pages(user_id: int) -> Mapping[str, Any]:
    """What the person has arranged, by page: no statement where it is kept already."""
    found: Mapping[str, Any] | None = cache.get(_key(user_id))
    if found is None:
        row = DashboardLayout.objects.filter(pk=user_id).values_list("pages", flat=True).first()
        found = row or {}
        cache.add(_key(user_id), found, KEPT_SECONDS)  # what a write has put there meanwhile stays
    return found


def layout_of(by: Actor, page: str) -> Layout:
    """The person's own arrangement, else that of the role."""
    pages = own_pages(by.user.pk) if by.user is not None else {}
    return known(page, pages[page]) if page in pages else default_of(by, page)


def default_of(by: Actor, page: str) -> Layout:
    """The arrangement of the role."""
    return of_role(page, scopes.of(by.user).roles)


def is_own(by: Actor, page: str) -> bool:
    """Whether the person has arranged the page."""
    return by.user is not None and page in own_pages(by.user.pk)


def keep(
    page: str,
    figures: Sequence[str],
    panes: Sequence[str],
    *,
    codes: Collection[str],
    by: Actor,
    at: datetime,
) -> Layout:
    """Store the person's own arrangement; `codes` are the indicators that there are. Raises Unprocessable."""
    layout = checked(page, figures, panes, codes)
    _write(by, page, None if layout == default_of(by, page) else layout.as_data(), at)
    return layout


def reset(page: str, *, by: Actor, at: datetime) -> None:
    """Back to the arrangement of the role."""
    _write(by, page, None, at)


def _write(by: Actor, page: str, data: Mapping[str, Any] | None, at: datetime) -> None:
    assert by.user is not None, "systems have no dashboard"
    pk = by.user.pk
    with transaction.atomic():
        DashboardLayout.objects.get_or_create(pk=pk, defaults={"changed_at": at})
        row = DashboardLayout.objects.select_for_update(no_key=True).get(pk=pk)
        others = {name: kept for name, kept in row.pages.items() if name != page}
        row.pages = others | ({page: data} if data is not None else {})
        row.changed_at = at
        row.save()
        pages = row.pages
        transaction.on_commit(lambda: cache.set(_key(pk), pages, KEPT_SECONDS))
