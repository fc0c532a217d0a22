from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from facilities.domain.networks import allow_network
from facilities.domain.tree import UnknownOrganisation, organisation_named


class Command(BaseCommand):
    help = "Permits cameras at or below an organisation to be in a network; no other address is called for them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="its id, its facility's code, or its whole name")
        parser.add_argument("cidr", help="for example 10.20.0.0/16")

    def handle(self, *_args: Any, organisation: str, cidr: str, **_options: Any) -> None:
        try:
            node = organisation_named(organisation)
            allowed = allow_network(organisation=node, cidr=cidr, actor=None)
        except UnknownOrganisation as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{allowed.cidr}: permitted for {node.name} and all below it")
