"""Pages of rules."""

from django.urls import URLPattern, URLResolver, path

from portal.views.compliance_rule_change import ComplianceRuleChange
from portal.views.compliance_rules import ComplianceRulePage, ComplianceRules
from portal.views.facility_rules import FacilityRules

urlpatterns: list[URLPattern | URLResolver] = [
    path("rules/", ComplianceRules.as_view(), name="compliance_rules"),
    path("rules/<int:pk>/", ComplianceRulePage.as_view(), name="compliance_rule"),
    path("rules/<int:pk>/change/", ComplianceRuleChange.as_view(), name="compliance_rule_change"),
    path("facilities/<int:pk>/rules/", FacilityRules.as_view(), name="facility_rules"),
]
