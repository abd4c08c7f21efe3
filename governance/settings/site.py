"""The settings of a running site. Every value that differs between sites is an environment variable."""

from governance.settings.api import *
from governance.settings.applications import *
from governance.settings.cache import *
from governance.settings.database import *
from governance.settings.evidence import *
from governance.settings.i18n import *
from governance.settings.logging import *
from governance.settings.map import *
from governance.settings.messages import *
from governance.settings.notices import *
from governance.settings.push import *
from governance.settings.sealing import *
from governance.settings.security import *
from governance.settings.static import *
from governance.settings.webhooks import *
