"""Where evidence is stored and who looks through it: this machine's disk or an S3-compatible store; a virus scanner.

Without S3_BUCKET files lie under MEDIA_ROOT. Without ATTACHMENT_SCANNER nothing is scanned, and pages say so.
"""

from typing import Any

from governance.settings.environment import Environment, env
from governance.settings.static import STORAGES


def s3_store(env: Environment) -> dict[str, Any]:
    """The storage of a bucket. Its library is loaded here only: a site that stores on disk does not pay for it."""
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.url("S3_ENDPOINT", ["http", "https"]).geturl(),
            "region_name": env.text("S3_REGION", "us-east-1"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "default_acl": None,
            "file_overwrite": True,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if env.flag("S3_PATH_STYLE", True) else "virtual"},
                # Stores other than Amazon's do not know the newer checksums in trailers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
            ),
        },
    }


if env.text("S3_BUCKET", ""):
    STORAGES["default"] = s3_store(env)

# The class of a scanner, such as incidents.evidence.clamd.Clamd; empty: files are not scanned.
ATTACHMENT_SCANNER = env.text("ATTACHMENT_SCANNER", "")
CLAMD_HOST = env.text("CLAMD_HOST", "127.0.0.1")
CLAMD_PORT = env.number("CLAMD_PORT", 3310, least=1, most=65535)
CLAMD_TIMEOUT_SECONDS = env.number("CLAMD_TIMEOUT_SECONDS", 30, least=1, most=300)
