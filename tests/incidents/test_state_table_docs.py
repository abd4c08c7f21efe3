"""The page in the docs is the table in the code."""

from django.conf import settings

from incidents.management.commands.state_table import markdown


def test_the_docs_show_the_table_as_it_is() -> None:
    page = settings.BASE_DIR / "docs" / "ticket-states.md"
    assert page.read_text(encoding="utf-8") == markdown(), "run: ./run state_table > docs/ticket-states.md"
