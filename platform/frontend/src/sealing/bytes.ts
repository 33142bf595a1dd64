// Bytes and their spellings. Each value has one spelling; every other one is refused, because two
// readers of the same signed text could otherwise see two things.

import { base64, hex } from "@scure/base";

import { Malformed } from "./errors";

// Web interfaces take no bytes of shared memory, so none of ours are.
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
// A byte order mark stays in the text, where whoever reads it stumbles over it.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** Throws Malformed. */
export function text(data: Uint8Array, what: string): string {
  try {
    return decoder.decode(data);
  } catch {
    throw new Malformed(`${what}: not UTF-8`);
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Of values that are not secret: for finding one that stands twice. */
export function toHex(data: Uint8Array): string {
  return hex.encode(data);
}

export function toBase64(data: Uint8Array): string {
  return base64.encode(data);
}

/** Standard, padded, canonical. Throws Malformed. */
export function fromBase64(spelled: string, what: string, length?: number): Bytes {
  const data = decoded(spelled, what);
  // Some decoders ignore the unused low bits of the last character: a second spelling.
  if (toBase64(data) !== spelled) throw new Malformed(`${what}: not canonical base64`);
  if (length !== undefined && data.length !== length)
    throw new Malformed(`${what}: ${data.length} bytes where ${length} belong`);
  return data;
}

function decoded(spelled: string, what: string): Bytes {
  try {
    return new Uint8Array(base64.decode(spelled));
  } catch {
    throw new Malformed(`${what}: not base64`);
  }
}

/** An ASCII decimal below 2^63, without sign or leading zeros. Throws Malformed. */
export function decimal(spelled: string, what: string): bigint {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(spelled))
    throw new Malformed(`${what}: not a decimal number`);
  const value = BigInt(spelled);
  if (value >= 1n << 63n) throw new Malformed(`${what}: too large`);
  return value;
}

/** Exactly `count` lines, each ended by a newline. Throws Malformed. */
export function lines(data: Uint8Array, what: string, count: number): string[] {
  const found = text(data, what).split("\n");
  if (found.pop() !== "") throw new Malformed(`${what}: the last line has no newline`);
  if (found.length !== count)
    throw new Malformed(`${what}: ${found.length} lines where ${count} belong`);
  return found;
}
