"""Reminders by hand: composing a round for facilities chosen in a table, the rounds sent, and one of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.access.oversight import facilities_overseen
from facilities.domain.choice_words import chosen_words
from facilities.domain.folding import matches
from facilities.domain.keys import key_of
from facilities.domain.reminders_told import ROUNDS_LISTED, ReminderLine, lines, rounds
from facilities.domain.reminding import MOST_FACILITIES, Chosen, Sent, bodies_directing, look, remind
from facilities.domain.wording import usual_text_for
from facilities.enums import Permission
from facilities.forms.reminders import ReminderForm, RoundFilter, RoundsFilter
from facilities.models import Deadline, Organisation, Reminding
from facilities.tables.reminders import RoundsTable, RoundTable

ROWS_A_PAGE = 50
# How many facilities are named on the page before a round is sent.
SHOWN = 100


class ReminderNew(Page):
    """Shows whom a round would reach, how late each is and who is left out; sends it once that is confirmed.

    The facilities come as `facility`, once for each or parted by commas. Those out of reach are as if not there.
    """

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._look(request, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "confirmed" not in request.POST:
            return self._look(request, request.POST)
        bodies = bodies_directing(self.person, timezone.now())
        form = ReminderForm(request.POST, bodies=bodies)
        if form.is_valid():
            try:
                sent = remind(
                    facilities=numbers(request.POST.getlist("facility")),
                    body=form.cleaned_data["organisation"],
                    text=form.cleaned_data["text"],
                    chosen_by=request.POST.get("chosen_by", ""),
                    actor=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                return self._sent(request, sent)
        return self._look(request, request.POST, form)

    def _look(self, request: HttpRequest, sent: QueryDict, form: ReminderForm | None = None) -> HttpResponse:
        now = timezone.now()
        asked = numbers(sent.getlist("facility"))
        bodies = bodies_directing(self.person, now)
        if not asked and request.method != "POST":
            return render(request, "facilities/reminder_new.html", {"directs": bool(bodies), "chosen": ()})
        too_many = len(asked) > MOST_FACILITIES
        body = self._body(sent, bodies, asked)
        chosen = [] if too_many else look(asked, body=body, actor=self.person, now=now)
        if form is None:
            first = {"text": _first_text(chosen), "organisation": body.pk if body else None}
            form = ReminderForm(bodies=bodies, initial=first)
        going = [each for each in chosen if each.left_out is None]
        chosen_by = str(sent["chosen_by"])[:500] if "chosen_by" in sent else _came_from(request)
        context = {
            "directs": bool(bodies),
            "chosen": chosen,
            "too_many": too_many,
            "most": MOST_FACILITIES,
            "going": _latest_first(going)[:SHOWN],
            "more": max(0, len(going) - SHOWN),
            "count": len(going),
            "late": sum(each.owed is not None and each.owed.days > 0 for each in going),
            "left_out": [each for each in chosen if each.left_out is not None],
            "body": body,
            "several": len(bodies) > 1,
            "form": form,
            "facilities": ",".join(str(each.facility.pk) for each in chosen),
            "chosen_by": chosen_by,
            "chosen_words": chosen_words(chosen_by),
        }
        # Nothing of what was sent is there for this person.
        status = 200 if chosen or request.method != "POST" else 400
        return render(request, "facilities/reminder_new.html", context, status=status)

    @staticmethod
    def _body(sent: QueryDict, bodies: Sequence[Organisation], asked: Iterable[int]) -> Organisation | None:
        """The one that was chosen, else the one that answers for the most of them."""
        named = next((body for body in bodies if str(body.pk) == sent.get("organisation")), None)
        if named is not None or len(bodies) <= 1:
            return named or next(iter(bodies), None)
        overseen = facilities_overseen([body.pk for body in bodies], Permission.DIRECT, timezone.now())
        wanted = set(asked)
        return max(bodies, key=lambda body: len(overseen[body.pk] & wanted))

    def _sent(self, request: HttpRequest, sent: Sent) -> HttpResponse:
        text = ngettext("%(count)d facility was reminded.", "%(count)d facilities were reminded.", sent.reminded)
        messages.success(request, text % {"count": sent.reminded})
        if sent.left_out:
            names = ", ".join(
                f"{each.facility} ({each.left_out.label})" for each in sent.left_out[:SHOWN] if each.left_out
            )
            messages.warning(request, _("Left out: %(names)s.") % {"names": names})
        return redirect("reminding", sent.reminding.pk)


class Remindings(Page):
    """The rounds sent in the name of bodies that the person reaches."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = RoundsFilter(request.GET)
        how = {"hand": False, "rule": True}.get(chosen.chosen("sent"))
        listed = rounds(self.person, by_rule=how)
        query = chosen.chosen("q")
        rows = [each for each in listed if matches(query, each.body, each.reminding.text)]
        table = RoundsTable(rows)
        RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
        context = {
            "table": table,
            "filter": chosen,
            "found": len(rows),
            "reminded": sum(each.count for each in rows),
            "seen": sum(each.seen for each in rows),
            "followed": sum(each.followed for each in rows),
            "cut": len(listed) == ROUNDS_LISTED,
            "most": ROUNDS_LISTED,
            "directs": Organisation.objects.visible_to(self.person, Permission.DIRECT).exists(),
        }
        return render(request, "facilities/remindings.html", context)


class RemindingPage(Page):
    """One round: who has seen it, what followed, and who is silent."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Reminding.objects.select_related("organisation", "sent_by", "rule__deadline__document")
        reminding = get_object_or_404(self.visible(rows), pk=pk)
        reminded = lines(reminding, self.person)
        chosen = RoundFilter(request.GET)
        table = RoundTable(_narrowed(reminded, chosen))
        RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
        context = {
            "reminding": reminding,
            "chosen_words": chosen_words(reminding.chosen_by),
            "table": table,
            "filter": chosen,
            "count": len(reminded),
            "seen": sum(each.seen_at is not None for each in reminded),
            "followed": sum(each.followed is not None for each in reminded),
            "unseen": sum(each.seen_at is None for each in reminded),
            "silent": sum(each.followed is None for each in reminded),
            "silent_ones": ",".join(str(each.facility.pk) for each in reminded if each.followed is None),
            "directs": Organisation.objects.visible_to(self.person, Permission.DIRECT).exists(),
            "here": request.path,
        }
        return render(request, "facilities/reminding.html", context)


def numbers(values: Iterable[str]) -> list[int]:
    """The ids that were sent, each once, in their order; what is no number is none."""
    parts = (part.strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(key for part in parts if (key := key_of(part)) is not None))


def _came_from(request: HttpRequest) -> str:
    """The filters in the address of the table that the facilities were chosen in, where the browser says so."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.query[:500] if page.netloc == request.get_host() and page.path != request.path else ""


def _narrowed(reminded: Sequence[ReminderLine], chosen: RoundFilter) -> list[ReminderLine]:
    query, state = chosen.chosen("q"), chosen.chosen("state")
    return [
        each
        for each in reminded
        if matches(query, each.name, each.facility.code)
        and not (state == "unseen" and each.seen_at is not None)
        and not (state == "silent" and each.followed is not None)
    ]


def _latest_first(chosen: Sequence[Chosen]) -> list[Chosen]:
    return sorted(chosen, key=lambda each: (-(each.owed.days if each.owed else -10_000), str(each.facility)))


def _first_text(chosen: Sequence[Chosen]) -> Any:  # noqa: ANN401 - a lazy text or a plain one
    """In the language of the country, whatever the sender reads: of the deadline that most of them owe."""
    owing = [each.owed for each in chosen if each.owed is not None and each.left_out is None]
    most = Counter(each.deadline.pk for each in owing).most_common(1)
    deadline = Deadline.objects.select_related("document").get(pk=most[0][0]) if most else None
    late = [each.days for each in owing if deadline is not None and each.deadline.pk == deadline.pk]
    with translation.override("vi"):
        return usual_text_for(deadline, late)
