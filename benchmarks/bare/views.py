"""The bare view: Django REST framework, one INSERT, JSON."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.bare.models import BareRow


class BareView(APIView):
    """Stores what it is sent. Nobody is asked who he is, nothing is checked."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        sent: dict[str, str] = request.data  # type: ignore[assignment]  # a JSON object
        row = BareRow._default_manager.create(external_no=sent["external_no"], content=sent["content"])
        return Response({"id": row.pk, "external_no": row.external_no, "content": row.content}, status=201)
