// A ZIP of stored members, read by its central directory, each name once.
//
// Stored only: what is read is never larger than the file that was handed over.

import { text, type Bytes } from "../sealing/bytes";
import { Malformed } from "../sealing/errors";

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
const MAX_DIRECTORY = 256 << 20;
const FULL = 0xffffffff;
// In a member's flags: encrypted, a patch to another file, strongly encrypted.
const NOT_PLAIN = 0x1 | 0x20 | 0x40;

interface Member {
  size: number;
  crc: number;
  offset: number;
}

interface Directory {
  offset: number;
  size: number;
  count: number;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(data: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let at = 0; at < data.length; at++)
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ data[at]!) & 0xff]!;
  return ~crc >>> 0;
}

export class Zip {
  private constructor(
    private readonly file: Blob,
    private readonly members: Map<string, Member>,
  ) {}

  /** Throws Malformed. */
  static async open(file: Blob): Promise<Zip> {
    const directory = await directoryOf(file);
    if (directory.size > MAX_DIRECTORY) throw new Malformed("bundle: its directory is too large");
    const data = await slice(file, directory.offset, directory.size);
    return new Zip(file, readDirectory(data, directory.count));
  }

  names(): string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  size(name: string): number {
    return this.member(name).size;
  }

  /** The whole of a member. Throws Malformed. */
  async read(name: string, limit: number): Promise<Bytes> {
    const { size } = this.member(name);
    if (size > limit) throw new Malformed(`bundle: ${name} is larger than ${limit} bytes`);
    const data = await slice(this.file, await this.start(name), size);
    if (crc32(data) !== this.member(name).crc) throw new Malformed(`bundle: ${name}: Bad CRC-32`);
    return data;
  }

  /** The same piece by piece; its sum is compared at the end. Throws Malformed. */
  async *pieces(name: string): AsyncGenerator<Bytes> {
    const { size, crc } = this.member(name);
    const start = await this.start(name);
    let sum = 0;
    for (let at = 0; at < size; at += 1 << 22) {
      const piece = await slice(this.file, start + at, Math.min(1 << 22, size - at));
      sum = crc32(piece, sum);
      yield piece;
    }
    if (sum !== crc) throw new Malformed(`bundle: ${name}: Bad CRC-32`);
  }

  private member(name: string): Member {
    const found = this.members.get(name);
    if (!found) throw new Malformed(`bundle: there is no ${name}`);
    return found;
  }

  /** Where a member's bytes begin: behind its local header, which must tell of the same name. */
  private async start(name: string): Promise<number> {
    const { offset } = this.member(name);
    const header = await slice(this.file, offset, LOCAL_BYTES);
    const view = viewOf(header);
    if (view.getUint32(0, true) !== LOCAL) throw new Malformed(`bundle: ${name} has no header`);
    const [length, extra] = [view.getUint16(26, true), view.getUint16(28, true)];
    const told = text(await slice(this.file, offset + LOCAL_BYTES, length), "bundle");
    if (told !== name) throw new Malformed(`bundle: ${name} is named otherwise in its header`);
    return offset + LOCAL_BYTES + length + extra;
  }
}

async function directoryOf(file: Blob): Promise<Directory> {
  const length = Math.min(file.size, END_BYTES + MAX_COMMENT);
  const tail = await slice(file, file.size - length, length);
  const view = viewOf(tail);
  for (let at = length - END_BYTES; at >= 0; at--) {
    const comment = view.getUint32(at, true) === END ? view.getUint16(at + 20, true) : -1;
    if (comment !== length - at - END_BYTES) continue;
    const found = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const large = found.count === 0xffff || found.size === FULL || found.offset === FULL;
    const end = file.size - length + at;
    return large ? directory64(file, end) : checkEnd(found, end);
  }
  throw new Malformed("bundle: it is no ZIP file");
}

/** Throws Malformed when anything stands between the directory and its end: another reader could
 * take that for the directory. */
function checkEnd(found: Directory, end: number): Directory {
  if (found.offset + found.size !== end) throw new Malformed("bundle: its directory is elsewhere");
  return found;
}

async function directory64(file: Blob, end: number): Promise<Directory> {
  const locator = viewOf(await slice(file, end - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR64) throw new Malformed("bundle: no zip64 locator");
  const at = long(locator, 8);
  const view = viewOf(await slice(file, at, END64_BYTES));
  if (view.getUint32(0, true) !== END64) throw new Malformed("bundle: no zip64 directory");
  return checkEnd({ count: long(view, 32), size: long(view, 40), offset: long(view, 48) }, at);
}

function readDirectory(data: Bytes, count: number): Map<string, Member> {
  const members = new Map<string, Member>();
  let at = 0;
  for (let number = 0; number < count; number++) {
    const view = viewOf(data.subarray(at));
    if (view.byteLength < CENTRAL_BYTES || view.getUint32(0, true) !== CENTRAL)
      throw new Malformed("bundle: its directory is broken");
    const [length, extra] = [view.getUint16(28, true), view.getUint16(30, true)];
    const end = CENTRAL_BYTES + length;
    const name = text(data.subarray(at + CENTRAL_BYTES, at + end), "bundle");
    if (members.has(name)) throw new Malformed("bundle: two files have one name");
    if (view.getUint16(10, true) !== 0 || view.getUint16(8, true) & NOT_PLAIN)
      throw new Malformed(`bundle: ${name} is not simply stored`);
    members.set(name, memberOf(view, data.subarray(at + end, at + end + extra)));
    at += end + extra + view.getUint16(32, true);
  }
  // Another reader may find a bundle of its own there.
  if (![...members.values()].some((member) => member.offset === 0))
    throw new Malformed("bundle: something stands before its first file");
  return members;
}

function memberOf(view: DataView, extra: Uint8Array): Member {
  const [packed, size, offset] = [20, 24, 42].map((at) => view.getUint32(at, true));
  const wide = [size!, packed!, offset!];
  let from = 0;
  const field = zip64(extra);
  // The field holds, in this order, those of the three that the header could not.
  const [whole, stored, place] = wide.map((value) => {
    if (value !== FULL) return value;
    from += 8;
    return long(viewOf(field), from - 8);
  });
  if (whole !== stored) throw new Malformed("bundle: a stored file of two sizes");
  return { size: whole!, offset: place!, crc: view.getUint32(16, true) };
}

function zip64(extra: Uint8Array): Uint8Array {
  for (let at = 0; at + 4 <= extra.length; ) {
    const view = viewOf(extra.subarray(at));
    const end = at + 4 + view.getUint16(2, true);
    if (view.getUint16(0, true) === 1) return extra.subarray(at + 4, end);
    at = end;
  }
  return new Uint8Array();
}

function long(view: DataView, at: number): number {
  if (at + 8 > view.byteLength) throw new Malformed("bundle: cut off");
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed("bundle: out of range");
  return Number(value);
}

/** Exactly so many bytes. Throws Malformed. */
async function slice(file: Blob, start: number, size: number): Promise<Bytes> {
  const data = new Uint8Array(await file.slice(Math.max(start, 0), start + size).arrayBuffer());
  if (start < 0 || data.length !== size) throw new Malformed("bundle: cut off");
  return data;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
