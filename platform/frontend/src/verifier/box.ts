// The box: one leaf for each pseudonym that joined, pads besides, all under one root.

import { equal, toBase64, toHex, utf8, type Bytes } from "../sealing/bytes";
import { read, write } from "../sealing/canonical";
import { Malformed, Unverified } from "../sealing/errors";
import { sha256 } from "../sealing/hash";
import { event } from "../sealing/log";
import { leafHash } from "../sealing/merkle";
import { checkPublicKey } from "../sealing/signing";
import {
  digest,
  MAX_SEQUENCE,
  verifyChain as verifyStatements,
  verifyStatement,
  type Statement,
} from "../sealing/statement";
import { verifyEntry } from "./case";
import { leafDetail, type LeafDetail, type Link, type OpenedLeaf, type State } from "./forms";
import { rootOf } from "./ticks";
import { Fault, need } from "./words";

const LABEL = utf8("sunseal/box-leaf/v1\n");
const NONCE_BYTES = 32;

export const ACCEPTED = "bid.accepted";
export const REFUSED = "bid.refused";
// Every pad has the same content; its nonce alone keeps it from being told from a bid.
export const PAD_DETAIL = write(leafDetail, {
  kind: "pad",
  pseudonym: new Uint8Array(),
  chain: [],
  refused: [],
});

/** What fixes a leaf. */
export interface Place {
  nonce: Bytes;
  detail: Bytes;
}

/** A leaf's form; its statements stay unread. Throws Malformed. */
export function parseLeafDetail(detail: Bytes): LeafDetail {
  const leaf = read(leafDetail, detail, "box leaf");
  if (leaf.kind === "bidder") {
    checkPublicKey(leaf.pseudonym);
    if (leaf.chain.length > MAX_SEQUENCE || leaf.refused.length > MAX_SEQUENCE)
      throw new Malformed("box leaf: too many statements");
  } else if (leaf.pseudonym.length + leaf.chain.length + leaf.refused.length > 0) {
    // A pad with anything in it would be a bid that nobody counted.
    throw new Malformed("box leaf: a pad that holds something");
  }
  return leaf;
}

/** All leaves in order, none missing and none twice. Throws CryptoError. */
export function verifyBox(expected: Bytes, size: number, leaves: Place[]): LeafDetail[] {
  need(
    leaves.length === size,
    `box: ${leaves.length} leaves shown of ${size}`,
    `箱内共 ${size} 位，只出示了 ${leaves.length} 位`,
  );
  const hashes = leaves.map(hashOf);
  need(
    equal(rootOf(hashes), expected),
    "box: the leaves shown do not give its root",
    "出示的投标位与封箱时固定的根不符",
  );
  need(isOnce(hashes), "box: one leaf stands twice", "同一投标位出现两次");
  const details = leaves.map((leaf) => parseLeafDetail(leaf.detail));
  const bidders = details.filter((leaf) => leaf.kind === "bidder");
  // Two leaves of one pseudonym could each open another of its bids.
  need(
    isOnce(bidders.map((leaf) => leaf.pseudonym)),
    "box: one pseudonym has two leaves",
    "同一化名占有两个投标位",
  );
  return details;
}

function hashOf({ nonce, detail }: Place): Bytes {
  if (nonce.length !== NONCE_BYTES) throw new Malformed("box leaf: a nonce of another length");
  return leafHash(sha256(LABEL, nonce, detail));
}

function isOnce(values: Bytes[]): boolean {
  return new Set(values.map(toHex)).size === values.length;
}

/** The leaf's statements, each signed, in order and accepted; the last is the head. */
export function verifyChain(leaf: LeafDetail): Statement[] {
  const statements = verifyStatements(leaf.chain.map(signedOf));
  checkPseudonym(statements, leaf);
  const ticks = leaf.chain.map((link) => verifyLogged(link, ACCEPTED));
  if (ticks.some((tick, at) => at > 0 && tick < ticks[at - 1]!))
    throw new Fault(
      "box leaf: a statement accepted before the one it follows",
      "后一份投标声明反而先被接收",
    );
  return statements;
}

/** Those whose sealed file lacked the digest they name, each signed and logged. */
export function verifyRefused(leaf: LeafDetail): Statement[] {
  const statements = leaf.refused.map((link) => verifyStatement(signedOf(link)));
  checkPseudonym(statements, leaf);
  leaf.refused.forEach((link) => verifyLogged(link, REFUSED));
  return statements;
}

function signedOf({ statement: { statement, signature } }: Link) {
  return { data: statement, signature };
}

function checkPseudonym(statements: Statement[], leaf: LeafDetail): void {
  need(
    statements.every((said) => equal(said.pseudonym, leaf.pseudonym)),
    "box leaf: a statement of another pseudonym",
    "夹有另一化名的投标声明",
  );
}

/** The number of the tick that logged `action` for this statement. */
function verifyLogged({ statement, entry }: Link, action: string): bigint {
  const logged = read(event, entry.detail, "event");
  if (logged.action !== action || logged.outcome !== "done")
    throw new Unverified(`box leaf: the log entry is no ${action}`);
  if (logged.data.get("statement") !== toBase64(digest(statement.statement)))
    throw new Unverified("box leaf: the log entry is about another statement");
  return verifyEntry(entry);
}

/** What the leaf is by its own chain. */
export function stateAtClosing(leaf: LeafDetail, statements: Statement[]): State {
  if (leaf.kind === "pad") return "pad";
  const head = statements.at(-1);
  if (!head) return leaf.refused.length > 0 ? "refused" : "empty";
  return head.action === "withdraw" ? "withdrawn" : "current";
}

/** Only a current bid can be barred or pending, both with a reason; a bar is a logged decision. */
export function checkState(opened: OpenedLeaf, atClosing: State): void {
  const { state, reason, decision } = opened;
  const decided = state === "barred" || state === "pending";
  need(
    state === atClosing || (decided && atClosing === "current"),
    `box leaf: ${atClosing} at closing, shown as ${state}`,
    `封箱时为 ${atClosing}，却示为 ${state}`,
  );
  if (decided !== (reason !== "")) throw new Unverified(`box leaf: ${state}, reason or none`);
  if (decision && !decided) throw new Unverified(`box leaf: ${state}, with a decision about it`);
  need(
    state !== "barred" || decision !== null,
    "box leaf: barred without a logged decision",
    "被排除，却没有入日志的决定",
  );
}
