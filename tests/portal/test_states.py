import pytest
from django.utils import translation

from cameras.enums import Reason, State
from portal.templatetags.icons import icon, shape
from portal.templatetags.states import ICONS, state, state_icons, state_words


@pytest.mark.parametrize("known", State)
def test_a_state_is_always_word_icon_and_hue(known: State) -> None:
    with translation.override("en"):
        shown = state(known.value)
        assert str(known.label) in shown
        assert f'href="#state-{known.value}"' in shown
        assert f"state-{known.value}" in shown.split(">", maxsplit=1)[0]
    assert f'id="state-{known.value}"' in state_icons()


def test_each_state_has_a_drawing_of_its_own() -> None:
    assert set(ICONS) == set(State)
    assert len({shape(name) for name in ICONS.values()}) == len(State)


def test_the_reason_follows_in_words() -> None:
    with translation.override("en"):
        assert "The camera rejects the password" in state("down", Reason.AUTHENTICATION)
        assert "state-reason" not in state("ok", "")


def test_a_state_that_is_none_is_an_error_and_not_an_empty_badge() -> None:
    with pytest.raises(ValueError, match="broken"):
        state("broken")


def test_scripts_get_every_word() -> None:
    words = state_words()
    assert set(words["states"]) == set(State.values)
    assert set(words["reasons"]) == {reason.value for reason in Reason if reason}


def test_an_icon_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")
