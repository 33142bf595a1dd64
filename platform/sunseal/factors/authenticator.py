"""What an authenticator is asked and what it answers (Web Authentication, W3C): values in and out.

The library checks formats and signatures. What is said here besides: each passkey can be found
without a name, each use needs the owner's fingerprint, face or PIN, nothing is asked about the
device's maker, and no page of another site may have had a part in it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sunseal.factors.errors import WrongPasskey
from sunseal.factors.rules import CHALLENGE_LASTS

REQUIRED = UserVerificationRequirement.REQUIRED
ASKED_MS = int(CHALLENGE_LASTS.total_seconds()) * 1000


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id` is the host that passkeys are made for, `url` the only address they are used at."""

    id: str
    url: str

    @classmethod
    def at(cls, url: str) -> Self:
        return cls(urlsplit(url).hostname or "", url)


@dataclass(frozen=True, slots=True)
class Created:
    """A new passkey's answer, read and not yet believed."""

    credential: RegistrationCredential
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of a passkey, read and not yet believed."""

    credential: AuthenticationCredential
    challenge: bytes

    @property
    def id(self) -> bytes:
        return self.credential.raw_id

    @property
    def whose(self) -> UUID | None:
        """Whom the authenticator keeps it for, if it says so."""
        handle = self.credential.response.user_handle
        return UUID(bytes=handle) if handle is not None and len(handle) == 16 else None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What is kept of a passkey: `key` is a COSE key, `count` its signatures so far."""

    id: bytes
    key: bytes
    count: int


def ask_to_create(
    party: RelyingParty,
    name: str,
    person_id: UUID,
    email: str,
    challenge: bytes,
    known: Sequence[bytes],
) -> str:
    """JSON for `navigator.credentials.create`; whoever holds one of `known` makes no other."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name=name,
            user_id=person_id.bytes,
            user_name=email,
            challenge=challenge,
            timeout=ASKED_MS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        )
    )


def ask_to_show(party: RelyingParty, challenge: bytes, allowed: Sequence[bytes]) -> str:
    """JSON for `navigator.credentials.get`; for whoever it is if nothing is `allowed`."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=ASKED_MS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in allowed],
            user_verification=REQUIRED,
        )
    )


def read_created(answer: str) -> Created:
    """Raises WrongPasskey."""
    with _refusing():
        credential = parse_registration_credential_json(answer)
        return Created(credential, _challenge(credential.response.client_data_json))


def read_shown(answer: str) -> Shown:
    """Raises WrongPasskey."""
    with _refusing():
        credential = parse_authentication_credential_json(answer)
        return Shown(credential, _challenge(credential.response.client_data_json))


def verify_created(party: RelyingParty, created: Created) -> PublicKey:
    """That it was made here and now; whoever calls has taken the challenge. Raises WrongPasskey."""
    with _refusing():
        made = webauthn.verify_registration_response(
            credential=created.credential,
            expected_challenge=created.challenge,
            expected_rp_id=party.id,
            expected_origin=party.url,
            require_user_verification=True,
        )
    return PublicKey(made.credential_id, made.credential_public_key, made.sign_count)


def verify_shown(party: RelyingParty, shown: Shown, public_key: bytes) -> int:
    """How many signatures it has made; whoever calls has taken the challenge.

    The count is not compared here: the library would do it before it looks at the signature, and
    anybody could then make a count seem to go back. Raises WrongPasskey.
    """
    with _refusing():
        verified = webauthn.verify_authentication_response(
            credential=shown.credential,
            expected_challenge=shown.challenge,
            expected_rp_id=party.id,
            expected_origin=party.url,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    return verified.new_sign_count


def _challenge(client_data: bytes) -> bytes:
    said = parse_client_data_json(client_data)
    if said.cross_origin:
        raise WrongPasskey()
    return said.challenge


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever a stranger sends is refused and never a fault of ours.

    The library says so with errors of its own, and with those of CBOR, JSON and curves.
    """
    try:
        yield
    except WrongPasskey:
        raise
    except Exception as error:
        raise WrongPasskey() from error
