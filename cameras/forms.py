"""The form in which cameras are registered and edited. The rules are in cameras.domain.registration."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.domain.naming import free_name
from cameras.domain.registration import version
from cameras.domain.stream_entry import LONGEST_PASSWORD, LONGEST_USERNAME, Problem, StreamEntry
from cameras.enums import StreamKind
from cameras.models import Camera, Stream
from cameras.streams.address import AddressError, Credentials, split_credentials
from facilities.enums import Requirement
from facilities.models import Facility, Zone

_STYLES: dict[type[forms.Widget], str] = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
_TEXT = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


class ZoneChoice(forms.ModelChoiceField[Zone]):
    """Zones by name, with a word of warning where the guideline forbids cameras."""

    def label_from_instance(self, obj: Zone) -> str:
        name = f"{obj.name} ({obj.get_kind_display()})"
        return f"{name} – {obj.requirement.label}" if obj.requirement is Requirement.FORBIDDEN else name


class ZoneToCover(ZoneChoice):
    """The same, saying which required zones have no camera yet: the zones are annotated with their `registered`."""

    def label_from_instance(self, obj: Zone) -> str:
        label = super().label_from_instance(obj)
        return " – ".join([label, gettext("no camera yet")]) if _uncovered(obj) else label


def _uncovered(zone: Zone) -> bool:
    return zone.requirement is Requirement.REQUIRED and not getattr(zone, "registered", 0)


class CameraForm(forms.Form):
    """One camera of one facility, with one account for its streams. A password goes in and never comes out again."""

    zone = ZoneChoice(label=_("Zone"), queryset=Zone.objects.none(), empty_label=_("Choose the zone"))
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As people on site call it: “Corridor, 2nd floor, east”")
    )
    address = forms.CharField(
        label=_("Address of the main stream"),
        widget=forms.TextInput({"inputmode": "url", "placeholder": "rtsp://10.1.2.3:554/main", **_TEXT}),
        help_text=_("From the camera's settings. One with user:password@ may be pasted; they are taken out of it."),
    )
    username = forms.CharField(
        label=_("User name of the camera"),
        required=False,
        max_length=LONGEST_USERNAME,
        widget=forms.TextInput({"autocomplete": "off", **_TEXT}),
    )
    password = forms.CharField(
        label=_("Password of the camera"),
        required=False,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    remove_password = forms.BooleanField(
        label=_("Remove the stored password"),
        required=False,
        # It must be meant anew: no draft brings it back.
        widget=forms.CheckboxInput({"data-not-kept": ""}),
    )
    sub_address = forms.CharField(
        label=_("Address of the sub stream"),
        required=False,
        widget=forms.TextInput({"inputmode": "url", **_TEXT}),
        help_text=_("The camera's small picture, if it has one. It uses the same user name and password."),
    )
    interval = forms.IntegerField(
        label=_("Seconds between two checks"),
        min_value=10,
        max_value=3600,
        initial=60,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    basic_allowed = forms.BooleanField(
        label=_("Permit Basic authentication"),
        required=False,
        help_text=_("It sends the password unencrypted. Permit it only where the camera knows no other way."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    FIRST: tuple[str, ...] = ("zone", "name", "address", "username", "password", "remove_password")
    MORE: tuple[str, ...] = ("sub_address", "interval", "basic_allowed")

    def __init__(
        self, data: QueryDict | None = None, *, facility: Facility, camera: Camera | None = None, **options: Any
    ) -> None:
        self.camera = camera
        self.stored: dict[str, Stream] = {s.kind: s for s in camera.streams.all()} if camera else {}
        self.pasted: list[Problem] = []
        super().__init__(self._without_secrets(data), initial=self._stored_values() | options.pop("initial", {}))
        for field in self.fields.values():
            field.widget.attrs["class"] = _STYLES.get(type(field.widget), "form-control")
        self.fields["zone"].queryset = facility.zones.all()  # type: ignore[attr-defined] # ZoneChoice has one
        if not any(stream.sealed_password for stream in self.stored.values()):
            del self.fields["remove_password"]
            return
        self.fields["password"].help_text = _("Stored. Leave it empty to keep it; it is never shown.")

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that every camera needs."""
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that few cameras need."""
        return [self[name] for name in self.MORE]

    @property
    def more_open(self) -> bool:
        """Whether the few needed ones have something to say, and so must be seen."""
        return any(field.errors for field in self.more) or bool(self["sub_address"].value())

    @property
    def password_typed(self) -> bool:
        """Whether a password was typed into this form; where it comes back, it comes back without it."""
        return bool(self.data.get("password"))

    @property
    def stored_now(self) -> list[tuple[str, object]]:
        """What is stored, by label, for somebody whose edit met another's."""
        stored = self._stored_values() | {"zone": self.camera.zone if self.camera else ""}
        stored["basic_allowed"] = _("yes") if stored.get("basic_allowed") else _("no")
        return [(str(self.fields[name].label), stored[name]) for name in (*self.FIRST, *self.MORE) if name in stored]

    def streams(self) -> list[StreamEntry]:
        """The streams as entered. Of the form's own checks, which must have passed, none says what an address is."""
        given = self.cleaned_data
        password = "" if given.get("remove_password") and not given["password"] else given["password"] or None
        entries = [StreamEntry(StreamKind.MAIN, given["address"], given["username"], password, given["basic_allowed"])]
        if given["sub_address"]:
            entries.append(self._sub(password))
        return entries

    def add_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show what was refused at the fields where it was entered."""
        for problem in problems:
            name = "sub_address" if problem.kind == StreamKind.SUB and problem.field == "address" else problem.field
            self.add_error(name if name in self.fields else None, str(problem.message))

    def clean(self) -> dict[str, Any]:
        self.add_problems(tuple(self.pasted))
        given = super().clean() or self.cleaned_data
        main = self.stored.get(StreamKind.MAIN)
        new_sub = given.get("sub_address") and StreamKind.SUB not in self.stored
        keeps = main and main.sealed_password and not (given.get("password") or given.get("remove_password"))
        if new_sub and keeps:
            # Nobody but the prober opens what is sealed for the main stream.
            self.add_error("password", _("Type it again: it has to be stored for the sub stream too."))
        return given

    def renew_seen(self) -> None:
        """After a conflict: saving again is then meant to overwrite what is shown beside the form."""
        self.data = self.data.copy()  # type: ignore[attr-defined] # a QueryDict
        self.data["seen"] = self._version()  # type: ignore[index] # a copy of a QueryDict

    def _sub(self, password: str | None) -> StreamEntry:
        given, stored = self.cleaned_data, self.stored.get(StreamKind.SUB)
        main = self.stored.get(StreamKind.MAIN)
        if stored is not None and main is not None and stored.username != main.username:
            # It has an account of its own, which this form does not show.
            return StreamEntry(StreamKind.SUB, given["sub_address"], stored.username, None, stored.basic_allowed)
        return StreamEntry(StreamKind.SUB, given["sub_address"], given["username"], password, given["basic_allowed"])

    def _stored_values(self) -> dict[str, Any]:
        if self.camera is None:
            return {}
        main, sub = self.stored.get(StreamKind.MAIN), self.stored.get(StreamKind.SUB)
        return {
            "zone": self.camera.zone_id,
            "name": self.camera.name,
            "address": main.url if main else "",
            "username": main.username if main else "",
            "basic_allowed": main.basic_allowed if main else False,
            "sub_address": sub.url if sub else "",
            "interval": self.camera.interval,
            "seen": self._version(),
        }

    def _version(self) -> str:
        return version(self.camera, self.stored.values()) if self.camera else ""

    def _without_secrets(self, data: QueryDict | None) -> QueryDict | None:
        """What was sent, with accounts moved from addresses into their fields: the page never repeats a password."""
        if data is None:
            return None
        data = data.copy()
        for name in ("address", "sub_address"):
            text, credentials = self._split(name, data.get(name, "").strip())
            data[name] = text
            if credentials is not None:
                self._take(data, credentials)
        return data

    def _split(self, name: str, text: str) -> tuple[str, Credentials | None]:
        problem: str | Promise = _("Enter the password in its own field: it cannot be told apart from this address.")
        try:
            text, credentials = split_credentials(text)
        except AddressError as error:
            problem, credentials = error.message, None
        if "@" not in text:
            return text, credentials
        # Something before the "@" may be a password, or half of one: what comes back to the page is what follows.
        self.pasted.append(Problem(name, problem))
        return text.rpartition("@")[2], credentials

    def _take(self, data: QueryDict, credentials: Credentials) -> None:
        if credentials.password and data.get("password") not in (None, "", credentials.password):
            self.pasted.append(
                Problem("password", _("The address holds another password than this field. Enter it once."))
            )
        data["username"] = credentials.username
        data["password"] = credentials.password or data.get("password", "")


class QuickCameraForm(CameraForm):
    """The same in short, for many in a row: in the next zone without a camera, and called after it."""

    FIRST = ("zone", "address", "username", "password")
    MORE = ("name", "sub_address", "interval", "basic_allowed")

    zone = ZoneToCover(label=_("Zone"), queryset=Zone.objects.none(), empty_label=_("Choose the zone"))

    def __init__(self, data: QueryDict | None = None, *, facility: Facility, **options: Any) -> None:
        super().__init__(data, facility=facility, **options)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Left empty, it is called after its zone.")
        zones = facility.zones.annotate(registered=Count("cameras")).order_by("name")
        self.fields["zone"].queryset = zones  # type: ignore[attr-defined] # ZoneToCover has one
        if data is None and not self.initial.get("zone"):
            self.initial["zone"] = next((zone.pk for zone in zones if _uncovered(zone)), None)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        zone = given.get("zone")
        if zone is not None and not given.get("name"):
            given["name"] = free_name(zone.name, zone.cameras.values_list("name", flat=True))
        return given
