"""The carrier that comes along: it writes to the log, masked, and delivers to nobody."""

import logging
import re

from followup.messages import Outgoing
from governance.foundation.masking import mask_phone

logger = logging.getLogger("followup.messages")
TOKEN = re.compile(r"(/c/[a-z]+/)[^\s/]+")


class ConsoleBackend:
    """For demonstrations and for sites whose gateway is not connected yet."""

    def send(self, message: Outgoing) -> str:
        """Log the message without the number and without the word that opens the link."""
        text = TOKEN.sub(r"\1…", message.text)
        logger.info("message %s (%s) to %s: %s", message.key, message.kind, mask_phone(message.phone), text)
        return f"console-{message.key}"
