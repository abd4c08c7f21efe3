"""What everybody may read of a request: no person, and no words before somebody of the centre has read them.

Facts (service, status, times, place on the map, who is responsible) are shown at once. The words of the reporter and of
the place are shown when the ticket has been accepted, without numbers that lead to a person and without the reporter's
name. Pictures and the addresses of pictures are shown to nobody but the system that sent them.
"""

import re
from collections.abc import Collection

NUMBERS = re.compile(r"(?<![0-9])(?:[0-9][ -]?){6,}[0-9Xx]")
"""Telephones, identity cards, bank cards: seven digits and more, also with blanks and hyphens."""
MAILS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
PLATES = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. -]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
ROOMS = re.compile(r"[0-9０-９A-Za-z一二三四五六七八九十]+(?=\s*(?:栋|幢|座|单元|室|房|户))")
"""What tells the flat; the number of the house stays, since the place of a matter has to be found."""
SHORTEST_NAME = 2
STAR = "***"


def public_words(text: str, names: Collection[str] = ()) -> str:
    """The text without what leads to a person; `names` are those of the reporter."""
    for name in sorted((name.strip() for name in names), key=len, reverse=True):
        if len(name) >= SHORTEST_NAME:
            text = text.replace(name, STAR)
    for pattern in (MAILS, PLATES, NUMBERS):
        text = pattern.sub(STAR, text)
    return text


def public_address(text: str) -> str:
    """The place without flats, telephones and plates."""
    return public_words(ROOMS.sub("*", text))
