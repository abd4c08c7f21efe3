"""The servers of this very test run."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_trigrams_of_chinese_text_are_not_empty():
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm('占道经营')")
        assert cursor.fetchone()[0]


def test_cache_is_a_real_server(clean_cache):
    cache.set("当前", 1)
    assert cache.get("当前") == 1
