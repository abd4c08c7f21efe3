"""The translators that come with the platform: a WeChat account, a town's app, an SMS gateway, call recordings."""

from adapters.contract import Speaks
from adapters.translators.recordings import Recordings
from adapters.translators.sms import ShortMessages
from adapters.translators.town_app import TownApp
from adapters.translators.wechat import WeChat

SHIPPED: tuple[Speaks, ...] = (WeChat(), TownApp(), ShortMessages(), Recordings())
