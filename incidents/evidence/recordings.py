"""Sound and video by their content: the boxes of an MP4 file, the frames of an MP3 file, a few plain marks."""

import itertools
from typing import BinaryIO, Final

from incidents.models import Attachment

Found = tuple[str, str, str]
Kind = Attachment.Kind
MP4: Final[Found] = (Kind.VIDEO, "video/mp4", ".mp4")
QUICKTIME: Final[Found] = (Kind.VIDEO, "video/quicktime", ".mov")
M4A: Final[Found] = (Kind.SOUND, "audio/mp4", ".m4a")
MP3: Final[Found] = (Kind.SOUND, "audio/mpeg", ".mp3")
AMR: Final[Found] = (Kind.SOUND, "audio/amr", ".amr")
WAV: Final[Found] = (Kind.SOUND, "audio/wav", ".wav")
OGG: Final[Found] = (Kind.SOUND, "audio/ogg", ".ogg")

# Stills of phones and browsers come in the same box as MP4; what they hold, nobody here can show.
STILL_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "}
)
SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
MAX_BOXES = 4_000
MP3_WINDOW = 16 * 1024
BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def mp4_kind(file: BinaryIO, size: int, head: bytes) -> Found | None:
    """A video or a recording whose boxes fill the file exactly and describe a film; None for anything else."""
    brand = head[8:12]
    if brand in STILL_BRANDS or not _has_film(file, size):
        return None
    if brand in SOUND_BRANDS:
        return M4A
    return QUICKTIME if brand == b"qt  " else MP4


def _has_film(file: BinaryIO, size: int) -> bool:
    offset, names = 0, set()
    for _n in range(MAX_BOXES):
        if offset == size:
            return b"moov" in names
        file.seek(offset)
        header = file.read(16)
        length, name = int.from_bytes(header[:4], "big"), header[4:8]
        least = 8
        if length == 1:
            length, least = int.from_bytes(header[8:16], "big"), 16
        elif length == 0:
            length = size - offset
        if length < least or offset + length > size or not name.isascii():
            return False
        names.add(name)
        offset += length
    return False


def sound_kind(file: BinaryIO, size: int, head: bytes) -> Found | None:
    """A sound recording; None for anything else."""
    if head.startswith(b"#!AMR\n"):
        return AMR
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"OggS\x00"):
        return OGG
    if head.startswith(b"ID3") or head[:1] == b"\xff":
        return MP3 if _has_frames(file, size, head) else None
    return None


def _has_frames(file: BinaryIO, size: int, head: bytes) -> bool:
    """Two frames, one after the other, behind the tag."""
    start = 0
    if head.startswith(b"ID3"):
        start = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False)
        )
    file.seek(min(start, size))
    window = file.read(MP3_WINDOW)
    spots = itertools.islice((at for at in range(len(window) - 4) if window[at] == 0xFF), 64)
    for at in spots:
        length = frame_length(window[at : at + 4])
        if length and frame_length(window[at + length : at + length + 4]):
            return True
    return False


def frame_length(header: bytes) -> int:
    """The bytes of an MPEG audio frame of layer III with this header; 0 where it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = (header[1] >> 3) & 3, (header[1] >> 1) & 3
    bitrate, rate = header[2] >> 4, (header[2] >> 2) & 3
    if version == 1 or layer != 1 or bitrate in {0, 15} or rate == 3:
        return 0
    kilobits = BITRATES[1 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // RATES[version][rate] + ((header[2] >> 1) & 1)
