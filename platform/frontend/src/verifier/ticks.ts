// The ticks of the log, in a few bytes each: a log has millions.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { equal, toHex, type Bytes } from "../sealing/bytes";
import { Malformed } from "../sealing/errors";
import { HASH_BYTES } from "../sealing/hash";
import { DEPTH, type TickLeaf } from "../sealing/log";
import { leafHash, nodeHash } from "../sealing/merkle";

const SIZE_BYTES = 8;

/** Hashes one after the other. */
export class Hashes {
  #data = new Uint8Array(1 << 12);
  length = 0;

  push(hash: Uint8Array): void {
    const at = this.length * HASH_BYTES;
    if (at === this.#data.length) {
      const larger = new Uint8Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(hash, at);
    this.length += 1;
  }

  at(index: number): Bytes {
    return this.#data.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}

export class Ticks {
  readonly numbers: number[] = [];
  readonly #times: number[] = [];
  readonly #roots = new Hashes();
  readonly #leaves = new Hashes();

  /** `leaf` is the leaf's hash. Throws Malformed for a number beyond what stays exact. */
  append(tick: TickLeaf, leaf: Bytes): void {
    const number = Number(tick.number);
    if (!Number.isSafeInteger(number)) throw new Malformed("tick leaf: its number is out of range");
    this.push(number, Number(tick.time / 1000n), tick.root, leaf);
  }

  /** A leaf that is no tick keeps its place, so that those behind it keep theirs. */
  appendUnreadable(leaf: Bytes): void {
    this.push(this.numbers.at(-1) ?? 0, 0, new Uint8Array(HASH_BYTES), leaf);
  }

  private push(number: number, milliseconds: number, root: Bytes, leaf: Bytes): void {
    this.numbers.push(number);
    this.#times.push(milliseconds);
    this.#roots.push(root);
    this.#leaves.push(leaf);
  }

  get length(): number {
    return this.numbers.length;
  }

  /** In microseconds. */
  time(index: number): bigint {
    return BigInt(this.#times[index]!) * 1000n;
  }

  root(index: number): Bytes {
    return this.#roots.at(index);
  }

  /** Whether leaf `index` of the log has these bytes. */
  holds(index: number, leaf: Bytes): boolean {
    return index >= 0 && index < this.length && equal(this.#leaves.at(index), leafHash(leaf));
  }

  indexOf(number: number): number | undefined {
    const at = lowerBound(this.numbers, number, 0, this.numbers.length);
    return this.numbers[at] === number ? at : undefined;
  }
}

/** The first place from `start` on, before `end`, whose value is not below `wanted`. */
export function lowerBound(
  sorted: ArrayLike<number>,
  wanted: number,
  start: number,
  end: number,
): number {
  while (start < end) {
    const middle = (start + end) >> 1;
    if (sorted[middle]! < wanted) start = middle + 1;
    else end = middle;
  }
  return start;
}

/** The root of a tick by its seed and all its taken slots. */
export function tickRoot(seed: Bytes, taken: [number, Bytes][]): Bytes {
  // Keyed once: an idle tick is one hash, a busy one thousands.
  const keyed = hmac.create(sha256, seed);
  let level = new Map(taken.map(([slot, commitment]) => [slot, leafHash(commitment)]));
  for (let height = 0; height < DEPTH; height++) {
    const node = (index: number): Bytes => level.get(index) ?? empty(keyed, height, index);
    const parents = new Set([...level.keys()].map((index) => index >> 1));
    level = new Map([...parents].map((at) => [at, nodeHash(node(2 * at), node(2 * at + 1))]));
  }
  return level.get(0) ?? empty(keyed, DEPTH, 0);
}

function empty(keyed: ReturnType<typeof hmac.create>, level: number, index: number): Bytes {
  const place = new Uint8Array(5);
  place[0] = level;
  new DataView(place.buffer).setUint32(1, index);
  return new Uint8Array(keyed.clone().update(place).digest());
}

/** The root of a growing tree, by the roots of its complete subtrees alone. */
export class Frontier {
  #roots: { root: Bytes; size: number }[] = [];
  size = 0;

  /** From the size, 8 bytes big-endian, and the roots, largest first. Throws Malformed. */
  static decode(data: Bytes): Frontier {
    if (data.length < SIZE_BYTES) throw new Malformed("frontier: cut off");
    const size = new DataView(data.buffer, data.byteOffset).getBigUint64(0);
    if (size > BigInt(Number.MAX_SAFE_INTEGER))
      throw new Malformed("frontier: no size that a tree can have");
    const sizes = [...size.toString(2)].flatMap((bit, at, bits) =>
      bit === "1" ? [2 ** (bits.length - 1 - at)] : [],
    );
    const roots = data.slice(SIZE_BYTES);
    if (roots.length !== sizes.length * HASH_BYTES)
      throw new Malformed(`frontier: not the hashes of a tree of ${size}`);
    const made = new Frontier();
    made.size = Number(size);
    made.#roots = sizes.map((each, at) => ({
      root: roots.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      size: each,
    }));
    return made;
  }

  append(leaf: Bytes): void {
    this.size += 1;
    let last = { root: leaf, size: 1 };
    while (this.#roots.at(-1)?.size === last.size) {
      const left = this.#roots.pop()!;
      last = { root: nodeHash(left.root, last.root), size: 2 * last.size };
    }
    this.#roots.push(last);
  }

  root(): Bytes {
    const [last, ...rest] = [...this.#roots].reverse();
    if (!last) return new Uint8Array(sha256(new Uint8Array()));
    return rest.reduce((right, left) => nodeHash(left.root, right), last.root);
  }
}

/** The root of a tree over all of `leaves`. */
export function rootOf(leaves: Bytes[]): Bytes {
  const frontier = new Frontier();
  leaves.forEach((leaf) => frontier.append(leaf));
  return frontier.root();
}

export function short(commitment: Bytes): string {
  return toHex(commitment.slice(0, 4));
}
