"""Messages to citizens: who carries them, and the address that links in them begin with."""

from governance.settings.environment import env

# A class with `send(outgoing) -> receipt`, see docs/followup.md. The one that comes along writes to the log only.
MESSAGE_BACKEND = env.text("MESSAGE_BACKEND", "followup.messages.backends.ConsoleBackend")
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")
