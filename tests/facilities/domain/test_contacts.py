"""Whom to call at a facility."""

import pytest
from django.core.exceptions import ValidationError

from facilities.domain.contacts import plain_phone, set_contact
from facilities.models import Contact
from tests.world import World

GIVEN = {"full_name": " Trần  Thị Lan ", "title": "Trưởng cơ sở", "phone": "0905 123.456", "email": "lan@qn.vn"}


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0905123456", "0905123456"),
        ("+84 905 123 456", "0905123456"),
        ("+84 (0)905-123-456", "0905123456"),
        ("84905123456", "0905123456"),
        ("0084.235.3852.123", "02353852123"),
        ("(0235) 3852 123", "02353852123"),
        ("1900 9095", "19009095"),
    ],
)
def test_numbers_are_taken_as_people_write_them(written: str, digits: str) -> None:
    assert plain_phone(written) == digits


@pytest.mark.parametrize("written", ["113", "090512345", "0105123456", "0905 123 4567", "+1 202 555 0100", "gọi Lan"])
def test_what_is_no_number_of_the_country_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        plain_phone(written)


def test_a_contact_is_entered_and_replaced_and_its_history_stays(world: World) -> None:
    school = world.facilities["tam_ky_school"]
    first = set_contact(facility=school, **GIVEN)
    assert (first.full_name, first.phone) == ("Trần Thị Lan", "0905123456")
    set_contact(facility=school, **GIVEN | {"full_name": "Lê Văn Bình"})
    assert [each.full_name for each in Contact.objects.all()] == ["Lê Văn Bình"]
    assert sorted(each.full_name for each in first.versions.all()) == ["Lê Văn Bình", "Trần Thị Lan"]  # type: ignore[attr-defined] # made by the history


@pytest.mark.parametrize(
    ("entered", "fields"),
    [
        ({"full_name": ""}, {"full_name"}),
        ({"full_name": "Lan"}, {"full_name"}),
        ({"title": "  "}, {"title"}),
        ({"phone": "113", "email": "lan"}, {"phone", "email"}),
        ({"phone": "", "email": ""}, {"phone", "email"}),
        ({"title": "a" * 101}, {"title"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(world: World, entered: dict[str, str], fields: set[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        set_contact(facility=world.facilities["tam_ky_school"], **GIVEN | entered)
    assert set(refused.value.message_dict) == fields
    assert not Contact.objects.exists()
