"""Where evidence is stored and who looks through it: this machine's disk or an S3-compatible store; a virus scanner.

Without S3_BUCKET files lie under MEDIA_ROOT. Without ATTACHMENT_SCANNER nothing is scanned, and pages say so.
"""

from governance.settings.environment import env
from governance.settings.static import STORAGES

S3_BUCKET = env.text("S3_BUCKET", "")
if S3_BUCKET:
    _endpoint = env.url("S3_ENDPOINT", ["http", "https"]).geturl()
    STORAGES["default"] = {
        # Loaded with boto3 only where it is used: a process that stores on disk does not pay for it.
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": _endpoint,
            "region_name": env.text("S3_REGION", "us-east-1"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "addressing_style": "path" if env.flag("S3_PATH_STYLE", True) else "virtual",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": True,
        },
    }

# The class of a scanner, such as incidents.evidence.clamd.Clamd; empty: files are not scanned.
ATTACHMENT_SCANNER = env.text("ATTACHMENT_SCANNER", "")
CLAMD_HOST = env.text("CLAMD_HOST", "127.0.0.1")
CLAMD_PORT = env.number("CLAMD_PORT", 3310, least=1, most=65535)
CLAMD_TIMEOUT_SECONDS = env.number("CLAMD_TIMEOUT_SECONDS", 30, least=1, most=300)
