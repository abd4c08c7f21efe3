"""What the people sheet consists of: columns in order, and the kind of file it is."""

from typing import Final

COLUMNS: Final = ("name", "phone", "username", "unit", "grid", "post", "from", "to")
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
