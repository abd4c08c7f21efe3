"""Pages by key: forwards and back, no row twice, strange cursors are refused."""

import pytest

from governance.foundation.errors import Invalid
from staffing.models import Term
from staffing.views.keysets import key_page

ORDERS = (("sequence", "pk"), ("-sequence", "-pk"), ("kind", "name", "pk"))


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS)
def test_forwards_and_back(order: tuple[str, ...]) -> None:
    Term.objects.bulk_create(
        Term(kind="identity", code=f"c{n}", name=f"名{n % 3}", sequence=n % 4) for n in range(23)
    )
    whole = list(Term.objects.order_by(*order))
    seen, cursor, pages = [], "", []
    while cursor is not None:
        page = key_page(Term.objects.all(), order, cursor, size=5)
        seen += page.rows
        pages.append(page)
        cursor = page.next
    assert seen == whole
    back = key_page(Term.objects.all(), order, pages[2].previous or "", size=5)
    assert list(back.rows) == list(pages[1].rows)
    assert key_page(Term.objects.all(), order, back.previous or "", size=5).previous is None
    assert pages[0].previous is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["x", "%%%", "WyJuIiwgMV0", "WyJ6IiwgMSwgMl0", "WyJuIiwgInkiLCAieCJd", "bnVsbA"]
)
def test_strange_cursors(cursor: str) -> None:
    with pytest.raises(Invalid):
        key_page(Term.objects.all(), ("sequence", "pk"), cursor)
