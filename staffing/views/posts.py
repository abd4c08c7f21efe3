"""Forms that post people: assign, end, move."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids.models import GridAssignment
from staffing import posting
from staffing.forms import AssignForm, EndForm, MoveForm
from staffing.posting import Posting
from staffing.querysets import assignments_in
from staffing.rules import KEEPERS, keeping_role, reading_paths
from staffing.views.parts import Ask, day, run_form


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def assign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?grid=&kind=&user=` fill the form in."""
    reading_paths(actor, KEEPERS)
    at = now()
    initial = {
        "grid_code": request.GET.get("grid", ""),
        "kind": request.GET.get("kind", ""),
        "user": request.GET.get("user", ""),
        "starts_on": local(at).date(),
    }
    form = AssignForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Assign a person to a post"),
        verb=_("Assign"),
        active="people",
        back=reverse("staffing:vacancies"),
        done=_("Assigned; the role over the grid has been given as well."),
        note=_("The person gets the role of the post over this grid, from the first day on."),
    )

    def deed() -> None:
        data = form.cleaned_data
        order = Posting(
            user_id=data["person"].pk,
            grid_id=data["grid_row"].pk,
            kind=data["kind"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
        )
        posting.assign(order, by=actor, at=at)

    return run_form(request, actor, form, ask, deed)


def kept_assignment(actor: Actor, assignment_id: int) -> GridAssignment:
    """An assignment that this person sees and keeps. Raises NotFound, Forbidden."""
    rows = assignments_in(reading_paths(actor)).select_related("post__grid", "user")
    row = rows.filter(pk=assignment_id).first()
    if row is None:
        raise NotFound()
    keeping_role(actor, row.post.grid.path)
    return row


def words(row: GridAssignment) -> dict[str, object]:
    """Who, which post, which grid: for titles."""
    return {"name": row.user.name, "post": row.post.get_kind_display(), "grid": row.post.grid.label}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def end(request: HttpRequest, actor: Actor, assignment_id: int) -> HttpResponse:
    """The last day in a post."""
    row, at = kept_assignment(actor, assignment_id), now()
    form = EndForm(request.POST or None, initial={"on": local(at).date()}, by=actor)
    ask = Ask(
        title=_("End: %(name)s as %(post)s of %(grid)s") % words(row),
        verb=_("End the assignment"),
        active="people",
        back=reverse("staffing:person", args=[row.user_id]),
        done=_("Ended; the role over the grid ends with that day."),
        note=_("In the post since %(day)s. The role over the grid ends with the same day.")
        % {"day": day(row.starts_on)},
        is_grave=True,
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: posting.end(row.pk, on=form.cleaned_data["on"], by=actor, at=at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def move(request: HttpRequest, actor: Actor, assignment_id: int) -> HttpResponse:
    """The same post in another grid."""
    row, at = kept_assignment(actor, assignment_id), now()
    form = MoveForm(request.POST or None, initial={"on": local(at).date()}, by=actor)
    ask = Ask(
        title=_("Move: %(name)s, %(post)s of %(grid)s") % words(row),
        verb=_("Move"),
        active="people",
        back=reverse("staffing:person", args=[row.user_id]),
        done=_("Moved; the role has moved as well."),
        note=_("The old assignment ends with the day before."),
    )

    def deed() -> None:
        data = form.cleaned_data
        posting.move(row.pk, grid_id=data["grid_row"].pk, on=data["on"], by=actor, at=at)

    return run_form(request, actor, form, ask, deed)
