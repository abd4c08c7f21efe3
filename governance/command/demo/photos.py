"""A handful of small drawn street scenes, before and after: evidence that shows something and weighs little."""

import hashlib
import io
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from governance.accounts.actors import Actor
from governance.command.demo.plan import SEED
from incidents.models import Attachment

SIZE: Final = (640, 480)
THUMBNAIL: Final = (240, 180)
SCENES: Final = 6
FOLDER: Final = "demo"
WALLS: Final = ("#c9b79c", "#b8c4c9", "#d3c3ae", "#a9b8a4", "#c7aea6", "#bdb6c6")
LITTER: Final = ("#3d5a3a", "#7a4b2a", "#2f4a6b", "#8a8a8a", "#6b2f2f", "#c2a13a")


@dataclass(frozen=True)
class Picture:
    """A stored drawing, shared by many attachments."""

    path: str
    thumbnail: str
    size: int
    sha256: str

    def attachment(self, key: UUID, *, by: Actor, at: datetime) -> Attachment:
        """The row of one upload of this picture."""
        return Attachment(
            id=key,
            file=self.path,
            thumbnail=self.thumbnail,
            name=self.path.rpartition("/")[2],
            media_type="image/jpeg",
            size=self.size,
            sha256=self.sha256,
            width=SIZE[0],
            height=SIZE[1],
            uploader_id=by.user_id,
            client_id=by.client_id,
            received_at=at,
            taken_at=at,
        )


@dataclass(frozen=True)
class Album:
    """Pictures of the same places with the trouble and without it."""

    before: tuple[Picture, ...]
    after: tuple[Picture, ...]


def build_album() -> Album:
    """Draw and store what is not stored yet."""
    before = tuple(_store(scene, is_after=False) for scene in range(SCENES))
    return Album(before, tuple(_store(scene, is_after=True) for scene in range(SCENES)))


def _store(scene: int, *, is_after: bool) -> Picture:
    image = _draw(scene, is_after=is_after)
    content, small = _jpeg(image), _jpeg(image.resize(THUMBNAIL))
    stem = f"{FOLDER}/scene-{scene + 1}-{'after' if is_after else 'before'}"
    for path, data in ((f"{stem}.jpg", content), (f"{stem}-small.jpg", small)):
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(data))
    return Picture(f"{stem}.jpg", f"{stem}-small.jpg", len(content), hashlib.sha256(content).hexdigest())


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _draw(scene: int, *, is_after: bool) -> Image.Image:
    rng = random.Random(SEED + scene)
    image = Image.new("RGB", SIZE, "#bcd3e6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 250, 640, 330), fill="#9a9a94")
    draw.rectangle((0, 330, 640, 480), fill="#5d5f63")
    for left in range(20, 640, 120):
        draw.rectangle((left, 412, left + 60, 420), fill="#d8d8d0")
    for number in range(4):
        _house(draw, rng, 10 + number * 160)
    for left in (150, 470):
        draw.rectangle((left, 190, left + 10, 270), fill="#6b4f35")
        draw.ellipse((left - 35, 120, left + 45, 215), fill="#5c8a4f")
    troubles = rng.sample(range(3), 2)
    if not is_after:
        for trouble in troubles:
            (_heap, _stall, _puddle)[trouble](draw, rng)
    return image


def _house(draw: ImageDraw.ImageDraw, rng: random.Random, left: int) -> None:
    top = rng.randint(40, 120)
    draw.rectangle((left, top, left + 140, 250), fill=rng.choice(WALLS), outline="#6f675c")
    for x in range(left + 16, left + 120, 36):
        for y in range(top + 14, 190, 34):
            draw.rectangle((x, y, x + 20, y + 20), fill=rng.choice(("#506a7d", "#6d8798", "#e6d79a")))
    draw.rectangle((left + 10, 205, left + 130, 222), fill=rng.choice(("#a33b32", "#2f6a9a", "#3c7a4e")))


def _heap(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    centre = rng.randint(140, 420)
    for _n in range(46):
        x, y = centre + rng.gauss(0, 42), 312 + rng.gauss(0, 14)
        radius = rng.randint(7, 19)
        draw.ellipse((x, y - radius, x + 2 * radius, y + radius), fill=rng.choice(LITTER))


def _stall(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    left = rng.randint(60, 460)
    draw.polygon([(left, 240), (left + 120, 240), (left + 104, 210), (left + 16, 210)], fill="#c2473a")
    draw.rectangle((left + 8, 282, left + 112, 318), fill="#b98a55")
    for x in range(left + 14, left + 104, 15):
        draw.ellipse((x, 272, x + 13, 285), fill=rng.choice(("#d9a13b", "#7fa33c", "#c24a3a")))


def _puddle(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    left = rng.randint(60, 380)
    draw.ellipse((left, 350, left + 210, 398), fill="#3f4a52")
    draw.ellipse((left + 30, 358, left + 150, 384), fill="#54636e")
