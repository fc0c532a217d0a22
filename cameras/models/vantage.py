"""Where we look from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Vantage(models.Model):
    """A place that probes are made from; its workers take the queue `probe.<code>`."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["code"]
        verbose_name = _("vantage")
        verbose_name_plural = _("vantages")

    def __str__(self) -> str:
        return self.name
