"""In which networks the cameras of a body may be."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from facilities.domain.keys import key_of
from facilities.domain.networks import allow_network, withdraw_network
from facilities.forms.acts import ActForm
from facilities.forms.facilities import NetworkForm
from facilities.models import AllowedNetwork, Organisation
from facilities.views.act import Act, Text


class OrganisationNetworks(Act):
    """Lists the networks permitted here and above; permits one more, or withdraws one."""

    template = "facilities/organisation_networks.html"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return NetworkForm(sent)

    def words(self) -> dict[str, Text]:
        return {"title": _("Networks of %(name)s") % {"name": self.node}, "button": _("Permit this network")}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        number = request.POST.get("withdraw", "")
        if not number:
            return super().post(request, pk)
        self.load(pk)
        key = key_of(number)
        if key is None:
            return redirect("organisation_networks", pk)
        allowed = get_object_or_404(AllowedNetwork, pk=key, organisation=self.node)
        withdraw_network(allowed=allowed, actor=self.person)
        text = _("%(network)s is permitted no more. If that was a mistake, permit it again.")
        messages.success(request, text % {"network": allowed.cidr})
        return redirect("organisation_networks", pk)

    def done(self, form: ActForm) -> HttpResponse:
        allowed = allow_network(organisation=self.node, cidr=form.cleaned_data["cidr"], actor=self.person)
        messages.success(self.request, _("%(network)s is permitted now.") % {"network": allowed.cidr})
        return redirect("organisation_networks", self.node.pk)

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        above = AllowedNetwork.objects.filter(
            organisation__in=self.visible(Organisation.objects.get_ancestors(self.node))
        ).select_related("organisation")
        own = AllowedNetwork.objects.filter(organisation=self.node)
        return super().show(
            request, form, own=own.order_by("cidr"), above=above.order_by("organisation__path", "cidr"), **context
        )
