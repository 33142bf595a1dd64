// Notice and terms: what is bought, and what custodians promised to release, to whom and when.

import { equal, type Bytes } from "./bytes";
import {
  boolean,
  bytes,
  integer,
  list,
  literal,
  nullable,
  read,
  string,
  struct,
  type Of,
} from "./canonical";
import { Malformed, Unverified } from "./errors";
import { sha256 } from "./hash";
import { checkThreshold, parseRoster, quorum, type Roster } from "./roster";
import { checkPublicKey } from "./signing";
import { time } from "./time";

export const SUITE = "COCKTAIL(Ed25519, SHA-512)";
export const PRICE = /^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;
export const CURRENCY = /^[A-Z]{3}$/;
const MAX_BOX_SIZE = 1 << 16;

const notice = struct({
  version: literal("sunseal/notice/v1"),
  origin: string(),
  tender: string(),
  reference: string(),
  title: string(),
  summary: string(),
  tendering_party: string(),
  agent: nullable(string()),
  statutory: boolean,
  deadline: time,
  not_before: time,
  minimum_bids: integer(),
  currency: string({}, CURRENCY),
  ceiling_price: nullable(string({}, PRICE)),
  threshold: integer(),
  box_size: integer(),
  documents: list(struct({ name: string(), size: integer({ min: 0 }), sha256: bytes(32) }), {
    max: 256,
  }),
  envelopes: list(
    struct({
      name: string({}, /^[1-9a-z][0-9a-z.-]{0,31}$/),
      lot: string(),
      part: literal("all", "technical", "price"),
    }),
    { min: 1, max: 64 },
  ),
  roster: bytes(32),
});
export type Notice = Of<typeof notice>;

const terms = struct({
  version: literal("sunseal/terms/v1"),
  suite: literal(SUITE),
  origin: string(),
  tender: string(),
  envelope: string(),
  attempt: integer({ min: 1 }),
  replaces: list(bytes()),
  notice: bytes(),
  deadline: time,
  not_before: time,
  minimum_bids: integer({ min: 1 }),
  box_size: integer({ min: 2, max: MAX_BOX_SIZE }),
  n: integer(),
  t: integer(),
  q: integer(),
  roster: bytes(),
  amenders: list(bytes()),
});
export type Terms = Of<typeof terms>;

/** Throws Malformed. */
export function parseNotice(data: Uint8Array): Notice {
  const parsed = read(notice, data, "notice");
  if (parsed.not_before.micros < parsed.deadline.micros)
    throw new Malformed("notice: opening before the deadline");
  checkNames(parsed.documents, "documents");
  checkNames(parsed.envelopes, "envelopes");
  return parsed;
}

function checkNames(named: { name: string }[], what: string): void {
  if (new Set(named.map((each) => each.name)).size < named.length)
    throw new Malformed(`notice: two ${what} have one name`);
}

/** Throws Malformed. */
export function parseTerms(data: Uint8Array): Terms {
  const parsed = read(terms, data, "terms");
  if (parsed.replaces.length !== parsed.attempt - 1)
    throw new Malformed("terms: attempt k names the k - 1 sessions it replaces");
  if (parsed.not_before.micros < parsed.deadline.micros)
    throw new Malformed("terms: opening before the deadline");
  if (parsed.box_size & (parsed.box_size - 1))
    throw new Malformed("terms: the box size is no power of two");
  checkAmenders(parsed.amenders);
  return parsed;
}

/** Two keys that are one would let one person postpone alone. */
function checkAmenders(keys: Bytes[]): void {
  const two = keys.length === 2 && !equal(keys[0]!, keys[1]!);
  if (keys.length > 0 && !two)
    throw new Malformed("terms: two different keys amend the timetable together, or none");
  keys.forEach(checkPublicKey);
}

/** That these terms were made for exactly this roster. Throws Malformed. */
export function checkRoster(agreed: Terms, rosterBytes: Uint8Array): Roster {
  if (!equal(sha256(rosterBytes), agreed.roster)) throw new Malformed("terms: unknown roster");
  const roster = parseRoster(rosterBytes);
  if (roster.origin !== agreed.origin || roster.custodians.length !== agreed.n)
    throw new Malformed("terms: origin or number of custodians differ from the roster");
  // Whoever keeps the timetable must not also be one of those who move it.
  const keeps = (key: Bytes): boolean =>
    roster.custodians.some(({ identity }) => equal(identity, key));
  if (agreed.amenders.some(keeps))
    throw new Malformed("terms: a custodian's key may not move the timetable");
  checkThreshold(roster, agreed.t);
  if (agreed.q !== quorum(roster, agreed.t)) throw new Malformed("terms: another quorum");
  return roster;
}

/**
 * That custodians agreed to exactly what this notice says. Throws Malformed, Unverified.
 *
 * Custodians act on the terms and bidders read the notice: each field is compared, so that the
 * two never part.
 */
export function checkNotice(data: Uint8Array, agreed: Terms): Notice {
  const parsed = parseNotice(data);
  if (!equal(sha256(data), agreed.notice)) throw new Unverified("the terms are for another notice");
  if (!parsed.envelopes.some((each) => each.name === agreed.envelope))
    throw new Unverified(`the notice has no envelope ${agreed.envelope}`);
  const pairs: [string, string | number | bigint, string | number | bigint][] = [
    ["origin", parsed.origin, agreed.origin],
    ["tender", parsed.tender, agreed.tender],
    ["deadline", parsed.deadline.micros, agreed.deadline.micros],
    ["opening", parsed.not_before.micros, agreed.not_before.micros],
    ["minimum of bids", parsed.minimum_bids, agreed.minimum_bids],
    ["threshold", parsed.threshold, agreed.t],
    ["box size", parsed.box_size, agreed.box_size],
  ];
  for (const [name, written, promised] of pairs)
    if (written !== promised) throw new Unverified(`notice and terms differ in the ${name}`);
  if (!equal(parsed.roster, agreed.roster))
    throw new Unverified("notice and terms differ in the roster");
  return parsed;
}

export function fingerprint(termsBytes: Uint8Array): Bytes {
  return sha256(termsBytes);
}
