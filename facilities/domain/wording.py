"""The usual words of reminders. They name days, not how many are left, so they stay true when read later."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from facilities.domain.placing import shown
from facilities.models import Deadline


def usual_text(deadline: Deadline, *, days_after: int) -> str:
    """What a rule sends so many days after the last good day; its document must have been fetched."""
    said = {
        "milestone": deadline.get_milestone_display(),
        "day": shown(deadline.last_day),
        "document": deadline.document.written,
    }
    if days_after > 0:
        text = _(
            "By %(document)s the step “%(milestone)s” was to be reached by %(day)s at the latest, and your facility "
            "has not reported it. Complete it at once, report it here, or report what blocks you."
        )
    else:
        text = _(
            "By %(document)s the step “%(milestone)s” must be reached by %(day)s at the latest, and your facility has "
            "not reported it yet. Complete it in time, report it here, or report what blocks you."
        )
    return text % said


def usual_text_for(deadline: Deadline | None, late: Sequence[int]) -> str:
    """What a round by hand says at first, of one deadline, to those so many days late by it."""
    if deadline is None:
        return _("Report how far the installation of the cameras is at your facility, and what blocks you.")
    text = usual_text(deadline, days_after=max(late, default=0))
    if not late or max(late) <= 0:
        return text
    least, most = max(min(late), 0), max(late)
    if least == most:
        days = ngettext("Today it is %(days)s day late.", "Today it is %(days)s days late.", most) % {"days": most}
    else:
        days = _("Today facilities are up to %(most)s days late.") % {"most": most}
    return f"{text} {days}"
