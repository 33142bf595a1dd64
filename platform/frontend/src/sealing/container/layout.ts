// Every byte of the container that is not content: headers, directory, end, and how much padding.

import { concat, utf8, type Bytes } from "../bytes";
import { Malformed } from "../errors";

export const BID_JSON = "bid.json";
export const BID_SIG = "bid.sig";
export const PADDING = "padding";

export const LOCAL_BYTES = 30;
export const LOCAL_MARK = 0x04034b50;
const CENTRAL_MARK = 0x02014b50;
const END64_MARK = 0x06064b50;
const LOCATOR_MARK = 0x07064b50;
const END_MARK = 0x06054b50;

const VERSION = 20;
const VERSION64 = 45;
const UTF8_FLAG = 0x0800;
const FIRST_OF_1980 = 0x0021;
const ZIP64_ID = 1;
// This value in a 32-bit field means: see the zip64 field.
export const FULL32 = 0xffffffff;

const MAX_MEMBERS = 10_000;
const MIN_WHOLE = 64 << 10;

/** One file of the container. */
export interface Member {
  name: string;
  size: number;
  crc: number;
}

/** Little-endian numbers, one after the other: [bytes, value]. */
function pack(...values: [2 | 4 | 8, number][]): Bytes {
  const packed = new Uint8Array(values.reduce((size, [bytes]) => size + bytes, 0));
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return packed;
}

function zip64(...values: number[]): Bytes {
  if (values.length === 0) return new Uint8Array();
  const sizes = values.map((value): [8, number] => [8, value]);
  return pack([2, ZIP64_ID], [2, 8 * values.length], ...sizes);
}

/** From the flags to the sizes, which local header and directory have in common. */
function described(member: Member): [2 | 4, number][] {
  const size = Math.min(member.size, FULL32);
  return [
    [2, UTF8_FLAG],
    [2, 0],
    [2, 0],
    [2, FIRST_OF_1980],
    [4, member.crc],
    [4, size],
    [4, size],
  ];
}

export function localHeader(member: Member): Bytes {
  const name = utf8(member.name);
  const extra = member.size >= FULL32 ? zip64(member.size, member.size) : zip64();
  const head = pack(
    [4, LOCAL_MARK],
    [2, extra.length ? VERSION64 : VERSION],
    ...described(member),
    [2, name.length],
    [2, extra.length],
  );
  return concat(head, name, extra);
}

function centralEntry(member: Member, offset: number): Bytes {
  const name = utf8(member.name);
  const sizes = member.size >= FULL32 ? [member.size, member.size] : [];
  const extra = zip64(...sizes, ...(offset >= FULL32 ? [offset] : []));
  const version = extra.length ? VERSION64 : VERSION;
  const head = pack(
    [4, CENTRAL_MARK],
    [2, version],
    [2, version],
    ...described(member),
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, Math.min(offset, FULL32)],
  );
  return concat(head, name, extra);
}

function endOf(count: number, size: number, offset: number): Bytes {
  const plain = pack(
    [4, END_MARK],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, Math.min(offset, FULL32)],
    [2, 0],
  );
  if (offset < FULL32) return plain;
  const end64 = pack(
    [4, END64_MARK],
    [8, 44],
    [2, VERSION64],
    [2, VERSION64],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  );
  return concat(end64, pack([4, LOCATOR_MARK], [4, 0], [8, offset + size], [4, 1]), plain);
}

/** The central directory with its end. */
export function directory(members: Member[]): Bytes {
  let offset = 0;
  const entries = members.map((member) => {
    const entry = centralEntry(member, offset);
    offset += localHeader(member).length + member.size;
    return entry;
  });
  const whole = concat(...entries);
  return concat(whole, endOf(members.length, whole.length, offset));
}

export function wholeSize(members: Member[]): number {
  const contents = members.reduce((size, each) => size + localHeader(each).length + each.size, 0);
  return contents + directory(members).length;
}

/** The least padding after `members` that gives the whole an allowed length. */
export function paddingSize(members: Member[]): number {
  const padded = (size: number): Member[] => [...members, { name: PADDING, size, crc: 0 }];
  const least = wholeSize(padded(0));
  const target = padme(Math.max(least, MIN_WHOLE));
  const padding = target - least;
  // Padding may push the directory beyond 4 GiB, and the zip64 fields then take their place.
  return padding - (wholeSize(padded(padding)) - target);
}

/** The next length with few significant bits (Padmé), so that a price does not show in a size. */
export function padme(size: number): number {
  const exponent = BigInt(bits(BigInt(size)) - 1);
  const step = 1n << (exponent - BigInt(Math.min(bits(exponent), Number(exponent))));
  return Number(((BigInt(size) + step - 1n) / step) * step);
}

function bits(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Throws Malformed when they are too many or too large together. */
export function checkMembers(members: Member[]): void {
  if (members.length > MAX_MEMBERS) throw new Malformed(`more than ${MAX_MEMBERS} members`);
  const sizes = members.reduce((sum, member) => sum + member.size, 0);
  if (sizes > Number.MAX_SAFE_INTEGER) throw new Malformed("the members are too large together");
}
