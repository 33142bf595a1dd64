// SHA-256, the hash of everything here but a few challenges.

import { sha256 as noble } from "@noble/hashes/sha2.js";

import { concat, type Bytes } from "./bytes";

export const HASH_BYTES = 32;

export function sha256(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(noble(concat(...parts)));
}
