"""Tables that are created together."""

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState

from governance.foundation.tables import CreateTables

KEY = models.BigAutoField(primary_key=True)


def circle() -> CreateTables:
    """Two tables that refer to each other, the first of them with a constraint over what refers."""
    return CreateTables(
        tables=[
            CreateModel(
                "Egg",
                fields=[("id", KEY), ("hen", models.ForeignKey("foundation.Hen", models.CASCADE, null=True))],
                options={
                    "constraints": [models.UniqueConstraint(fields=["hen"], name="one_egg_of_a_hen")],
                },
            ),
            CreateModel(
                "Hen",
                fields=[
                    ("id", KEY),
                    ("egg", models.ForeignKey("foundation.Egg", models.CASCADE, related_name="+")),
                ],
            ),
        ]
    )


def existing() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor)) & {"foundation_egg", "foundation_hen"}


@pytest.mark.django_db(transaction=True)
def test_a_circle_of_tables_comes_and_goes() -> None:
    before, after = ProjectState(), ProjectState()
    assert before.apps.all_models["foundation"] == {}
    assert after.apps.all_models["foundation"] == {}
    tables = circle()
    tables.state_forwards("foundation", after)
    assert set(after.apps.all_models["foundation"]) == {"egg", "hen"}
    egg = after.apps.get_model("foundation", "Egg")
    assert egg._meta.get_field("hen").related_model is after.apps.get_model("foundation", "Hen")
    with connection.schema_editor() as editor:
        tables.database_forwards("foundation", editor, before, after)
    try:
        assert existing() == {"foundation_egg", "foundation_hen"}
        with connection.cursor() as cursor:
            kept = connection.introspection.get_constraints(cursor, "foundation_egg")
        assert kept["one_egg_of_a_hen"]["unique"]
        assert any(one["foreign_key"] == ("foundation_hen", "id") for one in kept.values())
    finally:
        with connection.schema_editor() as editor:
            tables.database_backwards("foundation", editor, after, before)
    assert existing() == set()


def test_it_says_what_it_creates_and_whom_it_names() -> None:
    tables = circle()
    assert tables.describe() == "Create 2 tables: Egg, Hen"
    assert tables.references_model("Hen", "foundation")
    assert not tables.references_model("Fox", "foundation")


def test_models_are_not_built_before_they_are_asked_for() -> None:
    state = ProjectState()
    circle().state_forwards("foundation", state)
    assert "apps" not in state.__dict__
    assert set(state.apps.all_models["foundation"]) == {"egg", "hen"}
