"""Who a request comes from: key-pair JWT, access tokens, OAuth; verified, never assumed (protocol sheet 3)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Callable
from urllib.parse import unquote_plus

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .errors import ApiError

JWT_LIFETIME = 3600  # seconds after iat, whatever exp says
WORKLOAD_PROVIDER = re.compile(r"WIF\.(?:AWS|AZURE|GCP|OIDC)\.")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class User:
    name: str
    disabled: bool = False
    public_keys: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)  # by fingerprint

    def add_key(self, key: rsa.RSAPublicKey) -> str:
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()
        self.public_keys[fingerprint] = key
        return fingerprint


@dataclass
class Token:
    kind: str  # PROGRAMMATIC_ACCESS_TOKEN, OAUTH or WORKLOAD_IDENTITY_FEDERATION
    user: User
    expires: float
    role: str | None = None  # the only role it may be used with


@dataclass(frozen=True)
class Identity:
    user: str
    role_restriction: str | None = None


@dataclass(frozen=True)
class Attempt:
    """A login: the first use of a token, or one that failed."""

    user: str | None
    factor: str
    request: web.Request
    error_code: int | None = None
    error_message: str | None = None


FACTORS = {"KEYPAIR_JWT": "RSA_KEYPAIR", "OAUTH": "OAUTH_ACCESS_TOKEN", "WORKLOAD_IDENTITY_FEDERATION": "WORKLOAD_IDENTITY"}


class Auth:
    """The account's users and tokens."""

    def __init__(self, account: str):
        self.on_login: Callable[[Attempt], None] = lambda attempt: None
        self.seen: set[bytes] = set()  # digests of the headers that have logged in
        self.account = account.upper()
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.client_id = "local-client"
        self.client_secret = "local client+secret/" + secrets.token_urlsafe(12)
        self.refresh_tokens: dict[str, User] = {}

    def add_user(self, name: str, disabled: bool = False) -> User:
        user = User(name, disabled)
        self.users[name] = user
        return user

    def add_token(self, kind: str, user: User, lifetime: float = 86400, role: str | None = None) -> str:
        token = secrets.token_urlsafe(40)
        self.tokens[token] = Token(kind, user, time.time() + lifetime, role)
        return token

    def add_refresh_token(self, user: User) -> str:
        token = secrets.token_urlsafe(40)
        self.refresh_tokens[token] = user
        return token

    def identify(self, request: web.Request) -> Identity:
        """The user of a request; raises ApiError 401."""
        header = request.headers.get("Authorization", "")
        try:
            identity = self._identity(request)
        except ApiError as error:
            if header and error.body:
                self.on_login(Attempt(self._named(header), self._factor(request, header), request, int(error.body["code"]), error.body["message"]))
            raise
        digest = hashlib.sha256(header.encode()).digest()
        if digest not in self.seen:
            self.seen.add(digest)
            self.on_login(Attempt(identity.user, self._factor(request, header), request))
        return identity

    def _named(self, header: str) -> str | None:
        """Whom a token that is refused belongs to; None when nobody knows it."""
        known = self.tokens.get(header.partition(" ")[2])
        return known.user.name if known else None

    def _factor(self, request: web.Request, header: str) -> str:
        """How a login calls the way that was used."""
        token = header.partition(" ")[2]
        kind = request.headers.get("X-Snowflake-Authorization-Token-Type") or ("KEYPAIR_JWT" if token.count(".") == 2 else self._kind_of(token))
        kind = "PROGRAMMATIC_ACCESS_TOKEN" if kind == "PAT_WITH_EXTERNAL_SESSION_ID" else kind
        return FACTORS.get("WORKLOAD_IDENTITY_FEDERATION" if WORKLOAD_PROVIDER.match(token) else kind, kind)

    def _identity(self, request: web.Request) -> Identity:
        header = request.headers.get("Authorization")
        kind = request.headers.get("X-Snowflake-Authorization-Token-Type")
        if not header:
            raise ApiError(401, "390101", "Authorization header not found in the request data.")
        scheme, _, token = header.partition(" ")
        if scheme == "Snowflake":
            return self._session(token)
        if kind == "PAT_WITH_EXTERNAL_SESSION_ID":
            kind = "PROGRAMMATIC_ACCESS_TOKEN"
        if scheme != "Bearer" or not token:
            raise ApiError(401, "390101", "Authorization header is not of the form Bearer <token>.")
        provider = WORKLOAD_PROVIDER.match(token)
        if provider and kind in (None, "WORKLOAD_IDENTITY_FEDERATION"):
            return self._opaque(token[provider.end() :], "WORKLOAD_IDENTITY_FEDERATION")
        if kind == "WORKLOAD_IDENTITY_FEDERATION":
            raise _invalid_oauth()
        if kind == "KEYPAIR_JWT" or (kind is None and token.count(".") == 2):
            return self._jwt(token)
        return self._opaque(token, kind or self._kind_of(token))

    def _kind_of(self, token: str) -> str:
        """Without the token-type header the token itself tells; a workload identity tells it by its prefix alone."""
        known = self.tokens.get(token)
        return known.kind if known and known.kind == "PROGRAMMATIC_ACCESS_TOKEN" else "OAUTH"

    def _jwt(self, token: str) -> Identity:
        invalid = ApiError(401, "390144", f"JWT token is invalid. [{secrets.token_hex(16)}]")
        try:
            head, payload, signature = token.split(".")
            header = json.loads(_from_base64url(head))
            claims = json.loads(_from_base64url(payload))
            if header.get("alg") != "RS256":
                raise invalid
            account, name, fingerprint = str(claims["iss"]).split(".", 2)
            issued, expires = (value / 1000 if value > 1e11 else value for value in (claims["iat"], claims["exp"]))
            user = self.users.get(name)
            now = time.time()
            if claims["sub"] != f"{account}.{name}" or account != self.account or user is None or user.disabled:
                raise invalid
            if not (issued - 60 <= now <= min(issued + JWT_LIFETIME, expires)):
                raise invalid
            key = user.public_keys[fingerprint]
            key.verify(_from_base64url(signature), f"{head}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
            raise invalid from None
        return Identity(user.name)

    def _session(self, text: str) -> Identity:
        """`Snowflake Token="…"`, as drivers send it; any token of the account stands for a session of its user."""
        known = self.tokens.get(text.removeprefix('Token="').removesuffix('"'))
        if known is None or known.user.disabled:
            raise ApiError(401, "390111", "Session no longer exists.  New login required to access the service.")
        if known.expires < time.time():
            raise ApiError(401, "390112", "Your session has expired. Please login again.")
        return Identity(known.user.name, known.role)

    def _opaque(self, token: str, kind: str) -> Identity:
        known = self.tokens.get(token)
        if known is None or known.kind != kind or known.user.disabled or known.expires < time.time():
            if kind == "PROGRAMMATIC_ACCESS_TOKEN":
                raise ApiError(401, "394400", "Programmatic access token is invalid.")
            if known is not None and known.kind == kind == "OAUTH" and not known.user.disabled:
                raise ApiError(401, "390318", "OAuth access token expired.")
            raise _invalid_oauth()
        return Identity(known.user.name, known.role)

    # -- token endpoints -------------------------------------------------

    async def token_request(self, request: web.Request) -> web.Response:
        """Snowflake OAuth: refresh tokens, rotated."""
        form = await _form(request)
        if not self._is_client(request, form):
            return _oauth_error("invalid_client")
        if form.get("grant_type") != "refresh_token":
            return _oauth_error("unsupported_grant_type")
        if "refresh_token" not in form:
            return _oauth_error("invalid_request")
        user = self.refresh_tokens.pop(str(form["refresh_token"]), None)
        if user is None:
            return _oauth_error("invalid_grant")
        body = {
            "access_token": self.add_token("OAUTH", user, 600),
            "refresh_token": self.add_refresh_token(user),
            "token_type": "Bearer",
            "username": user.name,
            "expires_in": 600,
        }
        return web.json_response(body)

    async def identity_provider(self, request: web.Request) -> web.Response:
        """An external identity provider: client credentials."""
        form = await _form(request)
        if not self._is_client(request, form):
            return _oauth_error("invalid_client")
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type")
        if not str(form.get("scope", "")).startswith("session:role"):
            return _oauth_error("invalid_scope")
        token = self.add_token("OAUTH", self.users["DEMO_USER"], 600)
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 600})

    def _is_client(self, request: web.Request, form) -> bool:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return form.get("client_id") == self.client_id and form.get("client_secret") == self.client_secret
        try:
            client, _, secret = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return False
        return unquote_plus(client) == self.client_id and unquote_plus(secret) == self.client_secret


async def _form(request: web.Request) -> dict:
    """The fields of a form; none of a body that is no form."""
    try:
        return dict(await request.post())
    except (ValueError, LookupError, AssertionError):
        return {}


def _invalid_oauth() -> ApiError:
    return ApiError(401, "390303", "Invalid OAuth access token. [" + secrets.token_hex(8) + "]")


def _oauth_error(error: str) -> web.Response:
    message = "This is an invalid client." if error == "invalid_client" else f"{error}."
    status = 401 if error == "invalid_client" else 400
    return web.json_response({"data": None, "message": message, "code": None, "success": False, "error": error}, status=status)
