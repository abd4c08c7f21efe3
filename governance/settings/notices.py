"""Public notice sheets of grids: where their QR code leads, and whom one calls to complain."""

from governance.settings.environment import env

# An address for citizens with {code}, such as https://example.gov.cn/report?grid={code}; without one the QR code
# dials the supervision phone.
NOTICE_LINK = env.text("NOTICE_LINK", "")
# Printed where neither the town nor a unit above it has a phone.
SUPERVISION_PHONE = env.text("SUPERVISION_PHONE", "12345")
