"""What a camera is called that nobody named."""

from cameras.domain.naming import LONGEST, free_name


def test_it_is_called_after_its_zone_and_numbered_from_the_second_on() -> None:
    assert free_name("Cổng", []) == "Cổng"
    assert free_name("Cổng", ["Cổng", "Sân"]) == "Cổng 2"
    assert free_name("Cổng", ["Cổng", "Cổng 2", "Cổng 3"]) == "Cổng 4"


def test_a_long_name_keeps_room_for_its_number() -> None:
    zone = "x" * LONGEST
    assert free_name(zone, []) == zone
    assert len(free_name(zone, [zone])) <= LONGEST
