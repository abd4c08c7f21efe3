"""What a ticket holds of supervision, over REST: its tasks, instructions and appeals, and beginning one of them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    IdListField,
    StrictSerializer,
    TextField,
    read,
)
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from grids.api.callers import staff
from incidents.api.reading import UnitField
from supervision.api.showing import APPEAL, INSTRUCTION, TASK, AppealOut, InstructionOut, TaskDetail
from supervision.deeds.appealing import Objection, lodge
from supervision.deeds.instructing import Instruction, instruct
from supervision.deeds.ordering import Order, order_now
from supervision.frame import LONGEST
from supervision.models import Appeal, LeaderInstruction, SupervisionTask
from supervision.names import BY_HAND, AppealKind, Kind
from supervision.views.doors import supervised_ticket


class OrderIn(StrictSerializer):
    """A supervision of a ticket; its title is the ticket's."""

    kind = ChoiceField(Kind.choices)
    cause = ChoiceField([(cause.value, cause.label) for cause in BY_HAND])
    demands = TextField(max_length=LONGEST)
    unit = UnitField(max_length=40, required=False, help_text="Left out, the unit that answers for it.")
    limit_on = DayField(required=False, help_text="Left out, the limit of the kind counts.")


class InstructionIn(StrictSerializer):
    """What a leader wants, and until when he or she wants to be answered."""

    text = TextField(max_length=LONGEST)
    due_on = DayField()


class AppealIn(StrictSerializer):
    """What a unit objects to, and why."""

    kind = ChoiceField(AppealKind.choices)
    reason = TextField(max_length=LONGEST)
    files = IdListField(help_text="Ids of files that this caller has uploaded.")


ORDER_IN, INSTRUCTION_IN, APPEAL_IN = OrderIn(), InstructionIn(), AppealIn()


class TicketTasksView(ApiView):
    """The supervision of a ticket."""

    @extend_schema(
        operation_id="tickets_supervision_list",
        tags=["supervision"],
        responses={200: TaskDetail(many=True)},
        summary="Supervision tasks of a ticket that the caller may see, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        rows = SupervisionTask.objects.visible_to(by).filter(ticket=ticket).with_labels()
        return Response([TASK.show(row, by, at) for row in rows.order_by("-pk")])

    @extend_schema(
        operation_id="tickets_supervise",
        tags=["supervision"],
        request=OrderIn,
        responses={201: TaskDetail},
        summary="Supervise a ticket: the notice is sent at once. 409 with `number` while one is open already",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        data = read(ORDER_IN, request.data)
        order = Order(
            kind=data["kind"],
            cause=data["cause"],
            title=ticket.title,
            demands=data["demands"],
            unit_id=data.get("unit"),
            ticket=ticket,
            limit_on=data.get("limit_on"),
        )
        task = order_now(order, by=by, at=at)
        return Response(TASK.show(TASK.find(by, task.number), by, at), status=201)


class TicketInstructionsView(ApiView):
    """Leaders' instructions on a ticket."""

    @extend_schema(
        operation_id="tickets_instructions_list",
        tags=["supervision"],
        responses={200: InstructionOut(many=True)},
        summary="Leaders' instructions on a ticket that the caller may see, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        rows = LeaderInstruction.objects.visible_to(by).filter(ticket=ticket).select_related("ticket", "task")
        return Response([INSTRUCTION.show(row, by, at) for row in rows.order_by("-pk")])

    @extend_schema(
        operation_id="tickets_instruct",
        tags=["supervision"],
        request=InstructionIn,
        responses={201: InstructionOut},
        summary="Write an instruction. 409 with `number` where the same words are on their way already",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        data = read(INSTRUCTION_IN, request.data)
        row = instruct(Instruction(text=data["text"], due_on=data["due_on"], ticket=ticket), by=by, at=at)
        return Response(INSTRUCTION.show(INSTRUCTION.find(by, row.number), by, at), status=201)


class TicketAppealsView(ApiView):
    """Objections to the results of a ticket."""

    @extend_schema(
        operation_id="tickets_appeals_list",
        tags=["supervision"],
        responses={200: AppealOut(many=True)},
        summary="Appeals about a ticket that the caller may see, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        rows = Appeal.objects.visible_to(by).filter(ticket=ticket).select_related("unit", "ticket")
        return Response([APPEAL.show(row, by, at) for row in rows.order_by("-pk")])

    @extend_schema(
        operation_id="tickets_appeal",
        tags=["supervision"],
        request=AppealIn,
        responses={201: AppealOut},
        summary="Object to a result. 409 with `number` where it was objected to before",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        ticket = supervised_ticket(by, number)
        data = read(APPEAL_IN, request.data)
        wanted = Objection(kind=data["kind"], reason=data["reason"], files=data["files"])
        row = lodge(ticket.pk, wanted, by=by, at=at)
        return Response(APPEAL.show(APPEAL.find(by, row.number), by, at), status=201)
