// `bid.json`: what a bid says, in one canonical spelling, and the organization's signature over it.

import { equal, type Bytes } from "./bytes";
import { bytes, integer, list, literal, optional, read, string, struct, write, type Of } from "./canonical";
import { BID_JSON, BID_SIG, PADDING } from "./container/layout";
import { Names } from "./container/names";
import { Unverified } from "./errors";
import { checkPublicKey, signLabelled, verifyLabelled, type Signer } from "./signing";
import { CURRENCY, PRICE } from "./terms";

const LABEL = "sunseal/bid/v1";
export const MAX_BID_JSON = 1 << 20;

export const id = string({ min: 1, max: 200 });
export const recipient = string({}, /^age1[02-9ac-hj-np-z]{58}$/);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const practitioner = struct({ name: id, id_hint: optional(id) });
const file = struct({
  name: string(),
  size: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  sha256: bytes(32),
});
const manifest = struct({
  version: literal("sunseal/bid/v1"),
  origin: id,
  tender: id,
  envelope: id,
  recipient,
  terms: bytes(32),
  organization: string({}, UUID),
  pseudonym: bytes(32),
  price: string({}, PRICE),
  currency: string({}, CURRENCY),
  practitioners: list(practitioner),
  validity_days: optional(integer({ min: 1, max: 3650 })),
  files: list(file),
  salt: bytes(32),
});
export type BidManifest = Of<typeof manifest>;
export type Practitioner = Of<typeof practitioner>;
export type FileDigest = Of<typeof file>;

/** The bytes of `bid.json`. Throws Malformed when reading them would. */
export function writeBid(said: BidManifest): Bytes {
  const data = write(manifest, said);
  readBid(data);
  return data;
}

/** Throws Malformed; a signature or a hash it does not check. */
export function readBid(data: Uint8Array): BidManifest {
  const said = read(manifest, data, "bid.json", MAX_BID_JSON);
  checkPublicKey(said.pseudonym);
  const names = new Names();
  for (const name of [BID_JSON, BID_SIG, PADDING, ...said.files.map((each) => each.name)])
    names.add(name);
  return said;
}

/** `bid.sig`: by the organization's enrolled key, over the exact bytes. */
export function signBid(organization: Signer, data: Bytes): Promise<Bytes> {
  return signLabelled(organization, LABEL, data);
}

/** Throws Malformed, Unverified. */
export function verifyBid(organization: Uint8Array, data: Bytes, signature: Bytes): void {
  verifyLabelled(organization, LABEL, data, signature);
}

/** That these are the signed documents, in their order. Throws Unverified. */
export function verifyFiles(said: BidManifest, found: FileDigest[]): void {
  const same = said.files.every((each, at) => {
    const other = found[at];
    return other?.name === each.name && other.size === each.size && equal(other.sha256, each.sha256);
  });
  if (!same || said.files.length !== found.length)
    throw new Unverified("the documents are not the ones that were signed");
}
