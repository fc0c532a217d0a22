"""The one way in which a page shows what a rule answers: word, icon and hue, always the three together."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.domain.rules.outcome import Result
from portal.tables.rule_words import RESULTS
from portal.templatetags.icons import icon

register = template.Library()


@register.simple_tag
def rule_result(value: str) -> SafeString:
    """A result in words with its icon."""
    word, drawing, hue = RESULTS[Result(value)]
    return format_html('<span class="state state-{}">{}<span>{}</span></span>', hue, icon(drawing), word)
