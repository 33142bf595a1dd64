// What goes between the platform's page and the page that seals without a network: the kit that is
// taken there, and the signed words that come back with the sealed file. Neither holds a secret.

import { id } from "./bid";
import { toHex, type Bytes } from "./bytes";
import { bytes, list, literal, read, string, struct, write, type Of } from "./canonical";
import { proveEnrolment } from "./enrol";
import { Malformed, Unverified } from "./errors";
import type { Signer } from "./signing";
import { signJoining, verifyJoining, verifyStatement, type Signed, type Statement } from "./statement";

const MAX_KIT = 8 << 20;
const MAX_HANDING_IN = 64 << 10;

const kit = struct({
  version: literal("sunseal/sealing-kit/v1"),
  organization: id,
  tender: id,
  envelope: id,
  notice: bytes(),
  certificate: bytes(),
  receipt: string(),
  practitioners: list(id, { max: 1000 }),
});
/** Everything public about an envelope, and whose bid it is to be. */
export type Kit = Of<typeof kit>;

const signed = struct({ data: bytes(), signature: bytes(64) });
const handingIn = struct({
  version: literal("sunseal/handing-in/v1"),
  organization: id,
  key: bytes(32),
  enrolment: bytes(64),
  joining: signed,
  statement: signed,
});
/** What a platform needs beside the sealed file to take a bid. */
export type HandingIn = Of<typeof handingIn>;

export function writeKit(said: Kit): Bytes {
  return write(kit, said);
}

/** Its form; what is in it is believed only as far as the roster proves it. Throws Malformed. */
export function readKit(data: Uint8Array): Kit {
  return read(kit, data, "sealing kit", MAX_KIT);
}

/** The firm's key vouches for itself and for its pseudonym, the pseudonym for the bid. */
export async function writeHandingIn(
  place: { origin: string; tender: string; envelope: string; organization: string },
  key: Signer,
  statement: Signed,
  pseudonym: Signer,
): Promise<Bytes> {
  const { origin, tender, envelope, organization } = place;
  const version = "sunseal/joining/v1" as const;
  const said = { version, origin, tender, envelope, pseudonym: pseudonym.public };
  return write(handingIn, {
    version: "sunseal/handing-in/v1",
    organization,
    key: key.public,
    enrolment: await proveEnrolment(key, origin, organization),
    joining: await signJoining(said, key),
    statement,
  });
}

/** Throws Malformed, Unverified. */
export function readHandingIn(data: Uint8Array): HandingIn & { said: Statement } {
  const found = read(handingIn, data, "handing-in", MAX_HANDING_IN);
  const said = verifyStatement(found.statement);
  const joined = verifyJoining(found.joining, found.key);
  const one = [said.origin, said.tender, said.envelope, toHex(said.pseudonym)];
  const other = [joined.origin, joined.tender, joined.envelope, toHex(joined.pseudonym)];
  if (one.join("\n") !== other.join("\n"))
    throw new Unverified("handing-in: joining and statement are of two bidders");
  return { ...found, said };
}

const keys = struct({
  version: literal("sunseal/sealing-keys/v1"),
  tender: id,
  envelope: id,
  organization: bytes(32),
  pseudonym: bytes(32),
  recovery: string({}, /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]+$/),
});
/** The secrets of one bidder at one envelope: two seeds, and the identity that opens its bids. */
export type SealingKeys = Of<typeof keys>;

export function writeKeys(held: SealingKeys): Bytes {
  return write(keys, held);
}

/** Throws Malformed, also for those of another envelope. */
export function readKeys(data: Uint8Array, { tender, envelope }: Kit): SealingKeys {
  const held = read(keys, data, "sealing keys");
  if (held.tender !== tender || held.envelope !== envelope)
    throw new Malformed("sealing keys: of another tender or envelope");
  return held;
}
