// The Merkle tree of RFC 6962, as far as a reader of one entry needs it.

import { equal, type Bytes } from "./bytes";
import { Malformed, Unverified } from "./errors";
import { HASH_BYTES, sha256 } from "./hash";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

export function leafHash(entry: Uint8Array): Bytes {
  return sha256(LEAF, entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(NODE, left, right);
}

/** Throws unless the leaf hash `leaf` is number `index` of the tree (`size`, `root`). */
export function verifyInclusion(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  proof: Bytes[],
  root: Bytes,
): void {
  if (index >= size) throw new Malformed("inclusion proof: no such leaf in the tree");
  const rest = [...proof];
  const found = rootFrom(leaf, index, size, rest);
  if (rest.length > 0) throw new Malformed("inclusion proof: too long");
  if (!equal(found, root)) throw new Unverified("inclusion proof: it leads to another root");
}

/** The root of the tree of `size` leaves; siblings are taken off the end, highest last. */
function rootFrom(leaf: Bytes, index: bigint, size: bigint, proof: Bytes[]): Bytes {
  if (size === 1n) return leaf;
  const sibling = proof.pop();
  if (sibling?.length !== HASH_BYTES) throw new Malformed("inclusion proof: too short");
  const left = largestPowerBelow(size);
  if (index < left) return nodeHash(rootFrom(leaf, index, left, proof), sibling);
  return nodeHash(sibling, rootFrom(leaf, index - left, size - left, proof));
}

function largestPowerBelow(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}
