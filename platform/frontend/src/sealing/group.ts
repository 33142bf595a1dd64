// The group behind everything: points of edwards25519, each checked to be of prime order, and the
// X25519 shares that stand for some of them.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, type Bytes } from "./bytes";
import { Malformed } from "./errors";

export const Point = ed25519.Point;
export type Point = InstanceType<typeof Point>;

export const BYTES = 32;
export const ORDER = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
const { Fp, Fn } = Point;

/** A canonical encoding of a prime-order point. Throws Malformed. */
export function parsePoint(data: Uint8Array): Point {
  const point = decoded(data);
  if (point.is0()) throw new Malformed("the point is the identity");
  if (!point.isTorsionFree()) throw new Malformed("the point is outside the prime-order subgroup");
  return point;
}

function decoded(data: Uint8Array): Point {
  try {
    return Point.fromBytes(data, false);
  } catch {
    throw new Malformed("not the canonical encoding of a point");
  }
}

/** 32 bytes, little-endian, below the order. Throws Malformed. */
export function parseScalar(data: Uint8Array): bigint {
  const scalar = littleEndian(data);
  if (data.length !== BYTES || scalar >= ORDER) throw new Malformed("the scalar is not canonical");
  return scalar;
}

export function scalarBytes(scalar: bigint): Bytes {
  return new Uint8Array(Fn.toBytes(scalar));
}

/** SHA-512 of all parts modulo the order. */
export function hashToScalar(...parts: Uint8Array[]): bigint {
  return littleEndian(sha512(concat(...parts))) % ORDER;
}

export function littleEndian(data: Uint8Array): bigint {
  return data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Zero times a point is a legal result here, which the library's `multiply` refuses. */
export function multiply(point: Point, scalar: bigint): Point {
  return scalar === 0n ? Point.ZERO : point.multiply(scalar);
}

/** scalar · point for public values only: faster, and not in constant time. */
export function multiplyPublic(point: Point, scalar: bigint): Point {
  return point.multiplyUnsafe(scalar);
}

/** The prime-order point with even x whose u coordinate is `share`. Throws Malformed. */
export function lift(share: Uint8Array): Point {
  if (share.length !== BYTES) throw new Malformed(`a share has 32 bytes, not ${share.length}`);
  const u = littleEndian(share);
  // X25519 ignores the top bit and reduces u, so one secret would have several shares.
  if (u >= P) throw new Malformed("the share is not canonical");
  if (u === 0n || u === 1n || u === P - 1n) throw new Malformed("the share is of low order");
  const y = Fp.mul(Fp.sub(u, 1n), Fp.inv(Fp.add(u, 1n)));
  // y below p leaves the top bit clear, which asks for the even x.
  return parsePoint(Fp.toBytes(y));
}

/** The u coordinate: an X25519 public key. */
export function toMontgomery(point: Point): Bytes {
  return new Uint8Array(ed25519.utils.toMontgomery(point.toBytes()));
}

export function isOdd(point: Point): boolean {
  return (point.toAffine().x & 1n) === 1n;
}

/** An X25519 secret as the scalar that it acts as. */
export function clamped(secret: Uint8Array): bigint {
  const bytes = new Uint8Array(secret);
  bytes[0]! &= 248;
  bytes[31] = (bytes[31]! & 127) | 64;
  const scalar = littleEndian(bytes) % ORDER;
  bytes.fill(0);
  return scalar;
}
