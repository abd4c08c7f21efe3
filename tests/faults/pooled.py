"""Settings of a server that a test starts: those of the tests, with the connection pool of production."""

from governance.settings import testing
from governance.settings.environment import env
from governance.settings.testing import *  # noqa: F403  # settings are names of a module

DATABASES = testing.DATABASES
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.number("DATABASE_POOL_MAX", 4, least=2),
    "timeout": 10,
}
