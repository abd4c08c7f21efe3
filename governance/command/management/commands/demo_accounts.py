"""Prints the demo accounts: role, user name, name, unit, password."""

from typing import Any

from django.core.management.base import BaseCommand

from governance.command.demo.accounts import account_lines


class Command(BaseCommand):
    help = "Print one demo account per role, the password and the demo key of the hotline."
    requires_system_checks: list[str] = []  # only reads a table, and is asked at every start

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(account_lines())
        self.stdout.write("\n".join(lines) or "The demo city has not been built: build_demo")
