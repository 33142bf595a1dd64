// The proof that a bidder itself made the envelope's stanza.
//
// A share can be blinded by somebody who cannot open it, and the custodians' answer unblinded
// again. Whoever does that does not know the ephemeral secret, and cannot make this proof.

import { randomBytes } from "@noble/hashes/utils.js";

import { concat, utf8, type Bytes } from "./bytes";
import type { EnvelopeKey } from "./certificate";
import { Malformed, Unverified } from "./errors";
import { fields } from "./framing";
import {
  clamped,
  hashToScalar,
  isOdd,
  lift,
  multiplyPublic,
  ORDER,
  parsePoint,
  parseScalar,
  Point,
  scalarBytes,
} from "./group";
import { sha512 } from "@noble/hashes/sha2.js";

const LABEL = utf8("sunseal/authorship/v1");

/** Where a share belongs; the proof is of no use anywhere else. */
export interface Place {
  origin: string;
  tender: string;
  envelope: string;
  terms: Bytes;
  pseudonym: Bytes;
  bodyHash: Bytes;
}

/** What a statement says of the envelope's stanza. */
export interface Authorship {
  share: Bytes;
  bodyHash: Bytes;
  proof: Bytes;
}

export function placeOf(envelope: EnvelopeKey, pseudonym: Bytes, bodyHash: Bytes): Place {
  const { origin, tender, envelope: name } = envelope.terms;
  return { origin, tender, envelope: name, terms: envelope.termsHash, pseudonym, bodyHash };
}

/** By the 32 bytes of the stanza's ephemeral secret, which the caller overwrites afterwards. */
export function proveAuthorship(secret: Uint8Array, place: Place): Bytes {
  const acting = clamped(secret);
  const even = isOdd(Point.BASE.multiply(acting)) ? ORDER - acting : acting;
  const bound = boundTo(place, Point.BASE.multiply(even));
  const nonce = hedgedNonce(even, bound);
  const commitment = Point.BASE.multiply(nonce).toBytes();
  const challenge = hashToScalar(bound, fields(commitment));
  return concat(commitment, scalarBytes((nonce + challenge * even) % ORDER));
}

/** Hashed with the statement in case randomness repeats, random in case a fault is provoked. */
function hedgedNonce(secret: bigint, bound: Bytes): bigint {
  const key = scalarBytes(secret);
  const nonce = hashToScalar(fields(LABEL, key, randomBytes(32), sha512(fields(bound))));
  key.fill(0);
  if (nonce === 0n) throw new Unverified("the nonce is zero: try again");
  return nonce;
}

/** Throws Malformed for a bad share or proof, Unverified when the proof does not hold. */
export function verifyAuthorship(share: Bytes, proof: Bytes, place: Place): void {
  if (proof.length !== 64) throw new Malformed(`a proof has 64 bytes, not ${proof.length}`);
  const point = lift(share);
  const commitment = parsePoint(proof.subarray(0, 32));
  const response = parseScalar(proof.subarray(32));
  const challenge = hashToScalar(boundTo(place, point), fields(commitment.toBytes()));
  const expected = commitment.add(multiplyPublic(point, challenge));
  if (!multiplyPublic(Point.BASE, response).equals(expected))
    throw new Unverified("the proof of authorship does not hold");
}

function boundTo(place: Place, point: Point): Bytes {
  return fields(
    LABEL,
    utf8(place.origin),
    utf8(place.tender),
    utf8(place.envelope),
    place.terms,
    place.pseudonym,
    place.bodyHash,
    point.toBytes(),
  );
}
