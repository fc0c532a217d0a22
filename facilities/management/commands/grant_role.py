from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from facilities.access.grants import grant_role
from facilities.domain.tree import UnknownOrganisation, organisation_named
from facilities.enums import Role
from facilities.models import User


class Command(BaseCommand):
    help = "Gives a person a role on an organisation and all below it; how the first administrator comes about."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("organisation", help="its id, its facility's code, or its whole name")

    def handle(self, *_args: Any, username: str, role: str, organisation: str, **_options: Any) -> None:
        try:
            user = User.objects.get(username=username)
            node = organisation_named(organisation)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody has the user name {username!r}") from error
        except UnknownOrganisation as error:
            raise CommandError(str(error)) from error
        grant_role(user=user, role=Role(role), organisation=node, actor=None, now=timezone.now())
        self.stdout.write(f"{user} is now {role} on {node.name} and all below it")
