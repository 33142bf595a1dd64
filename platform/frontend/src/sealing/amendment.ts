// Until when a bid may be handed in for sure: the terms' timetable, moved only by amendments that
// are in force. Whoever believes in a later deadline than that comes too late.

import { decimal, equal, fromBase64, toBase64, type Bytes } from "./bytes";
import { bytes, integer, list, literal, read, string, struct, write, type Of } from "./canonical";
import { Malformed, Unverified } from "./errors";
import { sha256 } from "./hash";
import type { LogEvent } from "./log";
import { verifyLabelled } from "./signing";
import { time } from "./time";
import { receiptOf, type Trusted } from "./trust";

// Whoever holds a proposal must not be able to pass it off as its confirmation.
const LABELS = ["sunseal/amendment-proposal/v1", "sunseal/amendment-confirmation/v1"] as const;
const WORD_LABEL = "sunseal/amendment-acknowledgement/v1";
const ACTION = "amendment.acknowledge";
const MAX_BYTES = 16 << 10;
const MAX_NUMBER = 32;
const MAX_CUSTODIANS = 7n;

const id = string({ min: 1, max: 200 });
const amendment = struct({
  version: literal("sunseal/amendment/v1"),
  origin: id,
  tender: id,
  envelope: id,
  terms: bytes(32),
  number: integer({ min: 1, max: MAX_NUMBER }),
  previous: bytes(),
  deadline: time,
  not_before: time,
  reason: string({ min: 1, max: 2000 }),
});
export type Amendment = Of<typeof amendment>;

const word = struct({
  version: literal("sunseal/amendment-acknowledgement/v1"),
  amendment: bytes(32),
  custodian: integer({ min: 1 }),
  at: time,
});
const signedWord = struct({ acknowledgement: bytes(), signature: bytes(64) });

const signed = { amendment: bytes(), signatures: list(bytes(64), { min: 2, max: 2 }) };
/** An amendment with both signatures, whatever they are worth. */
export const signedAmendment = struct(signed);
export type Signed = Of<typeof signedAmendment>;

const shown = struct({ ...signed, receipts: list(string()) });
/** An amendment with the receipts of its acknowledgements, as the platform showed them. */
export type Shown = Of<typeof shown>;

/** What holds after `number` amendments, of which `last` is the digest; times in microseconds. */
export interface Timetable {
  deadline: bigint;
  notBefore: bigint;
  number: number;
  last: Bytes;
}

/** `doubt` says why the amendment shown after `current` does not count. */
export interface Known {
  current: Timetable;
  doubt: string;
}

export function published({ key: { terms } }: Pick<Trusted, "key">): Timetable {
  const { deadline, not_before } = terms;
  const last = new Uint8Array();
  return { deadline: deadline.micros, notBefore: not_before.micros, number: 0, last };
}

/** Whether both say the same, bit for bit. */
export function isSame(a: Shown, b: Shown): boolean {
  const bare = (each: Shown): Bytes => write(shown, { ...each, receipts: [] });
  return equal(bare(a), bare(b));
}

/** Follows what was shown for as long as it is proved. */
export function follow(all: Shown[], trusted: Trusted): Known {
  let current = published(trusted);
  for (const each of all) {
    try {
      current = afterwards(each, current, trusted);
    } catch (error) {
      return { current, doubt: (error as Error).message };
    }
  }
  return { current, doubt: "" };
}

/** The timetable that an amendment makes of `current`. Throws CryptoError if it makes none. */
export function afterwards(each: Shown, current: Timetable, trusted: Trusted): Timetable {
  const wordsOn = (digest: Bytes): Word[] =>
    each.receipts.map((text) => {
      const receipt = receiptOf(text, trusted);
      return { ...readWord(receipt.event, digest, trusted), logged: receipt.time };
    });
  return inForce(each, current, wordsOn, trusted);
}

/** Who acknowledges an amendment, when by its own clock, and in a tick of which time. */
export interface Word {
  custodian: number;
  at: bigint;
  logged: bigint;
}

/** The same by words that have been verified; `wordsOn` gives those on a digest. */
export function inForce(
  each: Signed,
  current: Timetable,
  wordsOn: (digest: Bytes) => Word[],
  trusted: Pick<Trusted, "key">,
): Timetable {
  // 1. Both amenders signed it, for these terms.
  const said = verifyAmendment(each, trusted);
  // 2. It is the next one, and later.
  checkFollows(said, current);
  // 3. Enough custodians said so before the deadline it replaces: by their own clocks, and in a
  // tick of the log, so that nobody moves a deadline that has passed.
  const digest = sha256(each.amendment);
  const inTime = new Set<number>();
  for (const { custodian, at, logged } of wordsOn(digest))
    if (at < current.deadline && logged < current.deadline) inTime.add(custodian);
  const { n, t } = trusted.key.terms;
  if (inTime.size < n - t + 1)
    throw new Unverified(`amendment: ${inTime.size} custodians, where ${n - t + 1} are needed`);
  const [deadline, notBefore] = [said.deadline.micros, said.not_before.micros];
  return { deadline, notBefore, number: said.number, last: digest };
}

/** Throws CryptoError. */
export function verifyAmendment(each: Signed, { key }: Pick<Trusted, "key">): Amendment {
  const said = read(amendment, each.amendment, "amendment", MAX_BYTES);
  if (said.not_before.micros < said.deadline.micros)
    throw new Malformed("amendment: opening before the deadline");
  if (said.previous.length !== (said.number === 1 ? 0 : 32))
    throw new Malformed("amendment: only the first has no previous one");
  const { origin, tender, envelope, amenders } = key.terms;
  const same = said.origin === origin && said.tender === tender && said.envelope === envelope;
  if (!same || !equal(said.terms, key.termsHash))
    throw new Unverified("amendment: made for another envelope");
  if (amenders.length !== LABELS.length)
    throw new Unverified("amendment: the terms name nobody who may amend");
  if (each.signatures.length !== LABELS.length) throw new Malformed("amendment: two signatures");
  LABELS.forEach((label, place) =>
    verifyLabelled(amenders[place]!, label, each.amendment, each.signatures[place]!),
  );
  return said;
}

function checkFollows(said: Amendment, current: Timetable): void {
  if (said.number !== current.number + 1 || !equal(said.previous, current.last))
    throw new Unverified(`amendment ${said.number} does not follow the one before`);
  // An earlier opening would betray who relied on the old one.
  if (said.deadline.micros <= current.deadline || said.not_before.micros <= current.notBefore)
    throw new Unverified(`amendment ${said.number} does not move both times to later`);
}

/** Which custodian acknowledges it, and when by its own clock. Throws CryptoError. */
export function readWord(
  event: LogEvent,
  digest: Bytes,
  { roster }: Pick<Trusted, "roster">,
): { custodian: number; at: bigint } {
  if (event.action !== ACTION || event.outcome !== "done")
    throw new Unverified("acknowledgement: the log's entry is none");
  const index = decimal(event.data.get("custodian") ?? "", "custodian");
  const identity = index <= MAX_CUSTODIANS ? roster.custodians[Number(index) - 1] : undefined;
  if (!identity) throw new Malformed("acknowledgement: there is no such custodian");
  const body = fromBase64(event.data.get("acknowledgement") ?? "", "acknowledgement");
  if (event.data.size !== 3 || event.data.get("amendment") !== toBase64(digest))
    throw new Unverified("acknowledgement: the log's entry is about another amendment");
  const { acknowledgement, signature } = read(signedWord, body, "acknowledgement");
  verifyLabelled(identity.identity, WORD_LABEL, acknowledgement, signature);
  const said = read(word, acknowledgement, "acknowledgement");
  if (said.custodian !== Number(index) || !equal(said.amendment, digest))
    throw new Unverified("acknowledgement: of another amendment or custodian");
  return { custodian: said.custodian, at: said.at.micros };
}

