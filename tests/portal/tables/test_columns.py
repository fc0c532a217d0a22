"""What single columns say, sort by and lead to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilities.enums import Stage
from facilities.models import AdministrativeUnit
from portal.domain.standing import RULE_CODES, Standing
from portal.models import FacilityStanding
from portal.tables.cells import difference
from portal.tables.figures import exists
from portal.tables.groups import DEFAULT_GROUPS, GROUPS
from portal.tables.words import CONTRADICTIONS, RULE_NAMES, until
from tests.portal.tables.made import freeze_as, stand_still
from tests.world import World

Login = Callable[[str], Client]


def unit(name: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name)


@pytest.fixture
def still(world: World) -> World:
    stand_still()
    return world


def stand(world: World, name: str, **figures: Any) -> None:
    FacilityStanding.objects.filter(facility=world.facilities[name]).update(**figures)


def shown(answer: Any, column: str) -> dict[str, str]:  # noqa: ANN401 - the test client's answer
    """The cells of a column, by the names of the rows."""
    table = answer.context["table"]
    return {table.called(row.record): str(row.get_cell(column)) for row in table.paginated_rows}


def facilities(client: Client, **query: str) -> Any:  # noqa: ANN401 - the test client's answer
    return client.get(reverse("compliance_facilities"), query, follow=True)


def test_a_deadline_says_how_long_it_is_away_or_past(still: World, login: Login) -> None:
    today = timezone.localdate()
    stand(still, "tam_ky_school", stage=Stage.APPROVED, due_on=today - timedelta(days=2))
    stand(still, "hoi_an_hotel", stage=Stage.INSTALLING, due_on=today + timedelta(days=3))
    late = today - timedelta(days=5)
    stand(still, "qn_barracks", stage=Stage.WATCHING, due_on=late, connected_on=late + timedelta(days=1))
    answer = facilities(login("qn_leader"))
    cells = shown(answer, "deadline")
    assert "quá hạn 2 ngày" in cells["Cơ sở tam_ky_school"]
    assert "fig-late" in cells["Cơ sở tam_ky_school"]
    assert "còn 3 ngày" in cells["Cơ sở hoi_an_hotel"]
    assert "fig-late" not in cells["Cơ sở hoi_an_hotel"]
    assert "quá hạn 1 ngày" in cells["Cơ sở qn_barracks"]
    assert answer.context["total"].late == 1
    assert until(today, today) == "hôm nay là hạn cuối"


def test_a_closed_facility_is_late_for_nothing(still: World, login: Login) -> None:
    stand(still, "tam_ky_school", closed=True, due_on=timezone.localdate() - timedelta(days=2))
    answer = facilities(login("qn_leader"))
    assert answer.context["total"].late == 0
    assert shown(answer, "deadline")["Cơ sở tam_ky_school"] == "–"


def test_what_is_not_known_is_a_dash_that_says_why(still: World, login: Login) -> None:
    answer = facilities(login("tam_ky_officer"), columns="inspected,findings,uptime")
    for column in ("inspected", "findings", "uptime", "unobserved"):
        (cell,) = shown(answer, column).values()
        assert ">–<" in cell
        assert 'title="' in cell


def test_the_trend_is_in_points_with_a_sign_and_an_arrow(still: World, login: Login) -> None:
    today = timezone.localdate()
    stand(still, "tam_ky_school", claimed=4, verified=1)
    stand(still, "hoi_an_hotel", claimed=4, verified=4)
    freeze_as(today - timedelta(days=7), FacilityStanding.objects.all())
    stand(still, "tam_ky_school", verified=3)
    stand(still, "hoi_an_hotel", verified=2)
    for answer in (facilities(login("qn_leader")), facilities(login("qn_leader"), sector="civil")):
        assert "+50,0" in shown(answer, "trend")["Cơ sở tam_ky_school"]
        assert "#icon-arrow-up-right" in shown(answer, "trend")["Cơ sở tam_ky_school"]
    assert "−50,0" in shown(facilities(login("qn_leader")), "trend")["Cơ sở hoi_an_hotel"]
    districts = login("qn_leader").get(reverse("compliance_unit", args=[unit("Quảng Nam").pk]))
    assert "−50,0" in shown(districts, "trend")["Huyện Hội An"]
    # Of all together nothing has changed.
    assert "±0,0" in str(districts.context["trend"])


def test_without_a_week_before_there_is_no_trend() -> None:
    assert "–" in difference(Standing(claimed=2, verified=1), None)
    assert "–" in difference(Standing(claimed=2, verified=1), Standing(facilities=1))


def test_a_rule_is_a_word_and_an_icon_for_a_facility_and_a_count_for_a_unit(still: World, login: Login) -> None:
    stand(still, "tam_ky_school", failed=["R1"], passed=["R2"], undecided=["R3"])
    stand(still, "hoi_an_hotel", failed=[], passed=["R1"], undecided=[])
    stand(still, "qn_barracks", failed=["R1"], passed=[], undecided=["R2"])
    answer = facilities(login("qn_leader"), columns="R1,R2,R3")
    cells = {code: shown(answer, code)["Cơ sở tam_ky_school"] for code in ("R1", "R2", "R3")}
    icons = {"R1": "circle-x", "R2": "circle-check", "R3": "help-circle"}
    for code, icon in icons.items():
        assert f"#icon-{icon}" in cells[code]
        assert reverse("facility_rules", args=[still.facilities["tam_ky_school"].pk]) in cells[code]
    assert answer.context["total"].failed["R1"] == 2
    districts = login("qn_leader").get(reverse("compliance_unit", args=[unit("Quảng Nam").pk]), {"columns": "R1"})
    cell = shown(districts, "R1")["Huyện Tam Kỳ"]
    assert "rule=R1" in cell
    assert "result=fail" in cell
    assert "/ 2" in cell


def test_a_figure_leads_to_as_many_facilities_as_it_counts(still: World, login: Login) -> None:
    today = timezone.localdate()
    stand(
        still, "tam_ky_school", stage=Stage.APPROVED, due_on=today - timedelta(days=2), contradictions=["sink_denied"]
    )
    stand(still, "qn_barracks", stage=Stage.CONNECTED, overdue_findings=2, down=3, failed=["R2"])
    client = login("national_leader")
    table = client.get(reverse("compliance"), {"columns": ",".join(GROUPS)}).context["table"]
    (row,) = (row.record for row in table.rows if row.record.name == "Tỉnh Quảng Nam")
    counted = {"late": 1, "contradicted": 1, "overdue": 1, "down": 1, "stage": 1, "R2": 1, "facilities": 3}
    for name, number in counted.items():
        listed = client.get(table.link(name, row))
        assert listed.context["total"].facilities == number, name


def test_cameras_of_a_facility_are_listed_as_they_are_counted(still: World, login: Login) -> None:
    client = login("qn_leader")
    table = facilities(client).context["table"]
    (row,) = (row.record for row in table.rows if row.record.code == "tam_ky_school")
    for name in ("claimed", "verified", "down", "impaired", "unknown", "forbidden"):
        listed = client.get(table.link(name, row)).context["table"]
        assert listed.page.paginator.count == getattr(row, name), name


def test_chosen_columns_stand_and_are_remembered(still: World, login: Login) -> None:
    client = login("qn_leader")

    def names(**query: str) -> set[str]:
        return {column.name for column in facilities(client, **query).context["table"].columns}

    always = {"name", "district", "sector", "claimed", "verified", "share"}
    assert names(columns="pair") - {"tick"} == always
    assert names() - {"tick"} == always
    assert names(columns="zones,R7,password") - {"tick"} == {*always, "zones", "R7"}
    assert names() - {"tick"} == {*always, "zones", "R7"}
    order = [column.name for column in facilities(client).context["table"].columns]
    assert order.index("verified") == order.index("claimed") + 1


def test_every_column_sorts_both_ways_at_every_level(still: World, login: Login) -> None:
    client, every = login("national_leader"), ",".join(GROUPS)
    for route in ("compliance", "compliance_facilities"):
        table = client.get(reverse(route), {"columns": every}).context["table"]
        for name in [column.name for column in table.columns if column.orderable]:
            for sign in ("", "-"):
                answer = client.get(reverse(route), {"sort": f"{sign}{name}"})
                assert len(answer.context["table"].rows) == len(table.rows), (route, sign, name)


def test_ticks_stand_where_somebody_may_remind(still: World, login: Login) -> None:
    for name, ticking in (("qn_leader", True), ("qn_inspector", True), ("qn_analyst", False), ("qn_operator", False)):
        page = facilities(login(name)).content.decode()
        assert ('name="facility" value="' in page) is (ticking and exists("reminder_new")), name


def test_every_code_has_words() -> None:
    from portal.domain.contradictions import Contradiction  # noqa: PLC0415 - the test is about the words

    assert set(CONTRADICTIONS) == set(Contradiction)
    assert set(RULE_NAMES) == set(RULE_CODES)
    assert set(DEFAULT_GROUPS) <= set(GROUPS)
