"""What the worker's phone does and keeps for tickets without a line, as registered with the sync door."""

from django.utils.translation import pgettext_lazy

from fieldwork import joint, onsite, reporting, side, ticket_verbs
from fieldwork.pack import register as register_pack
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Kind
from incidents import sides
from incidents.sides import Side


def register() -> None:
    """Called once, when the app is ready."""
    kinds.register(
        Kind(name="report", label=pgettext_lazy("phone action", "Report"), do=reporting.report),
        Kind(
            name="self_handle",
            label=pgettext_lazy("phone action", "Handle on the spot"),
            do=reporting.self_handle,
        ),
        Kind(name="arrive", label=pgettext_lazy("phone action", "Arrive"), do=onsite.arrive_sent),
        Kind(name="ask_help", label=pgettext_lazy("phone action", "Call for help"), do=onsite.help_sent),
        *ticket_verbs.KINDS,
        *joint.KINDS,
    )
    register_pack()
    sides.register(
        Side(name=side.SIDE, template="fieldwork/_side.html", panel=side.panel, buttons=side.buttons)
    )
