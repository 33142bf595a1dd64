// The age header of a sealed bid, which leaves nothing to choose, and the envelope's recipient.
//
// Encryption itself is the package age-encryption. Two readers must agree on which stanza the
// custodians help to open, so headers are read here once more, strictly.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { base64nopad, bech32 } from "@scure/base";
import { Stanza, type Recipient } from "age-encryption";

import { placeOf, proveAuthorship, type Authorship } from "./authorship";
import { concat, equal, utf8, type Bytes } from "./bytes";
import type { EnvelopeKey } from "./certificate";
import { Malformed, Unverified } from "./errors";
import { sha256 } from "./hash";

export const HEADER_LIMIT = 8 << 10;
const MAX_GREASE = 4;
const COLUMNS = 64;
const MAC_MARK = "---";
const VERSION_LINE = "age-encryption.org/v1";

/**
 * The envelope, as a recipient that can prove who made its stanza.
 *
 * The ephemeral secret lives in one call of `wrapFileKey`: whoever has it can open the bid.
 */
export class EnvelopeRecipient implements Recipient {
  #authorship: Authorship | undefined;

  constructor(
    private readonly envelope: EnvelopeKey,
    private readonly pseudonym: Bytes,
  ) {}

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    const secret = randomBytes(32);
    const share = new Uint8Array(x25519.getPublicKey(secret));
    const body = wrapped(fileKey, secret, share, bech32.decodeToBytes(this.envelope.recipient).bytes);
    const bodyHash = sha256(body);
    const proof = proveAuthorship(secret, placeOf(this.envelope, this.pseudonym, bodyHash));
    secret.fill(0);
    this.#authorship = { share, bodyHash, proof };
    return [new Stanza(["X25519", base64nopad.encode(share)], body)];
  }

  get authorship(): Authorship {
    if (!this.#authorship) throw new Error("nothing has been wrapped for the envelope yet");
    return this.#authorship;
  }
}

function wrapped(
  fileKey: Uint8Array,
  secret: Uint8Array,
  share: Uint8Array,
  recipient: Uint8Array,
): Uint8Array {
  const shared = x25519.getSharedSecret(secret, recipient);
  const key = wrapKey(shared, share, recipient);
  // The key is used once, because the ephemeral secret is; so the nonce may be fixed.
  const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey);
  shared.fill(0);
  key.fill(0);
  return body;
}

/** Throws Unverified when the envelope's stanza, or the header, does not open with `shared`. */
export function checkOpens(header: SealedHeader, shared: Bytes, recipient: string): void {
  const key = wrapKey(shared, header.share, bech32.decodeToBytes(recipient).bytes);
  let fileKey: Uint8Array;
  try {
    fileKey = chacha20poly1305(key, new Uint8Array(12)).decrypt(header.body);
  } catch {
    throw new Unverified("the X25519 stanza does not open with this secret");
  }
  const macKey = hkdf(nobleSha256, fileKey, undefined, utf8("header"), 32);
  if (!equal(new Uint8Array(hmac(nobleSha256, macKey, header.before)), header.mac))
    throw new Unverified("the header is not the one its file key was wrapped in");
}

function wrapKey(shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  const info = utf8("age-encryption.org/v1/X25519");
  return hkdf(nobleSha256, shared, concat(share, recipient), info, 32);
}

interface Read {
  args: string[];
  body: Bytes;
}

/** Share and body of the envelope's stanza, of a header that follows the rules of a sealed bid. */
export interface SealedHeader {
  share: Bytes;
  body: Bytes;
  size: number;
  mac: Bytes;
  /** What the MAC is over. */
  before: Bytes;
}

/** From the file's first bytes; HEADER_LIMIT of them always suffice. Throws Malformed. */
export function checkHeader(data: Uint8Array): SealedHeader {
  const { stanzas, ...rest } = parseHeader(data.subarray(0, HEADER_LIMIT));
  const grease = stanzas.filter((each) => each.args[0]!.endsWith("-grease"));
  const ours = stanzas.filter((each) => each.args[0] === "X25519");
  if (grease.length + ours.length < stanzas.length)
    throw new Malformed("sealed bid: a stanza of a type that is not allowed");
  if (grease.length > MAX_GREASE) throw new Malformed("sealed bid: too many GREASE stanzas");
  if (ours.length !== 2)
    throw new Malformed(`sealed bid: ${ours.length} X25519 stanzas, not envelope and recovery`);
  const [share] = ours.map(shareOf);
  return { share: share!, body: ours[0]!.body, ...rest };
}

function shareOf(stanza: Read): Bytes {
  if (stanza.args.length !== 2) throw new Malformed("an X25519 stanza has two arguments");
  const share = unpadded(stanza.args[1]!, "the X25519 share");
  if (share.length !== 32) throw new Malformed("the X25519 share is not 32 bytes");
  if (stanza.body.length !== 32) throw new Malformed("the body of the stanza is not 32 bytes");
  return share;
}

/** Throws Malformed. */
function parseHeader(
  data: Uint8Array,
): { stanzas: Read[] } & Pick<SealedHeader, "size" | "mac" | "before"> {
  const lines = new Lines(data);
  if (lines.next() !== VERSION_LINE) throw new Malformed("not an age file of version 1");
  const stanzas: Read[] = [];
  let line = lines.next();
  for (; line.startsWith("-> "); line = lines.next()) {
    const args = line.slice(3).split(" ");
    if (args.includes("")) throw new Malformed("an empty argument in a stanza");
    stanzas.push({ args, body: bodyOf(lines) });
  }
  if (stanzas.length === 0 || !line.startsWith(`${MAC_MARK} `)) throw new Malformed("no header MAC");
  const mac = unpadded(line.slice(4), "the header MAC");
  if (mac.length !== 32) throw new Malformed("the header MAC is not 32 bytes");
  const end = lines.read - line.length - 1 + MAC_MARK.length;
  return { stanzas, size: lines.read, mac, before: data.slice(0, end) as Bytes };
}

/** Full lines of 64 columns, then one that is shorter, even when it is empty. */
function bodyOf(lines: Lines): Bytes {
  const parts: Bytes[] = [];
  for (;;) {
    const line = lines.next();
    if (line.length > COLUMNS) throw new Malformed("a line of a stanza's body is too long");
    parts.push(unpadded(line, "a stanza's body"));
    if (line.length < COLUMNS) return concat(...parts);
  }
}

class Lines {
  read = 0;

  constructor(private readonly data: Uint8Array) {}

  next(): string {
    const end = this.data.indexOf(0x0a, this.read);
    if (end < 0) throw new Malformed("the header is cut off, or larger than 8 KiB");
    const line = this.data.subarray(this.read, end);
    this.read = end + 1;
    if (line.some((byte) => byte < 0x20 || byte > 0x7e))
      throw new Malformed("the header has an invisible character");
    return String.fromCharCode(...line);
  }
}

/** Base64 without padding, in its one spelling. Throws Malformed. */
function unpadded(spelled: string, what: string): Bytes {
  try {
    const data = base64nopad.decode(spelled);
    if (base64nopad.encode(data) === spelled) return new Uint8Array(data);
  } catch {
    // Refused below, with the same words.
  }
  throw new Malformed(`${what} is not canonical base64`);
}
