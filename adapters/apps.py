"""Other systems' fields and codes turned into ours: mappings with versions, a test bench, small translators."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class AdaptersConfig(AppConfig):
    name = "adapters"
    verbose_name = pgettext_lazy("app", "Channel adapters")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from adapters.contract import register
        from adapters.panel import SIDE
        from adapters.translators import SHIPPED
        from incidents import sides

        for translator in SHIPPED:
            register(translator)
        sides.register(SIDE)
