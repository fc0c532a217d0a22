"""A page as its reader gets it."""

from django.test import Client
from django.urls import reverse


def text(client: Client, name: str, *args: int, **query: str) -> str:
    """What the page of that name says; it is there."""
    answer = client.get(reverse(name, args=args, query=query))
    assert answer.status_code == 200
    return answer.content.decode()
