"""A receiver of webhooks (Standard Webhooks): checks each signature, answers at once, deals with every event once.

WEBHOOK_SECRET=whsec_… python receive_webhooks.py 8765
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_SECONDS = 300
secret = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
seen: set[str] = set()  # a table of yours in earnest


def is_genuine(headers: Message, body: bytes) -> bool:
    """Whether the platform has sent this, and lately. While a secret is changed there are two signatures."""
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(int(moment) - time.time()) > TOLERANCE_SECONDS:
        return False
    signed = f"{name}.{moment}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(wanted, item) for item in given)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 for what was taken, 401 for what is not the platform's."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not is_genuine(self.headers, body):
            self.send_response(401)
        else:
            name = self.headers["webhook-id"]
            if name not in seen:  # the same event may come more than once
                seen.add(name)
                event = json.loads(body)
                print("event", name, event["type"], flush=True)
            self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_parts: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print("listening", server.server_port, flush=True)
    server.serve_forever()
