"""Pages about one camera: its standing and history, registering, editing, taking back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from cameras.domain.advice import ADVICE
from cameras.domain.registration import EditConflict, delete_camera, edit_camera, policy_of, register_camera
from cameras.domain.stream_entry import RegistrationRefused, StreamEntry, check_streams
from cameras.domain.uptime_reading import counted
from cameras.enums import Reason, StreamKind
from cameras.forms import CameraForm
from cameras.live.census import STANDING
from cameras.models import Camera, Transition
from cameras.models.camera import CameraQuerySet
from cameras.strips import DayStrip, day_strips
from cameras.views.wall import wall_words
from facilities.access.doors.page import Page
from facilities.enums import Permission, Requirement
from facilities.models import Facility

TRANSITIONS_A_PAGE = 20

secret_fields = method_decorator(sensitive_post_parameters("address", "sub_address", "password"), "dispatch")


class CameraPage(Page):
    """What is known of a camera, what to do about it, and how it got there."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = get_object_or_404(self.visible(_cameras().annotate(standing=STANDING)), pk=pk)
        may_register = self._may(Permission.REGISTER_CAMERAS, camera)
        context = standing(camera, request) | {
            "history": _history(camera, request),
            "may_register": may_register,
            # Where the cameras are in the network is for those who tend them.
            "streams": camera.streams.order_by("kind") if may_register else [],
            "shows_picture": self._may(Permission.VIEW_PICTURES, camera),
            "may_administer": self._may(Permission.ADMINISTER, camera),
            "words": wall_words(),
            "strip": _today(camera),
        }
        return render(request, "cameras/camera.html", context)

    def _may(self, permission: Permission, camera: Camera) -> bool:
        return Camera.objects.visible_to(self.person, permission).filter(pk=camera.pk).exists()


class CameraStanding(Page):
    """The parts of the camera's page that change by themselves."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = get_object_or_404(self.visible(_cameras()), pk=pk)
        context = standing(camera, request) | {"history": _history(camera, request)}
        return render(request, "cameras/camera_news.html", context)


@secret_fields
class CameraRegistration(Page):
    """Registers a camera of one facility."""

    permissions = {"GET": Permission.REGISTER_CAMERAS, "POST": Permission.REGISTER_CAMERAS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = self._facility(pk)
        return self._show(request, CameraForm(facility=facility, initial={"zone": request.GET.get("zone")}), facility)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = self._facility(pk)
        form = CameraForm(request.POST, facility=facility)
        if form.is_valid():
            try:
                return after_saving(self._register(form), timezone.now())
            except RegistrationRefused as refused:
                form.add_problems(refused.problems)
        return self._show(request, form, facility)

    def _register(self, form: CameraForm) -> Camera:
        given = form.cleaned_data
        return register_camera(
            zone=given["zone"],
            name=given["name"],
            streams=form.streams(),
            interval=given["interval"],
            actor=self.person,
            now=timezone.now(),
        )

    def _facility(self, pk: int) -> Facility:
        rows = Facility.objects.select_related("organisation", "district", "province")
        return get_object_or_404(self.visible(rows), pk=pk)

    def _show(self, request: HttpRequest, form: CameraForm, facility: Facility) -> HttpResponse:
        return render(request, "cameras/camera_form.html", {"form": form, "facility": facility})


@secret_fields
class AddressCheck(Page):
    """Says what is wrong with an address as the person leaves its field; nothing is stored or called."""

    permissions = {"POST": Permission.REGISTER_CAMERAS}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = get_object_or_404(self.visible(Facility.objects.select_related("organisation")), pk=pk)
        entry = StreamEntry(StreamKind.MAIN, request.POST.get("address", ""))
        _, problems = check_streams([entry], policy_of(facility), {})
        said = " ".join(str(problem.message) for problem in problems if problem.field == "address")
        return HttpResponse(said, content_type="text/plain; charset=utf-8")


@secret_fields
class CameraEdit(Page):
    """Changes a camera. Who saves second sees what the first one saved, and decides."""

    permissions = {"GET": Permission.REGISTER_CAMERAS, "POST": Permission.REGISTER_CAMERAS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = self._camera(pk)
        return self._show(request, CameraForm(facility=camera.zone.facility, camera=camera), camera)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = self._camera(pk)
        form = CameraForm(request.POST, facility=camera.zone.facility, camera=camera)
        conflict = False
        if form.is_valid():
            now = timezone.now()
            try:
                return self._saved(request, form, camera, now)
            except RegistrationRefused as refused:
                form.add_problems(refused.problems)
            except Camera.DoesNotExist:
                raise Http404 from None
            except EditConflict:
                conflict = True
                form.renew_seen()
        return self._show(request, form, camera, conflict=conflict)

    def _saved(self, request: HttpRequest, form: CameraForm, camera: Camera, now: datetime) -> HttpResponse:
        given = form.cleaned_data
        edited = edit_camera(
            camera=camera,
            zone=given["zone"],
            name=given["name"],
            streams=form.streams(),
            interval=given["interval"],
            seen=given["seen"],
            actor=self.person,
            now=now,
        )
        if edited.password_dropped:
            messages.warning(
                request,
                _("The stored password was removed, as it was meant for another address. Edit the camera to enter it."),
            )
        return after_saving(edited.camera, now)

    def _camera(self, pk: int) -> Camera:
        return get_object_or_404(self.visible(_cameras()), pk=pk)

    def _show(self, request: HttpRequest, form: CameraForm, camera: Camera, *, conflict: bool = False) -> HttpResponse:
        context = {"form": form, "camera": camera, "facility": camera.zone.facility, "conflict": conflict}
        return render(request, "cameras/camera_form.html", context, status=409 if conflict else 200)


class CameraDeletion(Page):
    """Takes back a camera that never delivered a picture, after asking."""

    permissions = {"GET": Permission.REGISTER_CAMERAS, "POST": Permission.REGISTER_CAMERAS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = self._camera(pk)
        return render(request, "cameras/camera_delete.html", {"camera": camera, "facility": camera.zone.facility})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        camera = self._camera(pk)
        facility, name = camera.zone.facility_id, camera.name
        try:
            delete_camera(camera=camera, actor=self.person)
        except RegistrationRefused as refused:
            messages.error(request, str(refused.problems[0].message))
            return redirect("camera", pk)
        except Camera.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("%(camera)s was deleted.") % {"camera": name})
        return redirect("facility", facility)

    def _camera(self, pk: int) -> Camera:
        return get_object_or_404(self.visible(_cameras()), pk=pk)


def _today(camera: Camera) -> DayStrip | None:
    """The strip of its day so far. A camera where none may be has none: it does not count."""
    now = timezone.now()
    rows = counted(Camera.objects.filter(pk=camera.pk))
    return next(iter(day_strips(rows, day=timezone.localdate(now), now=now)), None)


def _cameras() -> CameraQuerySet:
    return Camera.objects.for_tiles().select_related("zone__facility__district", "zone__facility__province")


def standing(camera: Camera, request: HttpRequest) -> dict[str, Any]:
    """What the changing part of the page shows. It asks again until a check begun after `saved` has its verdict.

    A failed check has none before a second one confirms it.
    """
    saved = _moment(request.GET.get("saved", ""))
    observed = camera.state.observed_at
    checked = observed is not None and (saved is None or observed >= saved)
    confirming = checked and camera.state.failures > 0
    return {
        "camera": camera,
        "facility": camera.zone.facility,
        "state": camera.state,
        "advice": ADVICE[Reason(camera.state.reason)],
        "forbidden": camera.zone.requirement is Requirement.FORBIDDEN,
        "confirming": confirming,
        "waiting": camera.state.due_at is not None and (confirming or not checked),
        "saved": saved.isoformat() if saved else "",
        "as_of": timezone.now(),
    }


def after_saving(camera: Camera, now: datetime) -> HttpResponse:
    """To the camera's page, which waits there for the verdict on what was saved at `now`."""
    query = {"saved": now.isoformat()}
    return HttpResponseRedirect(reverse("camera", args=[camera.pk], query=query))


def _history(camera: Camera, request: HttpRequest) -> Slice[Transition]:
    return Paginator(camera.transitions.all(), TRANSITIONS_A_PAGE).get_page(request.GET.get("page"))


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
