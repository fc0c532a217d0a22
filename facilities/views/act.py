"""What pages that change the tree share: a form, the rules' refusals beside it, and a look at what would happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.domain.placing import closed, shown
from facilities.enums import Permission
from facilities.forms.acts import ActForm
from facilities.models import Organisation

Text = str | Promise
# What would happen, in words and numbers.
Consequences = list[tuple[Text, object]]


class Act(Page):
    """Something done to what the address names: asked for in a form and, if `asks`, confirmed after a look ahead."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}
    template = "facilities/organisation_act.html"
    asks: ClassVar[bool] = False
    # Whether it takes to administer what stands above too.
    of_the_parent: ClassVar[bool] = False
    icon: ClassVar[str] = "check"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.load(pk)
        return self.show(request, self.form(None))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.load(pk)
        form = self.form(request.POST)
        if self.barred() or "back" in request.POST or not form.is_valid():
            return self.show(request, form)
        try:
            if not self.asks or "confirmed" in request.POST:
                return self.done(form)
            consequences = [*self.days(form), *self.consequences(form)]
            with rehearsal():
                self.do(form)
        except Organisation.DoesNotExist:
            # Somebody took it away between the question and the answer.
            raise Http404 from None
        except ValidationError as refusal:
            form.tell(refusal)
            return self.show(request, form)
        return self.show(request, form, confirm=True, consequences=consequences)

    def load(self, pk: int) -> None:
        """Fetch what the address names, or answer 404."""
        self.node: Organisation = get_object_or_404(
            self.visible(Organisation.objects.select_related("area__province", "successor")), pk=pk
        )

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        """The form, bound to what was sent."""
        raise NotImplementedError

    def do(self, form: ActForm) -> object:
        """Do it. Raises ValidationError by field."""
        raise NotImplementedError

    def done(self, form: ActForm) -> HttpResponse:
        """Do it, say so, and lead on."""
        raise NotImplementedError

    def days(self, form: ActForm) -> Consequences:
        """The days that were chosen, as people write them."""
        given = form.cleaned_data
        return [(field.label, shown(given[field.name])) for field in form if isinstance(given.get(field.name), date)]

    def consequences(self, form: ActForm) -> Consequences:
        """What it would do, before it is done."""
        raise NotImplementedError

    def words(self) -> dict[str, Text]:
        """`title`, `button`, and, if there is more to say, `lead`."""
        raise NotImplementedError

    def barred(self) -> Text:
        """Why this cannot be done at all, or nothing."""
        if self.node.valid_to is not None:
            return closed(self.node)
        if self.of_the_parent and not self.administers_parent():
            return _("Only who administers the body above may do this.")
        return ""

    def administers_parent(self) -> bool:
        """Whether what stands above is in the person's reach too."""
        above = Organisation.objects.filter(path=self.node.path[: -Organisation.steplen])
        return bool(self.visible(above).exists())

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        """The page as it stands."""
        line = self.visible(Organisation.objects.get_ancestors(self.node))
        context = {
            "organisation": self.node,
            "line": [*line, self.node],
            "form": form,
            "barred": self.barred(),
            "asks": self.asks,
            "icon": self.icon,
            **self.words(),
            **context,
        }
        return render(request, self.template, context)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever is done within is taken back; what the rules refuse is raised."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
