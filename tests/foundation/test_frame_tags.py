"""The template words of the frame: pure, so they are asked directly and through the smallest templates."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from governance.foundation.templatetags import frame

AT = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield


def render(source, **context):
    return Template("{% load frame %}" + source).render(Context(context))


def on(query, source, **context):
    return render(source, request=RequestFactory().get("/tickets/" + query), **context)


class Sample(forms.Form):
    title = forms.CharField(help_text="Short.")
    kind = forms.ChoiceField(choices=[("a", "A")])
    way = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    secret = forms.BooleanField(required=False)
    lon = forms.CharField(required=False)


class TestLamp:
    @pytest.mark.parametrize(
        ("name", "word"),
        [("green", "on time"), ("amber", "due soon"), ("red", "overdue"), ("grey", "no limit runs")],
    )
    def test_each_lamp_has_its_class_and_its_word(self, name, word):
        html = frame.lamp(name)
        assert f'class="lamp lamp-{name}"' in html
        assert f'<span class="visually-hidden">{word}</span>' in html

    @pytest.mark.parametrize("value", ["", None, "blue", '"><script>'])
    def test_anything_else_shows_nothing(self, value):
        assert frame.lamp(value) == ""
        assert frame.lamp_word(value) == ""

    def test_a_better_word_is_escaped(self):
        assert "&lt;b&gt;" in frame.lamp("red", "<b>")


class TestIcon:
    def test_decorative_without_a_label(self):
        assert frame.icon("bell") == '<i class="ti ti-bell" aria-hidden="true"></i>'

    def test_named_with_a_label(self):
        assert 'role="img" aria-label="Bell"' in frame.icon("bell", "Bell")


class TestTimes:
    def test_short_time_is_local_with_the_whole_on_hover(self):
        assert frame.short_time(AT) == (
            '<time class="tnum" datetime="2026-11-22T16:30:05+08:00" title="2026-11-22 16:30:05">11-22 16:30</time>'
        )

    def test_iso_time_carries_the_offset(self):
        assert frame.iso_time(AT) == "2026-11-22T16:30:05+08:00"

    def test_nothing_for_none(self):
        assert (frame.short_time(None), frame.full_time(None), frame.iso_time(None)) == ("", "", "")


class TestDuration:
    @pytest.mark.parametrize(
        ("minutes", "text"),
        [
            (0, "0 min"), (59, "59 min"), (60, "1 h"), (210, "3.5 h"), (-210, "3.5 h"), (1437, "24 h"),
            (1440, "1 d"), (3120, "2 d 4 h"), (2878, "2 d"), (59.6, "1 h"),
        ],
    )  # fmt: skip
    def test_natural_time(self, minutes, text):
        assert frame.duration(minutes) == text

    @pytest.mark.parametrize(
        ("minutes", "day", "text"),
        [
            (240, 480, "4 h"),
            (478, 480, "8 h"),
            (1200, 480, "2 wd 4 h"),
            (450, 450, "1 wd"),
            (449, 450, "7.5 h"),
        ],
    )
    def test_workdays_of_another_length(self, minutes, day, text):
        assert frame.duration(minutes, day) == text

    def test_unknown(self):
        assert frame.duration(None) == ""

    @pytest.mark.parametrize(
        ("minutes", "text"), [(35, "35 min left"), (0, "0 min left"), (-35, "35 min over"), (None, "")]
    )
    def test_left_or_over(self, minutes, text):
        assert frame.clock_left(minutes) == text


class TestQuery:
    def test_toggle_adds_and_restarts_paging(self):
        assert on("?state=a&cursor=x", "{% toggle_query 'state' 'b' %}") == "?state=a&amp;state=b"

    def test_toggle_takes_out(self):
        assert on("?state=a&state=b", "{% toggle_query 'state' 'a' %}") == "?state=b"
        assert on("?state=a", "{% toggle_query 'state' 'a' %}") == "?"

    def test_set_replaces_and_removes(self):
        assert on("?q=x&town=3", "{% set_query q='y' town=None %}") == "?q=y"

    def test_set_may_turn_the_page(self):
        assert on("?q=x&cursor=1", "{% set_query cursor='2' %}") == "?q=x&amp;cursor=2"

    def test_has(self):
        source = "{% has_query 'state' 'a' as yes %}{% has_query 'town' as no %}{{ yes }} {{ no }}"
        assert on("?state=a", source) == "True False"

    def test_without_a_request(self):
        assert render("{% set_query q='y' %}") == "?q=y"


class TestControl:
    def test_help_and_errors_are_tied_to_the_input(self):
        html = str(frame.control(Sample({})["title"]))
        assert 'class="form-control is-invalid"' in html
        assert 'aria-describedby="id_title_helptext id_title_error"' in html
        assert 'aria-invalid="true"' in html

    def test_attributes_and_classes(self):
        form = Sample()
        assert 'data-code="1"' in frame.control(form["title"], data_code="1")
        assert "form-select" in frame.control(form["kind"])
        assert 'class="form-check-input"' in frame.control(form["secret"])
        assert "choices" in frame.control(form["way"])

    def test_kinds(self):
        form = Sample()
        assert frame.is_choice_list(form["way"])
        assert not frame.is_choice_list(form["kind"])
        assert frame.is_tick(form["secret"])

    def test_hidden_inputs_are_kept_by_drafts(self):
        html = str(frame.hidden(Sample()["lon"]))
        assert 'type="hidden"' in html
        assert "data-draft-keep" in html


class TestImportMap:
    def modules(self, html):
        return json.loads(re.search(r">(\{.*\})<", html).group(1))["imports"]

    def test_bare_names_lead_to_static_files(self):
        request = SimpleNamespace(csp_nonce="n0nce")
        html = render("{% import_map %}", request=request)
        assert '<script type="importmap" nonce="n0nce">' in html
        imports = self.modules(html)
        assert imports["governance/clock"].endswith("governance/js/clock.mjs")
        assert imports["maplibre-gl"].endswith("maplibre-gl.mjs")

    def test_a_page_adds_its_own(self):
        html = render("{% import_map extra %}", extra=["incidents/js/board.mjs"])
        assert self.modules(html)["incidents/board"].endswith("incidents/js/board.mjs")

    def test_every_module_is_named_and_every_name_is_a_module(self, settings):
        files = {path.stem for path in (settings.BASE_DIR / "static/governance/js").glob("*.mjs")}
        assert files == set(frame.SCRIPTS)


def test_at_is_the_value_or_nothing():
    assert frame.at([1, 2], 1) == 2
    assert frame.at([1, 2], 2) == ""


def test_clock_part_carries_what_the_script_ticks():
    source = '{% include "parts/_clock.html" with lamp="amber" due=at left=35 day=480 runs_from=at runs_until=at %}'
    html = render(source, at=AT)
    assert "data-clock" in html
    assert 'data-due="2026-11-22T16:30:05+08:00"' in html
    assert 'data-left="35" data-day="480"' in html
    assert "35 min left" in html


def test_paused_clock_does_not_tick():
    html = render('{% include "parts/_clock.html" with lamp="grey" due=at paused="waiting" %}', at=AT)
    assert "data-clock" not in html
    assert "waiting" in html


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
def test_error_pages_need_no_context_no_script_and_no_database(code):
    html = render(f'{{% include "errors/{code}.html" %}}')
    assert f">{code}<" in html
    assert "<script" not in html


def test_number_to_quote():
    assert "8f2c1a90" in render('{% include "errors/500.html" %}', request_id="8f2c1a90")


def test_forbidden_names_the_right_and_who_grants_it():
    problem = SimpleNamespace(
        detail="", extra={"right": "dispatch", "granted_by": "the town's administrator"}
    )
    html = render('{% include "errors/403.html" %}', problem=problem)
    assert "<dd>dispatch</dd>" in html
    assert "the town&#x27;s administrator" in html


def test_scripts_show_no_sentence_of_their_own(settings):
    for path in (settings.BASE_DIR / "static/governance/js").glob("*.mjs"):
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text(encoding="utf-8")), path.name
