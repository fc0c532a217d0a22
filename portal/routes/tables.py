"""Pages of leaders' tables and the pictures beside them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
