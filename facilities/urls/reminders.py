"""Pages of reminders and their rules."""

from django.urls import URLPattern, URLResolver, path

from facilities.views.facility_reminders import FacilityReminders
from facilities.views.reminder_rules import DeadlineReminders, ReminderRules, ReminderRuleSwitch
from facilities.views.reminders import ReminderNew, RemindingPage, Remindings

urlpatterns: list[URLPattern | URLResolver] = [
    path("reminders/", Remindings.as_view(), name="remindings"),
    path("reminders/new/", ReminderNew.as_view(), name="reminder_new"),
    path("reminders/rules/", ReminderRules.as_view(), name="reminder_rules"),
    path("reminders/rules/<int:pk>/switch/", ReminderRuleSwitch.as_view(), name="reminder_rule_switch"),
    path("reminders/<int:pk>/", RemindingPage.as_view(), name="reminding"),
    path("deadlines/<int:pk>/reminders/", DeadlineReminders.as_view(), name="deadline_reminders"),
    path("facilities/<int:pk>/reminders/", FacilityReminders.as_view(), name="reminders_of_facility"),
]
