"""Blocks, pauses and closings, with their reasons."""

import pytest
from django.test import Client

from facilities.domain.rollout import standing_of
from facilities.enums import BlockReason
from facilities.models import Facility, ProgressReport
from tests.portal.rollout.conftest import address, typed


def test_a_block_is_reported_with_its_reasons_and_ended(school: Facility, officer: Client) -> None:
    here = address("rollout_other", school)
    answer = officer.post(here, typed(kind="blocked", reasons=["no_line", "no_funds"]))
    assert answer.headers["Location"] == address("rollout", school)
    assert standing_of(school).blocked == (BlockReason.NO_LINE, BlockReason.NO_FUNDS)
    assert 'value="unblocked"' in officer.get(here).content.decode()
    assert f'href="{here}?kind=unblocked"' in officer.get(address("rollout", school)).content.decode()
    officer.post(here, typed(kind="unblocked"))
    assert standing_of(school).blocked == ()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "blocked"}, "reasons"),
        ({"kind": "blocked", "reasons": ["other"], "note": ""}, "note"),
        ({"kind": "blocked", "reasons": ["sunshine"]}, "reasons"),
        ({"kind": "resumed"}, "kind"),
        ({"kind": "step"}, "kind"),
        ({"kind": "withdrawal"}, "kind"),
        ({}, "kind"),
        ({"kind": "paused", "on": "2999-01-01"}, "on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    school: Facility, officer: Client, sent: dict[str, object], field: str
) -> None:
    answer = officer.post(address("rollout_other", school), typed(**sent))
    assert list(answer.context["form"].errors) == [field]
    assert not ProgressReport.objects.exists()


def test_only_what_can_be_reported_is_offered(school: Facility, officer: Client) -> None:
    here = address("rollout_other", school)
    page = officer.get(f"{here}?kind=paused").content.decode()
    assert 'value="paused" selected' in page
    assert 'value="resumed"' not in page
    officer.post(here, typed(kind="paused"))
    page = officer.get(here).content.decode()
    assert 'value="blocked"' not in page
    assert 'name="reasons"' not in page
