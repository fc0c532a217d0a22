import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from facilities.models import AllowedNetwork
from portal.environment import BASE_DIR
from tests.world import World


@pytest.mark.django_db(transaction=True)
def test_what_a_command_changes_says_which_command_it_was(committed_world: World) -> None:
    """Run as it is in production: a process of its own."""
    facility = committed_world.facilities["tam_ky_school"]
    parameters = make_conninfo(settings.DATABASE_URL, dbname=str(connection.settings_dict["NAME"]))
    given = dict(part.split("=", 1) for part in parameters.split())
    address = f"postgresql://{given['user']}@/{given['dbname']}?host={given['host']}"
    subprocess.run(
        [sys.executable, "manage.py", "allow_network", facility.code, "10.77.0.0/16"],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": address},
        check=True,
        timeout=120,
    )
    made = AllowedNetwork.objects.get(cidr="10.77.0.0/16").versions.get()  # type: ignore[attr-defined] # the history's
    assert made.pgh_context == {"user": None, "address": None, "request": "manage.py allow_network"}
