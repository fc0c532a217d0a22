"""Reminders by mail, beside those in the portal, to the contact of each facility that has one."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from facilities.models import Reminder, Reminding

logger = logging.getLogger(__name__)


def mail_round(reminding: int) -> int:
    """Send one mail for each reminder of the round whose facility has a contact; how many went.

    A failure is logged, and the others are still sent. Nothing here is repeated: what counts stands in the portal.
    """
    found = Reminding.objects.select_related("organisation").get(pk=reminding)
    rows = Reminder.objects.filter(reminding=found, facility__contact__isnull=False)
    went = 0
    # In the language of the country, and over one connection for all.
    with translation.override(settings.LANGUAGE_CODE):
        mail_server = get_connection()
        for reminder in rows.select_related("facility__organisation", "facility__contact"):
            told = {"reminding": found, "facility": reminder.facility, "contact": reminder.facility.contact}
            subject = " ".join(render_to_string("facilities/mail/reminder_subject.txt", told).split())
            mail = EmailMessage(
                f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
                render_to_string("facilities/mail/reminder.txt", told),
                to=[reminder.facility.contact.email],
                connection=mail_server,
            )
            try:
                went += mail.send()
            except (OSError, SMTPException):
                logger.exception("The mail of reminder %s did not go", reminder.pk)
        mail_server.close()
    return went
