"""A scanner over TCP: clamd's INSTREAM command, each file in a connection of its own."""

import socket
from typing import BinaryIO, Final

from django.conf import settings

from incidents.evidence.scanning import ScannerAway, Verdict

CHUNK: Final = 256 * 1024
MOST_ANSWER: Final = 4096


class Clamd:
    """The daemon at CLAMD_HOST and CLAMD_PORT. Its StreamMaxLength has to be as large as the largest attachment."""

    def scan(self, file: BinaryIO) -> Verdict:
        """The daemon's verdict. Raises ScannerAway where it gives none."""
        address = (settings.CLAMD_HOST, settings.CLAMD_PORT)
        try:
            with socket.create_connection(address, timeout=settings.CLAMD_TIMEOUT_SECONDS) as link:
                answer = _ask(link, file)
        except OSError as error:
            raise ScannerAway(f"clamd at {address[0]}:{address[1]}: {error}") from error
        return verdict_of(answer)


def _ask(link: socket.socket, file: BinaryIO) -> str:
    link.sendall(b"zINSTREAM\0")
    while piece := file.read(CHUNK):
        link.sendall(len(piece).to_bytes(4, "big") + piece)
    link.sendall(bytes(4))
    answer = b""
    while b"\0" not in answer and len(answer) < MOST_ANSWER:
        part = link.recv(MOST_ANSWER)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def verdict_of(answer: str) -> Verdict:
    """`stream: OK` or `stream: <name> FOUND`. Raises ScannerAway for anything else."""
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return Verdict(is_clean=True)
    if words.endswith(" FOUND"):
        return Verdict(is_clean=False, name=words.removesuffix(" FOUND"))
    raise ScannerAway(f"clamd: {answer[:100] or 'no answer'}")
