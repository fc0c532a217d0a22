"""What facilities.domain.access_words says, for templates."""

from django import template

from facilities.domain.access_words import in_words, last_moment

register = template.Library()
register.filter("in_words", in_words)
register.filter("last_moment", last_moment)
