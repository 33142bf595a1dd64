// The forms of what a bundle holds, beside those that sealing a bid needs as well.

import { signedAmendment } from "../sealing/amendment";
import {
  boolean,
  bytes,
  integer,
  list,
  literal,
  nullable,
  pair,
  string,
  struct,
  type Of,
} from "../sealing/canonical";
import { loggedEntry, SLOTS } from "../sealing/log";
import { time } from "../sealing/time";

const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const ordinal = integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const hash = bytes(32);
const slot = integer({ min: 0, max: SLOTS - 1 });

export const about = struct({
  version: literal("sunseal/bundle/v1"),
  origin: string(),
  tender: string(),
  made_at: time,
  size: count,
});
export type About = Of<typeof about>;

export const tickRow = struct({ number: count, seed: hash, taken: list(pair(slot, hash)) });
export type TickRow = Of<typeof tickRow>;

export const entryRow = struct({
  tick: count,
  slot,
  nonce: hash,
  detail: bytes(),
  path: bytes(),
});
export type EntryRow = Of<typeof entryRow>;

export const checkpointRow = struct({ size: ordinal, note: string() });
export type CheckpointRow = Of<typeof checkpointRow>;

export const fact = struct({
  object: string(),
  field: string(),
  value: string(),
  waiting: boolean,
});
export type Fact = Of<typeof fact>;

const signedStatement = struct({ statement: bytes(), signature: bytes(64) });
const link = struct({ statement: signedStatement, entry: loggedEntry });
export type Link = Of<typeof link>;

export const leafDetail = struct({
  kind: literal("bidder", "pad"),
  pseudonym: bytes(),
  chain: list(link),
  refused: list(link),
});
export type LeafDetail = Of<typeof leafDetail>;

const openedLeaf = struct({
  nonce: bytes(),
  detail: bytes(),
  state: literal("current", "withdrawn", "refused", "empty", "pad", "barred", "pending"),
  reason: string(),
  decision: nullable(loggedEntry),
});
export type OpenedLeaf = Of<typeof openedLeaf>;
export type State = OpenedLeaf["state"];

export const releaseRequest = struct({
  version: literal("sunseal/release-request/v1"),
  origin: string(),
  tender: string(),
  envelope: string(),
  number: ordinal,
  key: hash,
  terms: hash,
  box: hash,
  amendments: list(struct({ signed: signedAmendment, acknowledgements: list(loggedEntry) })),
  leaves: list(openedLeaf),
  answer: list(integer()),
});
export type ReleaseRequest = Of<typeof releaseRequest>;

const rule = literal(
  "malformed",
  "unknown-key",
  "unknown-roster",
  "time-not-reached",
  "changed-timetable",
  "clock-off",
  "forked-log",
  "unlogged-request",
  "second-box",
  "changed-list",
  "shortened-list",
  "late-leaf",
  "withdrawn-bid",
  "below-minimum",
  "missing-authorship",
  "bad-share",
  "bad-statement",
);

export const answer = struct({
  version: literal("sunseal/answer/v1"),
  request: hash,
  custodian: ordinal,
  answered: list(integer()),
  results: list(hash),
  invalid: list(struct({ leaf: integer(), rule })),
  proof: bytes(),
});
export type Answer = Of<typeof answer>;

export const signedAnswer = struct({ answer: bytes(), signature: bytes(64), nonce: hash });
export type SignedAnswer = Of<typeof signedAnswer>;

export const refusal = struct({
  version: literal("sunseal/refusal/v1"),
  request: hash,
  custodian: ordinal,
  rule,
  sentence: string(),
  at: time,
});
export type Refusal = Of<typeof refusal>;

export const signedRefusal = struct({ refusal: bytes(), signature: bytes(64) });

const bidder = struct({
  organization: string(),
  name: string(),
  key: hash,
  joining: struct({ joining: bytes(), signature: bytes(64) }),
});
export type Bidder = Of<typeof bidder>;

const recordedLeaf = struct({
  position: count,
  leaf: openedLeaf,
  outcome: literal(
    "opened",
    "needs_review",
    "withdrawn",
    "empty",
    "refused",
    "barred",
    "pending",
    "revoked",
    "platform_fault",
    "returned",
    "not_opened",
  ),
  reason: string(),
  bidder: nullable(bidder),
  price: string(),
  currency: string(),
  manifest: bytes(),
});
export type RecordedLeaf = Of<typeof recordedLeaf>;
export type Outcome = RecordedLeaf["outcome"];

const recordedAnswer = struct({
  number: ordinal,
  custodian: ordinal,
  name: string(),
  said: literal("answered", "refused", "false", "silent"),
  reason: string(),
  digest: bytes(),
});
export type RecordedAnswer = Of<typeof recordedAnswer>;

export const openingRecord = struct({
  version: literal("sunseal/opening-record/v1"),
  origin: string(),
  tender: string(),
  envelope: string(),
  number: ordinal,
  result: literal("opened", "failed"),
  final: boolean,
  at: time,
  key: hash,
  terms: hash,
  box: hash,
  size: integer(),
  requests: list(hash),
  answers: list(recordedAnswer),
  leaves: list(recordedLeaf),
  pads: list(struct({ position: count, nonce: hash })),
});
export type OpeningRecord = Of<typeof openingRecord>;

export const signedErasure = struct({ statement: bytes(), signature: bytes() });
export const erasure = struct({
  version: literal("sunseal/erasure/v1"),
  origin: string(),
  tender: string(),
  envelope: string(),
  custodian: integer(),
  sessions: list(bytes()),
  at: time,
});
export type Erasure = Of<typeof erasure>;

export const handover = struct({
  version: literal("sunseal/handover/v1"),
  origin: string(),
  previous: string(),
  roster: bytes(),
  checkpoint: bytes(),
  start: integer(),
  frontier: bytes(),
  leaves: list(bytes()),
  held: integer(),
  reason: string(),
  made_at: time,
});
export type Handover = Of<typeof handover>;

export const logState = struct({
  version: literal("sunseal/log-state/v1"),
  cosigner: string(),
  checkpoint: bytes(),
  start: integer(),
  frontier: bytes(),
  leaves: list(bytes()),
});
export type LogState = Of<typeof logState>;

export const annex = struct({
  version: literal("sunseal/annex/v1"),
  headers: list(struct({ envelope: string(), position: count, header: bytes() })),
});

export const handoverFile = struct({ body: bytes(), entry: loggedEntry });
export type HandoverFile = Of<typeof handoverFile>;
