// What the access log proves to the subject of an entry: entry → tick → checkpoint → cosigners.

import { decimal, equal, fromBase64, lines, text, toBase64, utf8, type Bytes } from "./bytes";
import { bytes, integer, list, literal, read, string, struct, texts, type Of } from "./canonical";
import { Malformed, Unverified } from "./errors";
import { HASH_BYTES, sha256 } from "./hash";
import { leafHash, nodeHash, verifyInclusion } from "./merkle";
import { checkName, openCosigned, openNote, parseNote, type VerifierKey } from "./notes";
import { inCalendar, time } from "./time";

export const SLOTS = 4096;
export const DEPTH = 12;
const NONCE_BYTES = 32;
const MAX_PROOF_BYTES = 2 << 20;
const PROOF_HEADER = "c2sp.org/tlog-proof@v1";

export const event = struct({
  version: literal("sunseal/event/v1"),
  id: string(),
  at: time,
  actor: string(),
  role: string(),
  action: string(),
  object: string(),
  outcome: literal("done", "refused"),
  reason: string(),
  data: texts,
});
export type LogEvent = Of<typeof event>;

const placed = {
  nonce: bytes(),
  detail: bytes(),
  slot: integer(),
  path: list(bytes()),
  leaf: bytes(),
};
const tickEntry = struct(placed);
/** … for a reader who has the log's leaves, of which this is number `index`. */
export const loggedEntry = struct({ ...placed, index: integer() });
export type LoggedEntry = Of<typeof loggedEntry>;

/** What the log provably holds, or by the platform's word will. */
export interface Held {
  origin: string;
  commitment: Bytes;
  event: LogEvent;
}

/** … in tick number `tick`, made at `time` (microseconds): `leaf`, number `index` of the log. */
export interface Receipt extends Held {
  tick: bigint;
  time: bigint;
  index: bigint;
  leaf: Bytes;
}

/** … in tick `lastTick` at the latest. */
export interface Promised extends Held {
  lastTick: bigint;
}

export function commitment(nonce: Bytes, detail: Bytes): Bytes {
  // A nonce of another length could lend bytes to the detail: one commitment, two openings.
  if (nonce.length !== NONCE_BYTES) throw new Malformed("commitment: a nonce of another length");
  return sha256(utf8("sunseal/commit/v1\n"), nonce, detail);
}

/** Follows tlog-proof's steps of verification. Throws Malformed, Unverified. */
export function verifyReceipt(
  data: Uint8Array,
  origin: string,
  log: VerifierKey,
  cosigners: VerifierKey[],
  quorum: number,
): Receipt {
  const proof = parseProof(data);
  const entry = read(tickEntry, proof.extra, "receipt");
  // 1. The leaf hash: entry → commitment → slot → tick root → tick leaf.
  const committed = commitment(entry.nonce, entry.detail);
  const tick = parseLeaf(entry.leaf);
  verifyPath(committed, entry.slot, entry.path, tick.root);
  // 2. The checkpoint is this log's, and enough cosigners known to the reader saw it.
  if (log.name !== origin) throw new Unverified("receipt: the key is of another log");
  const seen = openCosigned(proof.checkpoint, log, cosigners, quorum);
  // 3. The leaf is under that checkpoint's root.
  verifyInclusion(leafHash(entry.leaf), proof.index, seen.size, proof.hashes, seen.root);
  const held = read(event, entry.detail, "event");
  const { number, time } = tick;
  const { leaf } = entry;
  return { origin, commitment: committed, event: held, tick: number, time, index: proof.index, leaf };
}

interface Proof {
  extra: Bytes;
  index: bigint;
  hashes: Bytes[];
  checkpoint: Bytes;
}

function parseProof(data: Uint8Array): Proof {
  if (data.length > MAX_PROOF_BYTES) throw new Malformed("tlog-proof: too large");
  const written = text(data, "tlog-proof");
  const end = written.indexOf("\n\n");
  if (end < 0) throw new Malformed("tlog-proof: no checkpoint");
  const [header, extra, index, ...hashes] = written.slice(0, end).split("\n");
  if (header !== PROOF_HEADER) throw new Malformed("tlog-proof: another first line");
  if (!extra?.startsWith("extra ")) throw new Malformed("tlog-proof: no entry in it");
  if (!index?.startsWith("index ")) throw new Malformed("tlog-proof: no index");
  const checkpoint = utf8(written.slice(end + 2));
  parseNote(checkpoint);
  return {
    extra: fromBase64(extra.slice("extra ".length), "tlog-proof extra"),
    index: decimal(index.slice("index ".length), "tlog-proof index"),
    hashes: hashes.map((each) => fromBase64(each, "tlog-proof", HASH_BYTES)),
    checkpoint,
  };
}

/** A tick as the log has it; `time` in microseconds. */
export interface TickLeaf {
  number: bigint;
  time: bigint;
  root: Bytes;
}

/** Throws Malformed. */
export function parseLeaf(entry: Bytes): TickLeaf {
  const [label, number, moment, root] = lines(entry, "tick leaf", 4) as [
    string,
    string,
    string,
    string,
  ];
  if (label !== "sunseal/tick/v1") throw new Malformed("tick leaf: another first line");
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(moment))
    throw new Malformed("tick leaf: not a time with milliseconds");
  return {
    number: decimal(number, "tick number"),
    time: BigInt(inCalendar(moment, "tick leaf")) * 1000n,
    root: fromBase64(root, "tick root", HASH_BYTES),
  };
}

/** Throws unless the commitment `entry` is in `slot` under `root`. */
export function verifyPath(entry: Bytes, slot: number, path: Bytes[], root: Bytes): void {
  if (slot < 0 || slot >= SLOTS) throw new Malformed("tick path: no such slot");
  if (path.length !== DEPTH || path.some((each) => each.length !== HASH_BYTES))
    throw new Malformed("tick path: not twelve hashes");
  const found = path.reduce(
    (node, sibling, level) =>
      (slot >> level) & 1 ? nodeHash(sibling, node) : nodeHash(node, sibling),
    leafHash(entry),
  );
  if (!equal(found, root)) throw new Unverified("tick path: it leads to another root");
}

/** The platform's signed word that an entry will be in the log. Throws Malformed, Unverified. */
export function verifyPromise(note: Uint8Array, platform: VerifierKey): Promised {
  const words = lines(openNote(note, platform), "promise", 6);
  const [label, origin, committed, nonce, detail, last] = words as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (label !== "sunseal/promise/v1") throw new Malformed("promise: another first line");
  checkName(origin);
  if (platform.name !== `${origin}/promise`) throw new Unverified("promise: for another log");
  const opened = fromBase64(detail, "promise detail");
  const found = commitment(fromBase64(nonce, "promise nonce", NONCE_BYTES), opened);
  if (toBase64(found) !== committed) throw new Malformed("promise: of another commitment");
  const held = read(event, opened, "event");
  return { origin, commitment: found, event: held, lastTick: decimal(last, "promise tick") };
}

/** Throws Unverified unless the receipt is for the promised entry, and in time. */
export function checkKept(promised: Promised, receipt: Receipt): void {
  const same = promised.origin === receipt.origin;
  if (!same || !equal(promised.commitment, receipt.commitment))
    throw new Unverified("the receipt is for another entry than the one promised");
  if (receipt.tick > promised.lastTick) throw new Unverified("the promise was kept too late");
}
