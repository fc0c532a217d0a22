"""What our libraries say about accounts and have no Vietnamese for. Ours in locale/ serves their texts as well."""

from django.utils.translation import gettext_noop, ngettext_lazy

TEXTS = (
    gettext_noop("You must type the same password each time."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
