"""Sessions are Django's; only how one is read is ours: one statement, nothing for a key that is over or unknown."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from governance.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept(**values: Any) -> str:
    store = SessionStore()
    store.update(values)
    store.create()
    store.save()
    assert store.session_key is not None
    return str(store.session_key)


def test_it_is_read_in_one_statement(django_assert_num_queries: Any) -> None:
    key = kept(colour="青")
    with django_assert_num_queries(1):
        assert SessionStore(key)["colour"] == "青"


def test_nobody_chooses_a_key() -> None:
    store = SessionStore("0123456789abcdefghijklmnopqrstuv")
    assert store.get("colour") is None
    assert store.session_key is None


def test_what_is_over_is_over() -> None:
    key = kept(colour="青")
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert SessionStore(key).get("colour") is None
