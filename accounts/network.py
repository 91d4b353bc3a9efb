"""Where a request comes from, for limits: never shown, never kept longer than the limit looks back."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the browser. Proxies of our own (TRUSTED_PROXIES of them) say it in X-Forwarded-For.

    What stands further left in that header comes from the browser itself, and is not believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXIES
    if hops:
        told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(told) >= hops:
            address = told[-hops]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def network_of(request: HttpRequest) -> str:
    """What limits count by: the address, or the first half of an IPv6 one, since a household has all of the rest."""
    address = client_address(request)
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return address
