"""Filters that people follow: once a ticket, only what they may see, bounded, safe to run twice and beside itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.command.models import FollowCursor, FollowedTicket, Following
from governance.command.searching import following
from governance.command.searching.following import follow, pin, pinned_of, tell_followers
from governance.command.tasks import tell_followers as task
from governance.foundation.errors import Conflict, Forbidden, NotFound
from incidents import saved, transitions
from incidents.models import Notice, SavedFilter
from tests.cast import HOUR, LITTER, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
LATER = MONDAY + HOUR


@pytest.fixture
def litter(cast: Cast) -> SavedFilter:
    """The town's open tickets about litter, shared with its unit."""
    row = saved.save(cast.town, page="list", name="垃圾在办", query=f"category={LITTER}&open=1", at=MONDAY)
    return saved.share(cast.town, row.pk, to=f"{cast.town.unit_id}:", at=MONDAY)


def told(by: Any) -> list[str]:
    return list(
        Notice.objects.filter(user_id=by.user_id, key__startswith="follow:").values_list("title", flat=True)
    )


class TestTelling:
    def test_a_ticket_that_comes_to_match_is_told_once(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket
    ) -> None:
        before = make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 0, "nobody follows anything"
        follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        fresh = make_ticket("accepted", category=LITTER, title="桶边垃圾未清")
        make_ticket("accepted")
        transitions.urge(before.pk, by=cast.dispatcher, at=LATER, opinion="请抓紧")
        assert tell_followers(at=LATER) == 1
        assert told(cast.town) == [f"垃圾在办：{fresh.number} 桶边垃圾未清"]
        notice = Notice.objects.get(user_id=cast.town.user_id, key__startswith="follow:")
        assert (notice.url, notice.ticket_id, notice.topic) == (fresh.get_absolute_url(), fresh.pk, "other")
        transitions.urge(fresh.pk, by=cast.dispatcher, at=LATER, opinion="请抓紧")
        assert tell_followers(at=LATER) == task() == 0
        assert len(told(cast.town)) == 1

    def test_a_ticket_that_is_changed_into_matching_is_told(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket
    ) -> None:
        late = saved.save(cast.town, page="list", name="已派遣", query="state=dispatched", at=MONDAY)
        ticket = make_ticket("accepted")
        follow(cast.town, late.pk, is_on=True, at=MONDAY)
        assert tell_followers(at=LATER) == 0
        transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=LATER)
        assert tell_followers(at=LATER) == 1

    def test_everybody_hears_of_what_he_or_she_may_see(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket
    ) -> None:
        follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        with pytest.raises(NotFound):
            follow(cast.far_town, litter.pk, is_on=True, at=MONDAY)
        own = saved.save(cast.far_town, page="list", name="全部", query="open=1", at=MONDAY)
        follow(cast.far_town, own.pk, is_on=True, at=MONDAY)
        make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 1
        assert told(cast.far_town) == []

    def test_no_longer_shared_or_in_office_means_silence(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket
    ) -> None:
        mate = User.objects.create_user("mate", name="同事", unit=cast.town.user.unit)  # type: ignore[union-attr]
        Following.objects.create(user=mate, saved=litter, is_telling=True, created_at=MONDAY)
        follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 1, "the colleague holds no appointment"
        assert Notice.objects.filter(user=mate).count() == 0

    def test_bounded_a_day_and_the_rest_is_summed_up(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(following, "MOST_A_DAY", 2)
        monkeypatch.setattr(following, "STEPS", 3)
        follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        for _n in range(3):
            make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 2
        assert [words for words in told(cast.town) if "超过" in words] == ["垃圾在办：今日新增工单超过 2 件"]
        make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 0
        assert len(told(cast.town)) == 3
        make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER + timedelta(days=1)) == 1
        assert FollowedTicket.objects.filter(is_told=False).count() == 2

    def test_one_that_cannot_be_asked_stops_nobody(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken = saved.save(cast.town, page="list", name="坏的", query="open=1", at=MONDAY)
        for row in (broken, litter):
            follow(cast.town, row.pk, is_on=True, at=MONDAY)
        ask = following._asked

        def asked(actor: Any, view: SavedFilter, at: Any, **more: Any) -> Any:
            if view.pk == broken.pk:
                raise RuntimeError("broken")
            return ask(actor, view, at, **more)

        monkeypatch.setattr(following, "_asked", asked)
        make_ticket("accepted", category=LITTER)
        assert tell_followers(at=LATER) == 1
        assert FollowCursor.objects.get().step_id > 0


class TestFollowing:
    def test_on_and_off_is_on_record_and_keeps_no_empty_rows(self, cast: Cast, litter: SavedFilter) -> None:
        follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        follow(cast.town, litter.pk, is_on=True, at=MONDAY + MINUTE)
        pin(cast.town, litter.pk, is_on=True, at=MONDAY)
        assert [row.pk for row in pinned_of(cast.town)] == [litter.pk]
        follow(cast.town, litter.pk, is_on=False, at=MONDAY)
        pin(cast.town, litter.pk, is_on=False, at=MONDAY)
        assert not Following.objects.exists()
        verbs = (
            AuditEntry.objects.filter(verb__startswith="search.")
            .order_by("pk")
            .values_list("verb", flat=True)
        )
        assert list(verbs) == ["search.follow", "search.unfollow"]
        assert pinned_of(cast.town) == []

    def test_too_many_and_too_wide_is_refused(
        self, cast: Cast, litter: SavedFilter, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_ticket("accepted", category=LITTER)
        monkeypatch.setattr(following, "MOST_KNOWN", 0)
        with pytest.raises(Conflict, match="缩小范围"):
            follow(cast.town, litter.pk, is_on=True, at=MONDAY)
        for name, deed in (("MOST_PINNED", pin), ("MOST_TELLING", follow)):
            monkeypatch.setattr(following, name, 0)
            with pytest.raises(Conflict, match="最多"):
                deed(cast.town, litter.pk, is_on=True, at=MONDAY)
        with pytest.raises(Forbidden):
            pin(cast.system, litter.pk, is_on=True, at=MONDAY)
        assert not Following.objects.exists()

    def test_the_page_and_the_box(self, cast: Cast, litter: SavedFilter, client: Client) -> None:
        assert cast.town.user is not None
        client.force_login(cast.town.user)
        assert client.get("/search/box/?q=").json()["groups"] == []
        for deed in ("pin", "follow"):
            assert client.post(f"/search/saved/{litter.pk}/{deed}/").status_code == 302
        assert client.post(f"/search/saved/{litter.pk}/else/").status_code == 404
        assert client.get(f"/search/saved/{litter.pk}/pin/").status_code == 405
        page = client.get("/search/saved/").content.decode()
        assert "类别:" in page
        assert page.count('aria-pressed="true"') == 2
        assert [hit["label"] for hit in client.get("/search/box/?q=").json()["groups"][0]["hits"]] == [
            "垃圾在办"
        ]
        for deed in ("unpin", "unfollow"):
            client.post(f"/search/saved/{litter.pk}/{deed}/")
        assert not Following.objects.exists()
        client.force_login(cast.far_town.user)  # type: ignore[arg-type]
        assert client.post(f"/search/saved/{litter.pk}/pin/").status_code == 404
