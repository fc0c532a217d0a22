"""Vietnamese first: another language only for who chose it here."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class VietnameseFirst(LocaleMiddleware):
    """Takes the language from the person's choice (the cookie of the language switch), and never from the browser.

    Browsers on the offices' computers commonly ask for English because nobody has set them otherwise.
    """

    def process_request(self, request: HttpRequest) -> None:
        try:
            chosen = translation.get_supported_language_variant(request.COOKIES[settings.LANGUAGE_COOKIE_NAME])
        except LookupError:
            chosen = settings.LANGUAGE_CODE
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
