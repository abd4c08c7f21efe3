"""Log lines carry the id of the request that caused them."""

import logging

from governance.foundation.requests import REQUEST_ID


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record; a dash outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = REQUEST_ID.get() or "-"
        return True
