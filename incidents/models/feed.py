"""How far the feed of events is complete."""

from django.utils.translation import pgettext_lazy

from governance.foundation.horizon import Horizon


class StepHorizon(Horizon):
    """The mark of the steps, see `incidents.feed`."""

    class Meta(Horizon.Meta):
        verbose_name = pgettext_lazy("model", "mark of the event feed")
        verbose_name_plural = pgettext_lazy("model", "marks of the event feed")
