// Schnorr signatures of the ceremony's suite, by custodians' keys of one ceremony.

import { utf8 } from "./bytes";
import { Malformed, Unverified } from "./errors";
import { hashToScalar, multiplyPublic, parsePoint, parseScalar, Point } from "./group";

const CHALLENGE_LABEL = utf8("COCKTAIL-DKG-Ed25519-SHA512-H7");

/** Throws Malformed, Unverified. */
export function verifySchnorr(key: Point, signature: Uint8Array, message: Uint8Array): void {
  if (signature.length !== 64) throw new Malformed("a signature of another length than 64 bytes");
  const nonce = parsePoint(signature.subarray(0, 32));
  const response = parseScalar(signature.subarray(32));
  const challenge = hashToScalar(CHALLENGE_LABEL, nonce.toBytes(), key.toBytes(), message);
  const expected = nonce.add(multiplyPublic(key, challenge));
  if (!multiplyPublic(Point.BASE, response).equals(expected))
    throw new Unverified("a custodian's signature does not hold");
}
