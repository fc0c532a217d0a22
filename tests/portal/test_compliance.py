from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from facilities.enums import Permission, Sector, ZoneKind
from facilities.models import AdministrativeUnit, Facility
from portal.domain.standing import Standing
from portal.figures.refreshing import refresh
from portal.models import FacilityStanding
from portal.queries import within
from portal.queries.sources import Rows, live
from portal.queries.standings import by_district, by_province, of_one
from tests.world import NOW, World, add_camera, add_facility

Login = Callable[[str], Client]


def unit(name: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name)


def put(camera: Camera, state: State, reason: Reason = Reason.NONE) -> None:
    CameraState.objects.filter(camera=camera).update(state=state, reason=reason, since=NOW)


@pytest.fixture
def mixed(world: World) -> World:
    """Tam Kỳ's school: one camera in each state, one without a row of state, one verified in a toilet."""
    school = world.facilities["tam_ky_school"]
    put(world.cameras["tam_ky_school"], State.OK)
    put(add_camera(school, "impaired"), State.IMPAIRED, Reason.BLACK)
    put(add_camera(school, "down"), State.DOWN, Reason.TIMEOUT)
    add_camera(school, "unknown")
    CameraState.objects.filter(camera=add_camera(school, "new")).delete()
    put(add_camera(school, "toilet", kind=ZoneKind.TOILET), State.OK)
    put(world.cameras["hoi_an_hotel"], State.OK)
    return world


def rows_of(answer: Any) -> list[tuple[str, Standing]]:  # noqa: ANN401 - the test client's answer
    table = answer.context["table"]
    return [(table.called(row.record), table.standing(row.record)) for row in table.paginated_rows]


def counted(standing: Standing) -> dict[str, int]:
    """What it counts of facilities and cameras, without what is nothing."""
    names = ("facilities", "claimed", "verified", "impaired", "down", "unknown", "forbidden")
    return {name: getattr(standing, name) for name in names if getattr(standing, name)}


def figures_of(world: World, name: str) -> Rows:
    refresh(now=timezone.now())
    return live(world.people[name], timezone.now()).rows


def test_every_registered_camera_is_in_one_column_and_a_forbidden_one_fulfils_nothing(mixed: World) -> None:
    refresh(now=timezone.now())
    row = FacilityStanding.objects.get(facility=mixed.facilities["tam_ky_school"])
    expected = {"facilities": 1, "claimed": 6, "verified": 1, "impaired": 1, "down": 1, "unknown": 2, "forbidden": 1}
    assert counted(of_one(row, row.day)) == expected


def test_each_level_sums_to_the_one_above(mixed: World) -> None:
    facilities, today = figures_of(mixed, "national_leader"), timezone.localdate()
    (quang_nam,) = (row for row in by_province(facilities, today) if row.name == "Tỉnh Quảng Nam")
    districts = by_district(within(facilities, unit("Quảng Nam")), today)
    expected = {"facilities": 3, "claimed": 8, "verified": 2, "impaired": 1, "down": 1, "unknown": 3, "forbidden": 1}
    assert counted(quang_nam.standing) == expected
    assert sum(row.standing.claimed for row in districts) == quang_nam.standing.claimed
    assert {row.name: row.standing.facilities for row in districts} == {"Huyện Tam Kỳ": 2, "Huyện Hội An": 1}


def test_a_leader_sees_nothing_of_another_province(mixed: World, login: Login) -> None:
    client = login("dn_leader")
    answer = client.get(reverse("compliance"), follow=True)
    ((name, standing),) = rows_of(answer)
    assert (name, counted(standing)) == ("Cơ sở da_nang_dormitory", {"facilities": 1, "claimed": 1, "unknown": 1})
    assert counted(answer.context["total"]) == counted(standing)
    assert "Quảng Nam" not in answer.content.decode()
    for name in ("Quảng Nam", "Tam Kỳ", "Hội An"):
        assert client.get(reverse("compliance_unit", args=[unit(name).pk])).status_code == 404
        assert client.get(reverse("compliance_facilities", args=[unit(name).pk])).status_code == 404


def test_the_army_sees_its_own_facilities_alone(world: World, login: Login) -> None:
    answer = login("qn_army_leader").get(reverse("compliance_facilities"), follow=True)
    assert [name for name, _ in rows_of(answer)] == ["Cơ sở qn_barracks"]


def test_a_district_without_a_facility_in_reach_is_not_there(world: World, login: Login) -> None:
    assert login("qn_army_leader").get(reverse("compliance_unit", args=[unit("Hội An").pk])).status_code == 404


@pytest.mark.parametrize("name", ["anonymous", "nobody"])
def test_who_reaches_nothing_sees_no_figures(world: World, login: Login, name: str) -> None:
    answer = login(name).get(reverse("compliance"), follow=True)
    assert "Quảng Nam" not in answer.content.decode()
    assert login(name).get(reverse("compliance_unit", args=[unit("Quảng Nam").pk])).status_code in (302, 404)


def test_the_worst_come_first_and_every_column_sorts(mixed: World, login: Login) -> None:
    client = login("qn_leader")
    address = reverse("compliance_unit", args=[unit("Quảng Nam").pk])
    assert [name for name, _ in rows_of(client.get(address))] == ["Huyện Tam Kỳ", "Huyện Hội An"]
    columns = ("facilities", "claimed", "verified", "impaired", "down", "unknown", "forbidden")
    for column in columns:
        for sign in ("", "-"):
            answer = client.get(address, {"sort": f"{sign}{column}"})
            values = [getattr(standing, column) for _, standing in rows_of(answer)]
            assert values == sorted(values, reverse=sign == "-")
    by_name = client.get(address, {"sort": "name"})
    assert [name for name, _ in rows_of(by_name)] == ["Huyện Hội An", "Huyện Tam Kỳ"]


def test_an_unknown_column_sorts_nothing(mixed: World, login: Login) -> None:
    assert login("national_leader").get(reverse("compliance"), {"sort": "password"}).status_code == 200


def test_names_are_found_without_accents_and_the_total_is_of_what_is_shown(mixed: World, login: Login) -> None:
    address = reverse("compliance_unit", args=[unit("Quảng Nam").pk])
    answer = login("qn_leader").get(address, {"q": "hoi an"})
    assert [name for name, _ in rows_of(answer)] == ["Huyện Hội An"]
    assert counted(answer.context["total"]) == {"facilities": 1, "claimed": 1, "verified": 1}


def test_sector_and_state_narrow_and_nonsense_does_not(mixed: World, login: Login) -> None:
    client = login("qn_leader")
    address = reverse("compliance_facilities", args=[unit("Quảng Nam").pk])
    paid = client.get(address, {"sector": Sector.PAID_HOTEL})
    assert [name for name, _ in rows_of(paid)] == ["Cơ sở hoi_an_hotel"]
    down = client.get(address, {"having": "down"})
    assert [name for name, _ in rows_of(down)] == ["Cơ sở tam_ky_school"]
    nonsense = client.get(address, {"sector": "x", "having": "__class__", "premises": "'", "page": "x", "rows": "-1"})
    assert len(rows_of(nonsense)) == 3
    assert client.get(address, {"premises": "hotel"}).context["filter"].narrows


def test_pages_are_cut_on_the_server_and_their_size_is_remembered(world: World, login: Login) -> None:
    for number in range(26):
        add_facility(world, f"more_{number:02}", world.nodes["hoi_an"], unit("Hội An"), Sector.CIVIL)
    client = login("qn_leader")
    address = reverse("compliance_facilities", args=[unit("Quảng Nam").pk])
    assert len(rows_of(client.get(address))) == 25
    assert len(rows_of(client.get(address, {"page": 2}))) == 4
    assert client.get(address).context["total"].facilities == 29
    assert len(rows_of(client.get(address, {"rows": "50"}))) == 29
    assert len(rows_of(client.get(address))) == 29


def queries(client: Client, address: str) -> int:
    """How many it takes to show a page whose figures are up to date."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(("route", "number"), [("compliance", 15), ("compliance_facilities", 17)])
def test_the_number_of_queries_does_not_grow_with_what_is_shown(
    world: World, login: Login, route: str, number: int
) -> None:
    client, address = login("national_leader"), reverse(route)
    assert queries(client, address) == number
    for more in range(3):
        facility = add_facility(world, f"more_{more}", world.nodes["hoi_an"], unit("Hội An"), Sector.CIVIL)
        add_camera(facility, "second")
    assert queries(client, address) == number


def test_a_unit_takes_few_queries_more(world: World, login: Login) -> None:
    client = login("qn_leader")
    taken = [queries(client, reverse("compliance_unit", args=[unit(name).pk])) for name in ("Quảng Nam", "Tam Kỳ")]
    assert taken == [17, 20]


def test_an_empty_table_says_why(world: World, login: Login) -> None:
    narrowed = login("qn_leader").get(reverse("compliance"), {"q": "nowhere"}, follow=True)
    assert "icon" in narrowed.content.decode()
    assert not narrowed.context["table"].rows
    empty = login("nobody").get(reverse("compliance"))
    assert empty.status_code == 200
    assert not empty.context["filter"].narrows


def test_figures_take_the_permission_for_figures() -> None:
    from portal.views.compliance import Compliance  # noqa: PLC0415 - the test is about the class alone

    assert Compliance.permissions == {"GET": Permission.VIEW_FIGURES}


def test_a_table_of_every_province_stays_light(world: World, login: Login) -> None:
    """All 63 provinces fit on one page of a hundred rows, on a line of 256 kbit/s, which carries them compressed."""
    client = login("national_leader")
    short, long = (
        len(client.get(reverse("compliance"), {"rows": "100", "q": q}, headers={"accept-encoding": "gzip"}).content)
        for q in ("da nang", "")
    )
    assert (long - short) * 62 + short < 50_000


def test_what_is_chosen_stays_on_the_way_down_and_up(mixed: World, login: Login) -> None:
    address = reverse("compliance_unit", args=[unit("Quảng Nam").pk])
    page = login("national_leader").get(address, {"sector": Sector.CIVIL}).content.decode()
    assert f'href="{reverse("compliance")}?sector=civil"' in page
    assert f'href="{reverse("compliance_unit", args=[unit("Tam Kỳ").pk])}?sector=civil"' in page


def test_who_reaches_one_province_starts_there_and_is_offered_no_country(mixed: World, login: Login) -> None:
    province = reverse("compliance_unit", args=[unit("Quảng Nam").pk])
    client = login("qn_leader")
    assert client.get(reverse("compliance"), {"sector": Sector.CIVIL}).headers["Location"] == f"{province}?sector=civil"
    listed = client.get(reverse("compliance_facilities"), {"having": "down"}).headers["Location"]
    assert listed == f"{province}facilities/?having=down"
    for address in (province, listed, reverse("compliance_unit", args=[unit("Tam Kỳ").pk])):
        page = client.get(address).content.decode()
        assert "Cả nước" not in page
        assert f'href="{reverse("compliance")}?' not in page
        assert f'href="{province}"' in page or address == province


def test_who_reaches_one_district_starts_there(world: World, login: Login) -> None:
    district = unit("Hội An")
    answer = login("hoi_an_officer").get(reverse("compliance"), follow=True)
    assert answer.context["unit"] == district
    assert f'href="{reverse("compliance_unit", args=[district.province_id])}"' not in answer.content.decode()


def test_a_district_does_not_repeat_its_name_in_each_row(mixed: World, login: Login) -> None:
    client = login("qn_leader")
    district, province = (
        client.get(reverse("compliance_facilities", args=[unit(name).pk])) for name in ("Tam Kỳ", "Quảng Nam")
    )
    assert "district" not in [column.name for column in district.context["table"].columns]
    assert "district" in [column.name for column in province.context["table"].columns]


@pytest.fixture
def undivided(mixed: World) -> AdministrativeUnit:
    """A province of 2025, which has no districts, with the school of Tam Kỳ and the hotel of Hội An."""
    province = AdministrativeUnit.objects.create(
        level="province", code="47", name="Mới", full_name="Thành phố Mới", valid_from=date(2025, 7, 1)
    )
    moved = Facility.objects.filter(code__in=["tam_ky_school", "hoi_an_hotel"])
    moved.update(province=province, district=None)
    return province


def test_a_province_without_districts_shows_its_facilities_at_once(undivided: AdministrativeUnit, login: Login) -> None:
    answer = login("national_leader").get(reverse("compliance_unit", args=[undivided.pk]))
    assert [name for name, _ in rows_of(answer)] == ["Cơ sở tam_ky_school", "Cơ sở hoi_an_hotel"]
    assert "district" not in [column.name for column in answer.context["table"].columns]
    page = answer.content.decode()
    assert reverse("compliance_facilities", args=[undivided.pk]) + '"' not in page.split("<main")[0]
    country = login("national_leader").get(reverse("compliance"))
    assert ("Thành phố Mới", 2) in [(name, standing.facilities) for name, standing in rows_of(country)]


def test_where_districts_are_no_more_one_district_is_not_the_top_of_all(
    undivided: AdministrativeUnit, login: Login
) -> None:
    # The barracks lie in a district still, the rest of what this leader reaches in none.
    answer = login("qn_leader").get(reverse("compliance"))
    assert answer.status_code == 200
    assert len(rows_of(answer)) == 2


def test_the_wall_of_a_province_without_districts_is_there(
    mixed: World, undivided: AdministrativeUnit, login: Login
) -> None:
    client, hotel = login("qn_leader"), Facility.objects.get(code="hoi_an_hotel")
    camera = mixed.cameras["hoi_an_hotel"]
    for name, pk in (("facility", hotel.pk), ("wall_of", hotel.organisation_id), ("camera", camera.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 200, name
