// A ceremony's certificate: why a bidder may trust that nobody holds the key it encrypts to.
//
// Nothing in it is believed: keys are computed from the transcript that all custodians signed, and
// each custodian's key of this ceremony is vouched for by its identity in the bidder's own roster.

import { bech32 } from "@scure/base";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, equal, utf8, type Bytes } from "./bytes";
import { bytes, list, literal, read, struct } from "./canonical";
import { Malformed, Unverified } from "./errors";
import { fields, LENGTH_BYTES, u32be } from "./framing";
import { multiply, parsePoint, Point, toMontgomery } from "./group";
import { HASH_BYTES, sha256 } from "./hash";
import type { Roster } from "./roster";
import { verifySchnorr } from "./schnorr";
import { verifyLabelled } from "./signing";
import { checkRoster, parseTerms, SUITE, type Terms } from "./terms";
import { parseTranscript, u64be, type Transcript } from "./transcript";

const STATIC_LABEL = "sunseal/ceremony-key/v1";
const SESSION_BYTES = 64;

const certificate = struct({
  version: literal("sunseal/certificate/v1"),
  session: bytes(),
  terms: bytes(),
  statics: list(struct({ public: bytes(), signature: bytes() })),
  transcript: bytes(),
  signatures: list(bytes()),
});

/** What a verified certificate proves. `shares` are the Y_i; `id` names the key in proofs. */
export interface EnvelopeKey {
  id: Bytes;
  terms: Terms;
  termsHash: Bytes;
  point: Bytes;
  shares: Bytes[];
  recipient: string;
}

/** The terms a certificate claims, for finding out which roster it asks for. */
export function claimedTerms(data: Uint8Array): Terms {
  return parseTerms(read(certificate, data, "certificate").terms);
}

/** The ceremony that a certificate, which has been verified, came of. */
export function sessionOf(data: Uint8Array): Bytes {
  return read(certificate, data, "certificate").session;
}

/** Checks everything a client can check without trusting the platform. Throws CryptoError. */
export function verifyCertificate(data: Uint8Array, rosterBytes: Uint8Array): EnvelopeKey {
  const said = read(certificate, data, "certificate");
  const terms = parseTerms(said.terms);
  const termsHash = sha256(said.terms);
  // 1. The terms are for the roster that this client got elsewhere, and the session for the terms.
  const roster = checkRoster(terms, rosterBytes);
  if (said.session.length !== SESSION_BYTES || !equal(said.session.slice(0, 32), termsHash))
    throw new Malformed("certificate: the session was not made for these terms");
  // 2. Each ceremony key is vouched for by the identity in the roster.
  const statics = said.statics.map((each) => each.public);
  checkStatics(said.statics, roster, terms, said.session);
  // 3. All of them signed one transcript, which is of this session and of these terms.
  const transcript = parseTranscript(said.transcript);
  checkSession(transcript, said.session, statics, terms);
  checkExtension(transcript.ext, said.terms, terms.n);
  checkSignatures(statics, said.signatures, said.transcript);
  // 4. The keys come from the commitments, each proved to be its sender's own.
  const [point, ...shares] = keysOf(transcript);
  return {
    id: sha256(said.transcript),
    terms,
    termsHash,
    point: encoded(point!),
    shares: shares.map(encoded),
    recipient: bech32.encodeFromBytes("age", toMontgomery(point!)),
  };
}

function checkStatics(
  statics: { public: Bytes; signature: Bytes }[],
  roster: Roster,
  terms: Terms,
  session: Bytes,
): void {
  if (statics.length !== roster.custodians.length)
    throw new Unverified("certificate: not one ceremony key for each custodian");
  roster.custodians.forEach((custodian, at) => {
    const own = statics[at]!;
    const message = fields(terms.roster, session, u32be(at + 1), own.public);
    verifyLabelled(custodian.identity, STATIC_LABEL, message, own.signature);
  });
}

function checkSession(found: Transcript, session: Bytes, statics: Bytes[], terms: Terms): void {
  if (found.n !== terms.n || found.t !== terms.t)
    throw new Unverified("certificate: the transcript has another threshold");
  const same = found.statics.every((each, at) => equal(each, statics[at]!));
  if (!same || !equal(found.context, contextOf(session, statics)))
    throw new Unverified("certificate: the transcript is of another session");
  // One custodian's key twice would be two seats for one.
  if (new Set(statics.map(String)).size < statics.length)
    throw new Malformed("certificate: the same ceremony key stands twice");
}

function contextOf(session: Bytes, statics: Bytes[]): Uint8Array {
  const suite = utf8(SUITE);
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, statics.length, true);
  return sha512(
    concat(
      utf8("COCKTAIL-DKG-CONTEXT"),
      u64be(session.length),
      session,
      u64be(suite.length),
      suite,
      count,
      ...statics,
    ),
  );
}

/** The terms themselves, and a digest for each ciphertext of the ceremony. */
function checkExtension(ext: Bytes, terms: Bytes, n: number): void {
  const named = fields(terms);
  const size = named.length + n * n * (LENGTH_BYTES + HASH_BYTES);
  if (ext.length !== size || !equal(ext.slice(0, named.length), named))
    throw new Unverified("certificate: the transcript was signed for other terms");
}

function checkSignatures(statics: Bytes[], signatures: Bytes[], transcript: Bytes): void {
  if (signatures.length !== statics.length)
    throw new Malformed("certificate: not one signature for each custodian");
  statics.forEach((key, at) => verifySchnorr(parsePoint(key), signatures[at]!, transcript));
}

/** Y, then Y_1 … Y_n. */
function keysOf(transcript: Transcript): Point[] {
  const commitments = transcript.messages.map((message) => {
    const points = message.commitment.map(parsePoint);
    parsePoint(message.ephemeral);
    // Without proof of possession the last to speak could choose the sum.
    const possessed = concat(transcript.context, ...message.commitment, message.ephemeral);
    verifySchnorr(points[0]!, message.proof, possessed);
    return points;
  });
  const totals = Array.from({ length: transcript.t }, (_, degree) =>
    commitments.reduce((sum, points) => sum.add(points[degree]!), Point.ZERO),
  );
  if (totals[0]!.is0()) throw new Unverified("certificate: the group key is the identity");
  const at = (index: bigint) =>
    totals.reduceRight((value, point) => multiply(value, index).add(point), Point.ZERO);
  return [totals[0]!, ...transcript.messages.map((_, seat) => at(BigInt(seat + 1)))];
}

function encoded(point: Point): Bytes {
  return new Uint8Array(point.toBytes());
}
