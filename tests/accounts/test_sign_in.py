"""Signing in by name or phone, the lock after five failures, the time without a request, passwords."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import ValidationError, validate_password
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from governance.accounts import middleware, tasks
from governance.accounts.backends import NameOrPhoneBackend
from governance.accounts.models import User
from tests.cast import Cast
from tests.city import PASSWORD

pytestmark = pytest.mark.django_db

DUTY_PHONE = "13900000010"


def attempt(client: Client, username: str, password: str = PASSWORD, address: str = "10.0.0.1") -> Any:
    return client.post(reverse("login"), {"username": username, "password": password}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestTheTwoNames:
    @pytest.mark.parametrize("username", ["duty", DUTY_PHONE])
    def test_either_opens_the_door(self, cast: Cast, client: Client, username: str) -> None:
        answer = attempt(client, username)
        assert answer.status_code == 302
        assert client.session["_auth_user_id"] == str(cast.duty.user_id)

    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("duty", "wrong"),
            ("nobody", PASSWORD),
            ("", PASSWORD),
            ("duty", ""),
            ("13999999999", PASSWORD),
            ("DUTY", PASSWORD),
        ],
    )
    def test_anything_else_does_not(self, cast: Cast, client: Client, username: str, password: str) -> None:
        answer = attempt(client, username, password)
        assert answer.status_code == 200
        assert not is_in(client)

    def test_the_answer_does_not_say_whether_the_name_exists(self, cast: Cast, client: Client) -> None:
        def words(username: str) -> list[str]:
            form = attempt(client, username, "wrong").context["form"]
            return [str(text) for texts in form.errors.values() for text in texts]

        assert words("duty") == words("nobody-at-all")

    def test_a_phone_never_shadows_a_user_name(self, cast: Cast) -> None:
        twin = User.objects.create_user(DUTY_PHONE, "Other-2026-pass", name="同号")
        request = RequestFactory().post("/login/")
        assert authenticate(request, username=DUTY_PHONE, password="Other-2026-pass") == twin
        assert authenticate(request, username=DUTY_PHONE, password=PASSWORD) is None

    @pytest.mark.parametrize(("username", "password"), [(None, "x"), ("", "x"), ("duty", None)])
    def test_half_a_question_is_no_question(
        self, cast: Cast, username: str | None, password: str | None
    ) -> None:
        assert NameOrPhoneBackend().authenticate(None, username, password) is None

    def test_somebody_who_left_stays_out(self, cast: Cast, client: Client) -> None:
        User.objects.filter(username="duty").update(is_active=False)
        attempt(client, "duty")
        assert not is_in(client)

    def test_a_name_for_people(self, cast: Cast) -> None:
        user = User(username="x1")
        assert (str(user), user.get_full_name(), user.get_short_name()) == ("x1", "", "")
        assert User.objects.create_superuser("root", "x", name="根").is_superuser


class TestTheLock:
    def test_five_failures_lock_the_name_at_this_address(self, cast: Cast, client: Client) -> None:
        for count in range(1, 6):
            answer = attempt(client, "duty", "wrong")
            assert answer.status_code == (200 if count < 5 else 429), count
        assert attempt(client, "duty").status_code == 429
        assert not is_in(client)

    def test_another_address_and_another_name_are_free(self, cast: Cast, client: Client) -> None:
        for _count in range(6):
            attempt(client, "duty", "wrong")
        assert attempt(client, "duty", address="10.0.0.2").status_code == 302
        client.logout()
        assert attempt(client, "oversight").status_code == 302

    def test_after_a_quarter_of_an_hour_it_opens(self, cast: Cast, client: Client) -> None:
        for _count in range(5):
            attempt(client, "duty", "wrong")
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        for attempt_row in AccessAttempt.objects.all():
            if hasattr(attempt_row, "expiration"):
                attempt_row.expiration.expires_at = timezone.now() - timedelta(minutes=1)
                attempt_row.expiration.save()
        assert attempt(client, "duty").status_code == 302

    def test_a_success_wipes_the_slate(self, cast: Cast, client: Client) -> None:
        for _round in range(2):
            for _count in range(4):
                assert attempt(client, "duty", "wrong").status_code == 200
            assert attempt(client, "duty").status_code == 302
            client.logout()

    def test_unknown_names_lock_too(self, cast: Cast, client: Client) -> None:
        for _count in range(4):
            attempt(client, "ghost", "wrong")
        assert attempt(client, "ghost", "wrong").status_code == 429


class TestIdleness:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        class Clock:
            seconds = 1_000_000.0

            def time(self) -> float:
                return self.seconds

        own = Clock()
        monkeypatch.setattr(middleware, "time", own)
        return own

    @pytest.fixture
    def inside(self, cast: Cast, client: Client, clock: Any) -> Client:
        attempt(client, "duty")
        self.touch(client)
        return client

    def touch(self, client: Client, **headers: str) -> bool:
        """Any page; True while it is answered for somebody who is signed in."""
        answer = client.get(reverse("password_change"), headers=headers)
        return bool(answer.status_code == 200)

    def test_half_an_hour_without_a_request_ends_it(self, inside: Client, clock: Any) -> None:
        clock.seconds += 30 * 60
        assert self.touch(inside)
        clock.seconds += 30 * 60 + 1
        assert not self.touch(inside)
        assert not is_in(inside)

    def test_every_request_prolongs_it(self, inside: Client, clock: Any) -> None:
        for _count in range(5):
            clock.seconds += 20 * 60
            assert self.touch(inside)

    def test_it_is_written_at_most_once_a_minute(self, inside: Client, clock: Any) -> None:
        seen = inside.session[middleware.SEEN]
        clock.seconds += 59
        self.touch(inside)
        assert inside.session[middleware.SEEN] == seen
        clock.seconds += 1
        self.touch(inside)
        assert inside.session[middleware.SEEN] == seen + 60

    def test_a_screen_that_refreshes_itself_is_nobody(self, inside: Client, clock: Any) -> None:
        for _count in range(3):
            clock.seconds += 10 * 60
            assert self.touch(inside, **{"X-Live-Refresh": "1"})
        clock.seconds += 1
        assert not self.touch(inside, **{"X-Live-Refresh": "1"}), "nor does it go on for ever"

    def test_strangers_are_not_looked_at(self, cast: Cast, client: Client, clock: Any) -> None:
        assert not self.touch(client)
        client.cookies["governance_session"] = "forged"
        assert not self.touch(client)


def test_sessions_that_ended_are_removed(cast: Cast, client: Client) -> None:
    attempt(client, "duty")
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    tasks.clear_sessions()
    assert not Session.objects.exists()


class TestPasswords:
    @pytest.mark.parametrize("password", ["short1", "1234567890123", "password12345"])
    def test_weak_ones_are_refused(self, cast: Cast, password: str) -> None:
        with pytest.raises(ValidationError):
            validate_password(password, cast.duty.user)

    def test_a_good_one_passes(self, cast: Cast) -> None:
        validate_password("Wang-ge-2026-hua", cast.duty.user)

    def test_changing_it(self, cast: Cast, client: Client) -> None:
        attempt(client, "duty")
        answer = client.post(
            reverse("password_change"),
            {
                "old_password": PASSWORD,
                "new_password1": "Wang-ge-2026-hua",
                "new_password2": "Wang-ge-2026-hua",
            },
        )
        assert answer.status_code == 302
        client.logout()
        assert attempt(client, "duty").status_code == 200
        assert attempt(client, "duty", "Wang-ge-2026-hua").status_code == 302
