"""Pages of the rollout as it is reported, and files."""

from django.urls import URLPattern, URLResolver, path

from portal.views.rollout.acceptance import AcceptancePicture, AcceptanceReport
from portal.views.rollout.connection import Connection
from portal.views.rollout.estimate import EstimateReport
from portal.views.rollout.files import ReportFile
from portal.views.rollout.history import Rollout
from portal.views.rollout.other import OtherReport, Withdrawal
from portal.views.rollout.plain import Approval, Installation, Procurement, Watching
from portal.views.rollout.survey import Survey

urlpatterns: list[URLPattern | URLResolver] = [
    path("facilities/<int:pk>/rollout/", Rollout.as_view(), name="rollout"),
    path("facilities/<int:pk>/rollout/survey/", Survey.as_view(), name="rollout_survey"),
    path("facilities/<int:pk>/rollout/estimate/", EstimateReport.as_view(), name="rollout_estimate"),
    path("facilities/<int:pk>/rollout/approval/", Approval.as_view(), name="rollout_approval"),
    path("facilities/<int:pk>/rollout/procurement/", Procurement.as_view(), name="rollout_procurement"),
    path("facilities/<int:pk>/rollout/installation/", Installation.as_view(), name="rollout_installation"),
    path("facilities/<int:pk>/rollout/acceptance/", AcceptanceReport.as_view(), name="rollout_acceptance"),
    path("facilities/<int:pk>/rollout/connection/", Connection.as_view(), name="rollout_connection"),
    path("facilities/<int:pk>/rollout/watching/", Watching.as_view(), name="rollout_watching"),
    path("facilities/<int:pk>/rollout/other/", OtherReport.as_view(), name="rollout_other"),
    path("reports/<int:pk>/withdraw/", Withdrawal.as_view(), name="report_withdraw"),
    path("files/<int:pk>/", ReportFile.as_view(), name="report_file"),
    path("acceptances/<int:pk>/picture/", AcceptancePicture.as_view(), name="acceptance_picture"),
]
