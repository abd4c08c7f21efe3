"""Quick filters: one value of the query more or less."""

from django.template import Context, Template
from django.test import RequestFactory


def on(query: str, tag: str, **context: object) -> str:
    request = RequestFactory().get(f"/{query}")
    return Template("{% load chips %}" + tag).render(Context({"request": request, **context}))


STATES = [("a", "甲 <b>"), ("b c", "乙")]


class TestChips:
    def test_each_chip_adds_its_value_and_restarts_paging(self) -> None:
        assert on("?town=1&cursor=x", '{% chips "state" states %}', states=STATES) == (
            '<a class="chip" href="?town=1&amp;state=a">甲 &lt;b&gt;</a>'
            '<a class="chip" href="?town=1&amp;state=b+c">乙</a>'
        )

    def test_one_that_is_on_takes_its_value_out(self) -> None:
        html = on("?state=a&state=b+c&q=%3C", '{% chips "state" states %}', states=STATES)
        assert 'is-on" href="?state=b+c&amp;q=%3C" aria-current="true"' in html
        assert 'is-on" href="?state=a&amp;q=%3C" aria-current="true"' in html

    def test_flags(self) -> None:
        html = on("?late=1", "{% flag_chips flags %}", flags=[("late", "逾期"), ("mine", "我的")])
        assert 'is-on" href="?" aria-current="true"' in html
        assert 'class="chip" href="?late=1&amp;mine=1"' in html

    def test_without_a_request(self) -> None:
        template = Template('{% load chips %}{% chips "state" states %}')
        assert 'href="?state=a"' in template.render(Context({"states": STATES}))


def test_options_of_a_select() -> None:
    assert on("?state=a", '{% option_list "state" states %}', states=STATES) == (
        '<option value="a" selected>甲 &lt;b&gt;</option><option value="b c">乙</option>'
    )
