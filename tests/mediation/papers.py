"""Props of papers: a hand that signs, and an agreement on its way to the seal."""

import base64
import io
from datetime import date

from PIL import Image, ImageDraw

from mediation.documents import signing
from mediation.models import SealKeeper
from tests.cast import MINUTE
from tests.mediation.props import Way, terms


def stroke(width: int = 300, height: int = 120, *, ink: bool = True, end: int = 40) -> str:
    """What the tablet sends: a PNG with a line on it, or an empty one."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(image).line(
            [(20, 90), (90, 20), (150, 80), (260, end)], fill=(20, 20, 60, 255), width=4
        )
    out = io.BytesIO()
    image.save(out, "PNG")
    return signing.PNG + base64.b64encode(out.getvalue()).decode()


def keeper(way: Way) -> None:
    """The mediator of the test city keeps the seal of the committee that has the case."""
    assert way.me.user is not None
    assert way.row.body is not None
    SealKeeper.objects.get_or_create(body=way.row.body, user=way.me.user, since=date(2020, 1, 1))


def drafted(way: Way) -> Way:
    """Up to a written draft."""
    way.to("mediating")
    way.do("draft", agreement=terms(way.row, way.at + MINUTE))
    return way


def sealed(way: Way) -> Way:
    """Up to the seal, by everybody's own hand."""
    drafted(way)
    keeper(way)
    for key in way.keys:
        signing.sign_for_party(way.row.pk, key, by=way.me, at=way.at, picture=stroke())
    signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke())
    signing.seal(way.row.pk, by=way.me, at=way.at)
    return way
