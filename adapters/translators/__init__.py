"""The translators that come with the platform: a WeChat account, a town's app, an SMS gateway, call recordings."""

from adapters.contract import Speaks
from adapters.translators.recordings import Recordings
from adapters.translators.sms import ShortMessages
from adapters.translators.town_app import TownApp
from adapters.translators.wechat import WeChat
from adapters.translators.wechat_sealed import SealedWeChat

SHIPPED: tuple[Speaks, ...] = (WeChat(), SealedWeChat(), TownApp(), ShortMessages(), Recordings())
