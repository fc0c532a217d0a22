"""What programs send: JSON of a bounded depth, with numbers that are numbers. All else is refused in words."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class Bodies(JSONParser):
    """JSON in UTF-8. Raises ParseError; the usual parser takes 1e400 for infinity, and fails over `[[[[…`."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - named by Django REST framework
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - named by Django REST framework
    ) -> Any:  # noqa: ANN401 - whatever JSON may hold
        try:
            return json.loads(stream.read().decode(), parse_float=_finite, parse_constant=_no_constant)
        except ValueError as error:
            raise ParseError(_("This is no JSON: %(error)s") % {"error": error}) from None
        except RecursionError:
            raise ParseError(_("This JSON is nested too deeply.")) from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
