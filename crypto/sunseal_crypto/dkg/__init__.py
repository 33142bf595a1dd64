"""COCKTAIL-DKG (c2sp.org/cocktail-dkg): n custodians make a key that none of them holds.

The suite is COCKTAIL(Ed25519, SHA-512) on plain Edwards points, each checked to be in the
prime-order subgroup. ECDH results are hashed in their RFC 8032 encoding, as the published vectors
have it; the prose of the specification asks for a Ristretto encoding, which the vectors contradict.
"""

from sunseal_crypto.dkg.messages import Message1, Published, bundle, frame
from sunseal_crypto.dkg.recovery import Recovered, recover
from sunseal_crypto.dkg.rounds import Output, Secrets, round1, round2
from sunseal_crypto.dkg.suite import SUITE, StaticKey, context, sign, verify
from sunseal_crypto.dkg.transcript import (
    CertifiedKey,
    Transcript,
    parse_transcript,
    sign_transcript,
    transcript,
    verify_certificate,
    verify_signature,
)

__all__ = [
    "SUITE",
    "CertifiedKey",
    "Message1",
    "Output",
    "Published",
    "Recovered",
    "Secrets",
    "StaticKey",
    "Transcript",
    "bundle",
    "context",
    "frame",
    "parse_transcript",
    "recover",
    "round1",
    "round2",
    "sign",
    "sign_transcript",
    "transcript",
    "verify",
    "verify_certificate",
    "verify_signature",
]
