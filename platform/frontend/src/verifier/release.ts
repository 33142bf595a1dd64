// What custodians said to a request: signed answers with one proof each, and signed refusals.

import { sha512 } from "@noble/hashes/sha2.js";

import { equal, utf8, type Bytes } from "../sealing/bytes";
import { read, write } from "../sealing/canonical";
import type { EnvelopeKey } from "../sealing/certificate";
import { CryptoError, Malformed, Unverified } from "../sealing/errors";
import { fields, u32be } from "../sealing/framing";
import {
  hashToScalar,
  lift,
  multiplyPublic,
  parsePoint,
  parseScalar,
  Point,
} from "../sealing/group";
import { sha256 } from "../sealing/hash";
import { verifyLabelled } from "../sealing/signing";
import type { Statement } from "../sealing/statement";
import { answer as answerForm, refusal as refusalForm, signedAnswer, signedRefusal } from "./forms";
import type { Answer, Refusal } from "./forms";
import { need } from "./words";

const ANSWER_LABEL = "sunseal/answer/v1";
const REFUSAL_LABEL = "sunseal/refusal/v1";
const COMMITMENT_LABEL = utf8("sunseal/answer-commitment/v1\n");
const EQUALITY = utf8("sunseal/equality/v1");
const MAX_ANSWER = 16 << 20;

/** What the log holds before the answer leaves its custodian; nothing for bytes that are none. */
export function committedTo(data: Bytes): Bytes {
  try {
    const signed = read(signedAnswer, data, "answer", MAX_ANSWER);
    return sha256(COMMITMENT_LABEL, write(signedAnswer, signed));
  } catch (error) {
    if (error instanceof CryptoError) return new Uint8Array();
    throw error;
  }
}

/** The answer in a SignedAnswer's bytes, signed for this request. Throws CryptoError. */
export function openAnswer(
  data: Bytes,
  identity: Bytes,
  custodian: number,
  request: Bytes,
): Answer {
  const signed = read(signedAnswer, data, "answer", MAX_ANSWER);
  verifyLabelled(identity, ANSWER_LABEL, signed.answer, signed.signature);
  const said = read(answerForm, signed.answer, "answer", MAX_ANSWER);
  checkNamed(said, custodian, request);
  return said;
}

/** Throws CryptoError. */
export function openRefusal(
  data: Bytes,
  identity: Bytes,
  custodian: number,
  request: Bytes,
): Refusal {
  const signed = read(signedRefusal, data, "refusal");
  verifyLabelled(identity, REFUSAL_LABEL, signed.refusal, signed.signature);
  const said = read(refusalForm, signed.refusal, "refusal");
  checkNamed(said, custodian, request);
  return said;
}

function checkNamed(said: Answer | Refusal, custodian: number, request: Bytes): void {
  need(
    said.custodian === custodian && equal(said.request, request),
    "it is signed for another request or custodian",
    "签名针对的是另一请求或另一托管方",
  );
}

/** The positions whose points are proved. `asked` are the heads by position. Throws CryptoError. */
export function verifyAnswer(
  key: EnvelopeKey,
  said: Answer,
  asked: Map<number, Statement>,
): number[] {
  const { answered, invalid, results, proof } = said;
  const named = [...answered, ...invalid.map((each) => each.leaf)].sort((a, b) => a - b);
  const wanted = [...asked.keys()].sort((a, b) => a - b);
  need(
    named.join() === wanted.join(),
    "it does not account for exactly the leaves asked about",
    "没有恰好答复所问的投标位",
  );
  if (answered.length + results.length + proof.length > 0)
    verifyEquality(key, said, answered.map((leaf) => asked.get(leaf)!.share));
  return answered;
}

/** That D_k = x_i · E_k for every answered leaf, with x_i the secret behind Y_i. */
function verifyEquality(key: EnvelopeKey, said: Answer, shares: Bytes[]): void {
  const { answered, results, proof, custodian } = said;
  if (answered.length === 0 || results.length !== answered.length)
    throw new Malformed("answer: not one result for each leaf answered");
  if (answered.some((leaf, at) => at > 0 && leaf <= answered[at - 1]!))
    throw new Malformed("answer: the answered leaves are not in ascending order, each once");
  if (proof.length !== 64) throw new Malformed("answer: a proof of another length");
  const own = key.shares[custodian - 1];
  if (!own) throw new Malformed("answer: there is no such custodian");
  const lifts = shares.map(lift);
  const points = results.map(parsePoint);
  const integers = [...answered].map(u32be);
  // 1. One hash of everything claimed, so that one other bit anywhere changes every weight.
  const seed = sha512(
    fields(
      EQUALITY,
      utf8("seed"),
      utf8(key.terms.origin),
      key.id,
      said.request,
      u32be(custodian),
      own,
      u32be(lifts.length),
      ...integers,
      ...lifts.map((point) => point.toBytes()),
      ...results,
    ),
  );
  // 2. All items become one pair, under weights that nobody can choose.
  const weights = answered.map((_, at) =>
    hashToScalar(fields(EQUALITY, utf8("weight"), seed, u32be(at + 1))),
  );
  const [m, z] = [weighted(weights, lifts), weighted(weights, points)];
  // 3. The proof for that pair.
  const [c, s] = [parseScalar(proof.subarray(0, 32)), parseScalar(proof.subarray(32))];
  const atBase = times(Point.BASE, s).add(times(parsePoint(own), c));
  const atM = times(m, s).add(times(z, c));
  const bound = [m, z, atBase, atM].map((point) => point.toBytes());
  const expected = hashToScalar(fields(EQUALITY, utf8("challenge"), seed, ...bound));
  if (expected !== c) throw new Unverified("the proof does not fit the shares and results");
}

function weighted(weights: bigint[], points: Point[]): Point {
  return points.reduce((sum, point, at) => sum.add(times(point, weights[at]!)), Point.ZERO);
}

function times(point: Point, scalar: bigint): Point {
  return scalar === 0n ? Point.ZERO : multiplyPublic(point, scalar);
}
