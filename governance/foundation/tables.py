"""The tables of an app in one operation of a migration, and many changes of tables in one.

Django builds every model that is related to a new one anew, after each operation that names one: with three hundred
tables that refer to one another this takes two minutes of the first start, and as long again of each test database.
Here the models are built once for all tables of an app. What comes later is an ordinary operation of its own, or
several of them `Together`.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTables(Operation):
    """Create `tables`, which may refer to one another in any order, in circles too."""

    serialization_expand_args = ["tables"]

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = list(tables)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """All tables join the state before any of their models is built."""
        built = state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)
        if built is not None:
            state.__dict__["apps"] = built
            state.reload_models([(app_label, table.name_lower) for table in self.tables], delay=False)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """One table after the other; foreign keys follow when all are there."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The last table goes first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return f"Create {len(self.tables)} tables: {', '.join(table.name for table in self.tables)}"

    def references_model(self, name: str, app_label: str) -> bool:
        """Whether one of the tables refers to a model."""
        return any(table.references_model(name, app_label) for table in self.tables)


class Together(Operation):
    """Change fields, indexes and constraints of tables that there are, one after the other.

    Each operation finds the tables as they are before all of them or after all, so none may need what another makes.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """All changes join the state before any of the models is built anew."""
        built = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if built is not None:
            state.__dict__["apps"] = built
            names = sorted(set(_models_of(self.operations)))
            state.reload_models([(app_label, name) for name in names], delay=False)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """As they are written."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The last one first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return "; ".join(operation.describe() for operation in self.operations)


def _models_of(operations: Iterable[Operation]) -> Iterator[str]:
    """What they change, by name; what a statement says of the state, too."""
    for operation in operations:
        if name := getattr(operation, "model_name", ""):
            yield name.lower()
        yield from _models_of(getattr(operation, "state_operations", None) or ())
