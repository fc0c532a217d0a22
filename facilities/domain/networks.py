"""In which networks an organisation's cameras may be: those permitted on its node or on any above it."""

import logging
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.models import AllowedNetwork, Organisation, User

log = logging.getLogger(__name__)

Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]

_STEP: int = Organisation.steplen


def networks_for(organisation_paths: Iterable[str]) -> dict[str, Networks]:
    """The networks permitted to each of these nodes, by path; one query whatever their number."""
    paths = set(organisation_paths)
    lines = {path: _line(path) for path in paths}
    nodes = {node for line in lines.values() for node in line}
    permitted: dict[str, list[Network]] = {}
    found = AllowedNetwork.objects.filter(organisation__path__in=nodes).order_by("pk")
    for path, cidr in found.values_list("organisation__path", "cidr"):
        permitted.setdefault(path, []).append(ip_network(cidr))
    return {path: tuple(net for node in line for net in permitted.get(node, ())) for path, line in lines.items()}


def networks_of(organisation: Organisation) -> Networks:
    """The networks permitted to this node."""
    return networks_for([organisation.path])[organisation.path]


def allow_network(*, organisation: Organisation, cidr: str, actor: User | None) -> AllowedNetwork:
    """Permit cameras below the node to be in this network; permitted twice it changes nothing.

    Raises ValidationError where the text is no network, or one where a camera is never to be looked for.
    """
    try:
        network = ip_network(cidr.strip())
    except ValueError:
        raise ValidationError({"cidr": _("Write the network as its first address and length: 10.20.0.0/16.")}) from None
    if network.is_link_local or network.is_multicast or network.is_unspecified or network.prefixlen == 0:
        raise ValidationError({"cidr": _("No camera may be called in this network.")})
    allowed, created = AllowedNetwork.objects.get_or_create(organisation=organisation, cidr=str(network))
    if created:
        log.info(
            "Network %s permitted on organisation %s by %s",
            network,
            organisation.pk,
            f"user {actor.pk}" if actor else "the command line",
        )
    return allowed


def withdraw_network(*, allowed: AllowedNetwork, actor: User | None) -> None:
    """Permit a network no more; cameras in it are not called again, unless one above permits it too."""
    log.info(
        "Network %s withdrawn from organisation %s by %s",
        allowed.cidr,
        allowed.organisation_id,
        f"user {actor.pk}" if actor else "the command line",
    )
    allowed.delete()


def _line(path: str) -> list[str]:
    """The paths of a node and of all above it, from the top."""
    return [path[:end] for end in range(_STEP, len(path) + 1, _STEP)]
