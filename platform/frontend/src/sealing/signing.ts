// Ed25519 with keys nobody can play tricks with, always under a label that says what for.

import { ed25519 } from "@noble/curves/ed25519.js";

import { concat, toHex, utf8, type Bytes } from "./bytes";
import { Malformed, Unverified } from "./errors";
import { parsePoint, Point } from "./group";

export const SIGNATURE_BYTES = 64;

/** Whoever holds a key: the browser's own store, or a file that was loaded. */
export interface Signer {
  readonly public: Bytes;
  sign(message: Bytes): Promise<Bytes>;
}

/** A key from its 32-byte seed, for files and tests. */
export function signerOf(seed: Uint8Array): Signer {
  return {
    public: new Uint8Array(ed25519.getPublicKey(seed)),
    sign: async (message) => new Uint8Array(ed25519.sign(message, seed)),
  };
}

// A log has thousands of signatures by a few keys, and this check costs as much as a signature.
const SOUND = new Set<string>();
const MOST_KEPT = 10_000;

/** Throws Malformed unless `key` is a canonical point of the prime-order subgroup. */
export function checkPublicKey(key: Uint8Array): void {
  const name = toHex(key);
  if (SOUND.has(name)) return;
  parsePoint(key);
  if (SOUND.size < MOST_KEPT) SOUND.add(name);
}

/** Throws Malformed for a bad key, Unverified for a bad signature. */
export function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
  checkPublicKey(key);
  if (signature.length !== SIGNATURE_BYTES || !holds(key, message, signature))
    throw new Unverified("the Ed25519 signature does not hold");
}

function holds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    // The library multiplies by the cofactor, and so accepts what RFC 8032 libraries refuse:
    // a nonce point with a part of low order.
    const nonce = Point.fromBytes(signature.subarray(0, 32), false);
    return nonce.isTorsionFree() && ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

export function labelled(label: string, data: Uint8Array): Bytes {
  if (label.includes("\n")) throw new Malformed("a label is one line");
  return concat(utf8(`${label}\n`), data);
}

export function signLabelled(signer: Signer, label: string, data: Uint8Array): Promise<Bytes> {
  return signer.sign(labelled(label, data));
}

/** Throws as `verify` does. */
export function verifyLabelled(
  key: Uint8Array,
  label: string,
  data: Uint8Array,
  signature: Uint8Array,
): void {
  verify(key, labelled(label, data), signature);
}
