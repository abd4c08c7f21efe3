"""One signed request with nothing but the standard library: prints who the key belongs to."""

import hashlib
import hmac
import os
import secrets
import time
import urllib.request

url, key, secret = (os.environ[f"GOVERNANCE_{name}"] for name in ("URL", "KEY", "SECRET"))
method, target, body = "GET", "/api/v1/me", b""

timestamp, nonce = str(int(time.time())), secrets.token_urlsafe(18)
digest = hashlib.sha256(body).hexdigest()
lines = "\n".join(["v1", method, target, timestamp, nonce, digest])
signature = "v1=" + hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()

request = urllib.request.Request(
    url + target,
    headers={
        "Authorization": f"Bearer {key}",
        "X-Signature-Timestamp": timestamp,
        "X-Signature-Nonce": nonce,
        "X-Signature": signature,
    },
)
with urllib.request.urlopen(request) as answer:
    print(answer.read().decode())
