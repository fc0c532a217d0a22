"""Whom to call at a facility (rule R7; Quảng Nam 2644): full name, title, phone, e-mail."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from facilities.models import Contact, Facility

# As people write them: with spaces, dots, hyphens, brackets; +84, 0084 or 84 for the leading 0.
_BETWEEN = re.compile(r"[\s.\-()/]")
_ABROAD = re.compile(r"^(?:\+84|0084|84(?=\d{9,10}$))0?")
# Mobile numbers have ten digits, fixed ones eleven with their area's code (02x), services 1800 and 1900 eight to ten.
_NUMBER = re.compile(r"^(?:0[35789]\d{8}|02\d{9}|1[89]00\d{4,6})$")


def plain_phone(written: str) -> str:
    """The number in its digits: "+84 (905) 123.456" is "0905123456". Raises ValidationError: no number of Viet Nam."""
    digits = _ABROAD.sub("0", _BETWEEN.sub("", written))
    if not _NUMBER.match(digits):
        raise ValidationError(_("Enter a phone number of Viet Nam, for example 0905 123 456 or 0235 3852 123."))
    return digits


@transaction.atomic
def set_contact(*, facility: Facility, full_name: str, title: str, phone: str, email: str) -> Contact:
    """Enter or replace the facility's contact; its history keeps who did, and whom it was before.

    Raises ValidationError at full_name, title, phone, email.
    """
    # So that two first entries come one after the other.
    Facility.objects.select_for_update().get(pk=facility.pk)
    contact = Contact.objects.filter(facility=facility).first() or Contact(facility=facility)
    contact.full_name, contact.title = " ".join(full_name.split()), " ".join(title.split())
    contact.email = email.strip()
    problems: dict[str, list[Any]] = {}
    try:
        contact.phone = plain_phone(phone.strip()) if phone.strip() else ""
    except ValidationError as refusal:
        problems["phone"] = list(refusal.messages)
    try:
        contact.clean_fields(exclude=["facility", *problems])
    except ValidationError as refusal:
        problems |= refusal.message_dict
    if not problems and len(contact.full_name.split()) == 1:
        problems["full_name"] = [_("Enter the full name, with family name and given name.")]
    if problems:
        raise ValidationError(problems)
    contact.save()
    return contact
