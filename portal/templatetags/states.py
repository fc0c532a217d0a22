"""The one way in which a page shows the state of a camera: word, icon and hue, always the three together."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cameras.enums import Reason, State
from portal.templatetags.icons import shape

register = template.Library()

ICONS: dict[State, str] = {
    State.OK: "circle-check",
    State.IMPAIRED: "alert-triangle",
    State.DOWN: "plug-connected-x",
    State.UNKNOWN: "help-circle",
}


@register.simple_tag
def state(value: str, reason: str = "") -> SafeString:
    """A state in words with its icon, and the reason in words where there is one.

    The page must hold `{% state_icons %}` once; base.html does.
    """
    known = State(value)
    badge = format_html(
        '<span class="state state-{}"><svg class="icon" aria-hidden="true"><use href="#state-{}"></use></svg>'
        "<span>{}</span></span>",
        known.value,
        known.value,
        known.label,
    )
    if not reason:
        return badge
    return format_html('{} <span class="state-reason">{}</span>', badge, Reason(reason).label)


@register.simple_tag
def state_icons() -> SafeString:
    """The drawings that `{% state %}` and the wall's script refer to, once a page."""
    symbols = format_html_join(
        "",
        '<symbol id="state-{}" viewBox="0 0 24 24">{}</symbol>',
        ((known.value, shape(name)) for known, name in ICONS.items()),
    )
    return format_html('<svg class="d-none" aria-hidden="true">{}</svg>', symbols)


@register.simple_tag
def state_words() -> dict[str, dict[str, str]]:
    """Words for every state and reason in the reader's language, for scripts."""
    return {
        "states": {known.value: str(known.label) for known in State},
        "reasons": {known.value: str(known.label) for known in Reason if known},
    }
