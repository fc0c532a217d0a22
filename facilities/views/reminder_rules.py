"""Reminder rules: of which deadlines there are any, setting one, switching it off and on."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.domain.reminder_rules import deadlines_to_remind_of, due_day, set_rule, switch_rule
from facilities.domain.reminding import bodies_directing
from facilities.enums import Permission
from facilities.forms.reminders import ReminderRuleForm
from facilities.models import Deadline, ReminderRule, Reminding, User


class ReminderRules(Page):
    """The deadlines that bind facilities which the person directs, with the rules of bodies within reach."""

    permissions = {"GET": Permission.DIRECT}

    def get(self, request: HttpRequest) -> HttpResponse:
        deadlines = deadlines_to_remind_of(self.person, timezone.now())
        rules = rules_by_deadline(self.person)
        offered = {deadline.pk for deadline in deadlines}
        context = {
            "deadlines": [(deadline, rules.get(deadline.pk, [])) for deadline in deadlines],
            # Of deadlines that were superseded since: they say nothing any more.
            "silent": [(found[0].rule.deadline, found) for pk, found in rules.items() if pk not in offered],
            "directs": bool(bodies_directing(self.person, timezone.now())),
        }
        return render(request, "facilities/reminder_rules.html", context)


class DeadlineReminders(Page):
    """The rules of one deadline, and the form that adds one."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, self._deadline(pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        deadline, now = self._deadline(pk), timezone.now()
        form = ReminderRuleForm(request.POST, bodies=bodies_directing(self.person, now))
        if form.is_valid():
            given = form.cleaned_data
            try:
                set_rule(
                    deadline=deadline,
                    body=given["organisation"],
                    days=form.offset,
                    text=given["text"],
                    actor=self.person,
                    now=now,
                )
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("The rule is set."))
                return redirect("deadline_reminders", pk)
        return self._show(request, deadline, form)

    def _deadline(self, pk: int) -> Deadline:
        found = next((each for each in deadlines_to_remind_of(self.person, timezone.now()) if each.pk == pk), None)
        if found is None:
            raise Http404
        return found

    def _show(self, request: HttpRequest, deadline: Deadline, form: ReminderRuleForm | None) -> HttpResponse:
        bodies = bodies_directing(self.person, timezone.now())
        context = {
            "deadline": deadline,
            "rules": rules_by_deadline(self.person).get(deadline.pk, []),
            "form": form or ReminderRuleForm(bodies=bodies, initial={"when": "before", "days": 3}),
            "directs": bool(bodies),
        }
        return render(request, "facilities/deadline_reminders.html", context)


class ReminderRuleSwitch(Page):
    """Switches a rule off, or on again while its day has not passed."""

    permissions = {"POST": Permission.DIRECT}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = ReminderRule.objects.select_related("deadline", "organisation")
        rule = get_object_or_404(self.visible(rows), pk=pk)
        try:
            switch_rule(rule=rule, active=request.POST.get("active") == "1", actor=self.person, now=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Saved."))
        return redirect("reminder_rules")


@dataclass(frozen=True)
class RuleLine:
    """A rule as a line on the page: when it is due, the round that it sent, and whether the reader may switch it."""

    rule: ReminderRule
    day: date
    sent: Reminding | None
    may_switch: bool


def rules_by_deadline(reader: User) -> dict[int, list[RuleLine]]:
    """The rules of bodies that `reader` reaches, by the id of their deadline. Three queries."""
    found: dict[int, list[RuleLine]] = defaultdict(list)
    own = set(ReminderRule.objects.visible_to(reader, Permission.DIRECT).values_list("pk", flat=True))
    rows = ReminderRule.objects.visible_to(reader, Permission.VIEW_FIGURES).prefetch_related("rounds")
    today = timezone.localdate()
    for rule in rows.select_related("deadline__document", "deadline__area", "organisation"):
        day, sent = due_day(rule), next(iter(rule.rounds.all()), None)
        # Once it has sent, or its day is past, there is nothing to switch.
        may_switch = rule.pk in own and sent is None and (rule.active or day >= today)
        found[rule.deadline_id].append(RuleLine(rule, day, sent, may_switch))
    return found
