// What a bidder signs about its bid, under its pseudonym: the joining, and the chain of statements.

import { equal, type Bytes } from "./bytes";
import { bytes, integer, literal, read, struct, write, type Of } from "./canonical";
import { id, recipient } from "./bid";
import { Malformed, Unverified } from "./errors";
import { sha256 } from "./hash";
import { checkPublicKey, signLabelled, verifyLabelled, type Signer } from "./signing";

const JOINING_LABEL = "sunseal/joining/v1";
const LABEL = "sunseal/bid-statement/v1";
const MAX_JOINING_BYTES = 4 << 10;
const MAX_STATEMENT_BYTES = 8 << 10;
export const MAX_SEQUENCE = 32;

const joining = struct({
  version: literal("sunseal/joining/v1"),
  origin: id,
  tender: id,
  envelope: id,
  pseudonym: bytes(32),
});
export type Joining = Of<typeof joining>;

const statement = struct({
  version: literal("sunseal/bid-statement/v1"),
  origin: id,
  tender: id,
  envelope: id,
  recipient,
  terms: bytes(32),
  pseudonym: bytes(32),
  action: literal("submit", "replace", "withdraw"),
  previous: bytes(),
  sequence: integer({ min: 1, max: MAX_SEQUENCE }),
  size: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  sha256: bytes(),
  manifest: bytes(),
  share: bytes(),
  body_hash: bytes(),
  proof: bytes(),
});
export type Statement = Of<typeof statement>;
export type Action = Statement["action"];

/** Exact bytes and the signature over them. */
export interface Signed {
  data: Bytes;
  signature: Bytes;
}

// What only a statement with a bid holds, with its length in bytes.
const BID_FIELDS = { sha256: 32, manifest: 32, share: 32, body_hash: 32, proof: 64 } as const;

/** An organization's word that a pseudonym is its own. Throws Malformed. */
export async function signJoining(said: Joining, organization: Signer): Promise<Signed> {
  const data = write(joining, said);
  readJoining(data);
  return { data, signature: await signLabelled(organization, JOINING_LABEL, data) };
}

/** Throws Malformed, Unverified. */
export function verifyJoining({ data, signature }: Signed, organization: Uint8Array): Joining {
  const said = readJoining(data);
  verifyLabelled(organization, JOINING_LABEL, data, signature);
  return said;
}

/** Throws Malformed. */
export function readJoining(data: Uint8Array): Joining {
  const said = read(joining, data, "joining", MAX_JOINING_BYTES);
  checkPublicKey(said.pseudonym);
  return said;
}

/** Throws Malformed when the statement breaks a rule of its own form. */
export async function signStatement(said: Statement, pseudonym: Signer): Promise<Signed> {
  if (!equal(said.pseudonym, pseudonym.public))
    throw new Malformed("statement: it names another pseudonym than the one that signs");
  const data = write(statement, said);
  readStatement(data);
  return { data, signature: await signLabelled(pseudonym, LABEL, data) };
}

/** Throws Malformed, Unverified. */
export function verifyStatement({ data, signature }: Signed): Statement {
  const said = readStatement(data);
  verifyLabelled(said.pseudonym, LABEL, data, signature);
  return said;
}

/** The form, not the signature. Throws Malformed. */
export function readStatement(data: Uint8Array): Statement {
  const said = read(statement, data, "statement", MAX_STATEMENT_BYTES);
  checkPublicKey(said.pseudonym);
  if (said.previous.length !== (said.sequence === 1 ? 0 : 32))
    throw new Malformed("statement: only the first has no previous one");
  if (said.sequence === 1 && said.action !== "submit")
    throw new Malformed(`statement: the first cannot be a ${said.action}`);
  checkBid(said);
  return said;
}

function checkBid(said: Statement): void {
  const withdrawn = said.action === "withdraw";
  if ((said.size === 0) !== withdrawn)
    throw new Malformed(`statement: a ${said.action} of ${said.size} bytes`);
  for (const [name, length] of Object.entries(BID_FIELDS))
    if (said[name as keyof typeof BID_FIELDS].length !== (withdrawn ? 0 : length))
      throw new Malformed(`statement: ${name} of another length`);
}

/** How the next statement names this one. */
export function digest(data: Uint8Array): Bytes {
  return sha256(data);
}

/** A place in the chain. */
export type Link = Pick<Statement, "action" | "sequence" | "previous">;

/** Where the next statement belongs, after the last one that joined the chain. */
export function linkAfter(head: Signed | undefined, withdraw = false): Link {
  if (!head) return { action: "submit", sequence: 1, previous: new Uint8Array() };
  const said = readStatement(head.data);
  const again: Action = said.action === "withdraw" ? "submit" : "replace";
  const action = withdraw ? "withdraw" : again;
  return { action, sequence: said.sequence + 1, previous: digest(head.data) };
}

const SAME = ["origin", "tender", "envelope", "recipient"] as const;

/** One bidder's statements for one envelope, first to last. Throws Malformed, Unverified. */
export function verifyChain(chain: Signed[]): Statement[] {
  if (chain.length > MAX_SEQUENCE) throw new Malformed(`chain: ${chain.length} statements`);
  const statements = chain.map(verifyStatement);
  if (statements.length > 0 && statements[0]!.sequence !== 1)
    throw new Unverified("chain: it does not begin at its beginning");
  statements.slice(1).forEach((after, at) => {
    checkFollows(statements[at]!, after, digest(chain[at]!.data));
  });
  return statements;
}

function checkFollows(before: Statement, after: Statement, previous: Bytes): void {
  const place = `chain: statement ${after.sequence} after ${before.sequence}`;
  const same = SAME.every((name) => before[name] === after[name]);
  if (!same || !equal(before.terms, after.terms) || !equal(before.pseudonym, after.pseudonym))
    throw new Unverified(`${place}: of another envelope or bidder`);
  if (after.sequence !== before.sequence + 1) throw new Unverified(`${place}: not the next number`);
  if (!equal(after.previous, previous)) throw new Unverified(`${place}: after another statement`);
  // A bid is submitted anew only once the one before it was withdrawn.
  if ((after.action === "submit") !== (before.action === "withdraw"))
    throw new Unverified(`${place}: a ${after.action} after a ${before.action}`);
}
