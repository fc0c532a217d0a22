"""Rules in words: nothing that a rule may say is without its sentence."""

from datetime import date

import pytest

from portal.domain.rules.outcome import Evidence
from portal.domain.rules.registry import CODES
from portal.domain.rules.says import Says
from portal.tables.rule_words import RULES_IN_WORDS, SENTENCES, address, parameters_in_words, sentence


def test_all_that_rules_say_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Says)


def test_each_rule_has_its_words() -> None:
    assert tuple(RULES_IN_WORDS) == CODES


@pytest.mark.parametrize(
    ("uptime", "shown"), [(0.98963, "98,9 %"), (0.99, "99 %"), (0.9999999, "99,9 %"), (1.0, "100 %"), (0.29, "29 %")]
)
def test_a_share_is_never_shown_as_the_threshold_that_it_misses(uptime: float, shown: str) -> None:
    said = sentence(Evidence(Says.WORST_DAY, None, {"day": date(2021, 6, 11), "uptime": uptime}))
    assert shown in said
    assert "11/06/2021" in said


@pytest.mark.parametrize(
    ("says", "about", "leads_to"),
    [
        (Says.KIND_DELIVERS, ("camera", 7), "/cameras/7/"),
        (Says.KIND_WITHOUT_CAMERA, ("zone", 7), "/facilities/3/#zone-7"),
        (Says.CONNECTED_ON, ("report", 7), "/facilities/3/rollout/#report-7"),
        (Says.DEADLINE, ("deadline", 7), "/deadlines/"),
        (Says.SINK_CLAIMED, None, "/facilities/3/rollout/"),
        (Says.UPTIME, None, "/facilities/3/uptime/"),
        (Says.NO_CONTACT, None, "/facilities/3/"),
        (Says.ROSTER_NOT_KEPT, None, ""),
    ],
)
def test_evidence_leads_to_what_it_is_about(says: Says, about: tuple[str, int] | None, leads_to: str) -> None:
    assert address(Evidence(says, about), facility=3) == leads_to


def test_parameters_stand_with_their_units() -> None:
    said = {str(label): text for label, text in parameters_in_words("R9", {"threshold": 0.995, "days": 7})}
    assert [text.split()[0] for text in said.values()] == ["99,5", "7", "50"]
