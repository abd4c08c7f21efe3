"""The state tables of knowledge as data: an entry that answers, and a question that waits for a person. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class EntryState(TextChoices):
    """Of one edition of an entry: written, shown to everybody, followed by a newer edition, taken back."""

    DRAFT = "draft", pgettext_lazy("knowledge state", "Draft")
    PUBLISHED = "published", pgettext_lazy("knowledge state", "Published")
    REPLACED = "replaced", pgettext_lazy("knowledge state", "Replaced by a newer edition")
    WITHDRAWN = "withdrawn", pgettext_lazy("knowledge state", "Withdrawn")


class QuestionState(TextChoices):
    """From the asking to the answer."""

    ASKED = "asked", pgettext_lazy("question state", "To be answered")
    ANSWERED = "answered", pgettext_lazy("question state", "Answered")
    PASSED_ON = "passed_on", pgettext_lazy("question state", "Made a ticket")
    DROPPED = "dropped", pgettext_lazy("question state", "No question")


E, Q = EntryState, QuestionState
OWN, SCOPE = Reach.OWN, Reach.SCOPE
CENTRE: Final[Who] = {
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.OVERSIGHT_OFFICER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
}
WRITERS: Final[Who] = {**CENTRE, Role.DEPT_LEAD.value: OWN, Role.DEPT_HANDLER.value: OWN}
"""The centre and the towns inside their own area; departments what their unit answers for."""
REVIEWERS: Final[Who] = {
    Role.OVERSIGHT_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
    Role.DEPT_LEAD.value: OWN,
}
"""Who answers for what residents read; never the person who wrote it."""
ANSWERERS: Final[Who] = {
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
    Role.COMMUNITY_STAFF.value: SCOPE,
}
"""A question falls to the duty officer; towns and communities answer those of their own place as well."""
WATCHERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.LEADER})
"""See the questions of their place without a hand in them."""


def _text(name: str, label: Text, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, help=help_text)


REASON: Final = _text("opinion", pgettext_lazy("knowledge", "Reason"))

ENTRY_TABLE: Final = StateTable(
    EntryState,
    {
        verb.name: verb
        for verb in (
            Verb(
                name="prepare",
                label=pgettext_lazy("knowledge", "Write an entry"),
                sources=frozenset(),
                target=E.DRAFT,
                who=WRITERS,
            ),
            Verb(
                name="edit",
                label=pgettext_lazy("knowledge", "Edit"),
                sources=frozenset({E.DRAFT}),
                target=E.DRAFT,
                who=WRITERS,
            ),
            Verb(
                name="publish",
                label=pgettext_lazy("knowledge", "Publish"),
                sources=frozenset({E.DRAFT}),
                target=E.PUBLISHED,
                who=REVIEWERS,
                guard=pgettext_lazy(
                    "knowledge",
                    "Somebody else than its author; it answers at once and replaces the edition before it",
                ),
            ),
            Verb(
                name="revise",
                label=pgettext_lazy("knowledge", "Write a new edition"),
                sources=frozenset({E.PUBLISHED}),
                target="",
                who=WRITERS,
                guard=pgettext_lazy(
                    "knowledge", "The present edition goes on answering until the new one is published"
                ),
                aside=True,
            ),
            Verb(
                name="confirm",
                label=pgettext_lazy("knowledge", "Still right"),
                sources=frozenset({E.PUBLISHED}),
                target="",
                who=REVIEWERS,
                needs=(
                    Need(
                        name="review_on",
                        kind=NeedKind.DATE,
                        label=pgettext_lazy("knowledge", "To be reviewed by"),
                    ),
                ),
                aside=True,
            ),
            Verb(
                name="withdraw",
                label=pgettext_lazy("knowledge", "Withdraw"),
                sources=frozenset({E.DRAFT, E.PUBLISHED}),
                target=E.WITHDRAWN,
                who=REVIEWERS,
                needs=(REASON,),
                guard=pgettext_lazy("knowledge", "Residents do not find it any more"),
                dangerous=True,
            ),
        )
    },
    frozenset({E.DRAFT, E.PUBLISHED}),
)

QUESTION_TABLE: Final = StateTable(
    QuestionState,
    {
        verb.name: verb
        for verb in (
            Verb(
                name="answer",
                label=pgettext_lazy("knowledge", "Answer"),
                sources=frozenset({Q.ASKED}),
                target=Q.ANSWERED,
                who=ANSWERERS,
                needs=(_text("answer", pgettext_lazy("knowledge", "Answer")),),
                guard=pgettext_lazy(
                    "knowledge", "The asker reads it with the number and the end of the phone"
                ),
            ),
            Verb(
                name="pass_on",
                label=pgettext_lazy("knowledge", "Make it a ticket"),
                sources=frozenset({Q.ASKED}),
                target=Q.PASSED_ON,
                who=ANSWERERS,
                needs=(
                    Need(
                        name="category", kind=NeedKind.CATEGORY, label=pgettext_lazy("knowledge", "Category")
                    ),
                ),
                guard=pgettext_lazy(
                    "knowledge",
                    "Where something has to be done; the asker follows it by the ticket's number",
                ),
            ),
            Verb(
                name="drop",
                label=pgettext_lazy("knowledge", "No question"),
                sources=frozenset({Q.ASKED}),
                target=Q.DROPPED,
                who=ANSWERERS,
                needs=(REASON,),
                guard=pgettext_lazy("knowledge", "Advertising, abuse, or nothing that can be answered"),
                dangerous=True,
            ),
        )
    },
    frozenset({Q.ASKED}),
)
