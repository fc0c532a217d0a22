"""The portal's Celery application with the benchmark's own task added, whose results are waited for."""

from django.conf import settings

from portal.celery import app
from portal.environment import celery_url
from tests.bench import naive

__all__ = ["app", "naive"]

app.conf.update(result_backend=celery_url(settings.REDIS_URL))
