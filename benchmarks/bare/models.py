"""One plain table."""

from django.db import models


class BareRow(models.Model):
    """What the yardstick stores: a number from outside and some text."""

    external_no = models.CharField(max_length=80)
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"
        db_table = "bench_bare_row"

    def __str__(self) -> str:
        return self.external_no
