"""Requests to addresses that strangers gave us: only https, only to public addresses, no redirects, no proxies.

The address is checked on the connection itself, after the name was resolved and before a byte is sent, so a name that
resolves to something else the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

MAX_ADDRESS = 500


class Forbidden(ValueError):
    """The address is not one that we talk to."""


def check_endpoint(endpoint: str) -> str:
    """The origin of an https address without credentials, on the usual port; Forbidden otherwise. Asks no DNS."""
    if len(endpoint) > MAX_ADDRESS or not endpoint.isascii() or any(sign <= " " for sign in endpoint):
        raise Forbidden("the address is malformed")
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Forbidden("the address is malformed") from error
    if parts.scheme != "https" or parts.username is not None or parts.password is not None:
        raise Forbidden("only https without credentials")
    if port not in (None, 443):
        raise Forbidden("only the usual port")
    if "." not in host and ":" not in host:
        raise Forbidden("only public names")
    try:
        is_public = is_public_address(host)
    except ValueError:
        is_public = True  # a name: its addresses are checked when we are connected to one
    if not is_public:
        raise Forbidden("only public addresses")
    return f"https://{parts.netloc}"


def is_public_address(address: str) -> bool:
    """Whether an IP address is on the public internet, whatever form it hides in. ValueError for no address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class _Connection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        if not is_public_address(str(made.getpeername()[0])):
            made.close()
            raise Forbidden("the name leads to an address that is not public")
        return made


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"https": _Pool}


def guarded_session() -> requests.Session:
    """A session that can reach nothing but public https."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.adapters.clear()
    session.mount("https://", _Adapter(max_retries=0))
    return session
