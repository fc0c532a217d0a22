from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.forms.models import model_to_dict

from facilities.domain.units import UnitsLoaded, load_units
from facilities.enums import UnitLevel
from facilities.models import AdministrativeUnit

pytestmark = pytest.mark.django_db

IN_2021 = date(2021, 6, 11)
IN_2025 = date(2025, 7, 1)


def rows() -> list[dict[str, object]]:
    return [model_to_dict(unit) for unit in AdministrativeUnit.objects.order_by("pk")]


def test_63_provinces_and_705_districts_of_2021_and_34_provinces_of_2025() -> None:
    assert load_units() == UnitsLoaded(63, 705, 34)
    units = AdministrativeUnit.objects.all()
    assert units.valid_on(IN_2021).provinces().count() == 63
    assert units.valid_on(IN_2021).filter(level=UnitLevel.DISTRICT).count() == 705
    assert units.valid_on(IN_2025).provinces().count() == units.valid_on(IN_2025).count() == 34
    assert units.valid_on(date(2025, 6, 30)).provinces().count() == 63


def test_a_code_means_two_provinces_by_date() -> None:
    load_units()
    provinces = AdministrativeUnit.objects.provinces().filter(code="24")
    assert [provinces.valid_on(on).get().name for on in (IN_2021, IN_2025)] == ["Bắc Giang", "Bắc Ninh"]


def test_each_province_of_2021_has_its_successor_and_every_one_of_2025_a_predecessor() -> None:
    load_units()
    provinces = AdministrativeUnit.objects.all().valid_on(IN_2021).provinces()
    assert provinces.filter(successor__valid_from=IN_2025, successor__level=UnitLevel.PROVINCE).count() == 63
    assert provinces.values("successor").distinct().count() == 34
    assert provinces.filter(code="49", successor__name="Đà Nẵng").exists()  # Quảng Nam


def test_districts_lie_in_the_provinces_of_their_time() -> None:
    load_units()
    districts = AdministrativeUnit.objects.filter(level=UnitLevel.DISTRICT)
    assert not districts.exclude(province__valid_from=date(2021, 1, 1)).exists()
    assert districts.filter(province__code="49").count() == 18


def test_loading_again_changes_nothing_and_mends_what_differs() -> None:
    load_units()
    before = rows()
    AdministrativeUnit.objects.filter(code="49").update(full_name="Tỉnh Quảng Nam (sai)")
    out = StringIO()
    call_command("load_units", stdout=out)
    assert rows() == before
    assert out.getvalue() == "63 provinces and 705 districts of 2021, 34 provinces of 2025\n"
