// Reading a container from a stream, and refusing all that the writer would not have written.
//
// Nothing is searched for and nothing skipped, so no second ZIP, gap or comment is left in which
// another reader could find another bid. Memory does not grow with the contents.

import { equal, type Bytes } from "../bytes";
import { runningCrc32, runningSha256 } from "../digest";
import { Malformed } from "../errors";
import { Input } from "../stream";
import {
  BID_JSON,
  BID_SIG,
  checkMembers,
  directory,
  FULL32,
  LOCAL_BYTES,
  localHeader,
  PADDING,
  paddingSize,
  type Member,
} from "./layout";
import { MAX_NAME_BYTES, nameOf, Names } from "./names";

const BLOCK = 1 << 20;
const ZIP64_SIZES_BYTES = 20;

/** A member that was read; `content` is kept of the first two alone. */
export interface Found {
  name: string;
  size: number;
  sha256: Bytes;
  content: Bytes;
}

/** How much of `bid.json` and `bid.sig` is read into memory. */
export type Limits = readonly [number, number];

/** All members but the padding, once the whole is known to be canonical. Throws Malformed. */
export async function readContainer(
  stream: ReadableStream<Uint8Array>,
  limits: Limits,
  progress: (bytes: number) => void = () => {},
): Promise<Found[]> {
  const input = new Input(stream);
  const [members, found, names]: [Member[], Found[], Names] = [[], [], new Names()];
  while (members.at(-1)?.name !== PADDING) {
    const place = members.length;
    const member = await header(input, place);
    names.add(member.name);
    if (place < 2 && member.name !== [BID_JSON, BID_SIG][place])
      throw new Malformed(`member ${place} is ${member.name}`);
    if (member.name === PADDING && member.size !== paddingSize(members))
      throw new Malformed(`the padding has ${member.size} bytes`);
    const limit = limits[place];
    if (limit !== undefined && member.size > limit)
      throw new Malformed(`${member.name}: ${member.size} bytes, at most ${limit} are allowed`);
    found.push(await content(input, member, limit !== undefined, progress));
    members.push(member);
    checkMembers(members);
  }
  const expected = directory(members);
  if (!equal(await input.exactly(expected.length, "the directory"), expected))
    throw new Malformed("the directory is not the one of these members");
  if ((await input.some(1)).length > 0) throw new Malformed("bytes follow the end");
  return found.slice(0, -1);
}

async function header(input: Input, place: number): Promise<Member> {
  const where = `the header of member ${place}`;
  const fixed = await input.exactly(LOCAL_BYTES, where);
  const view = new DataView(fixed.buffer);
  const nameBytes = view.getUint16(26, true);
  if (nameBytes > MAX_NAME_BYTES) throw new Malformed(`${where}: too long a name`);
  const name = await input.exactly(nameBytes, where);
  const extra = await input.exactly(view.getUint16(28, true), where);
  const size = view.getUint32(22, true);
  const member = {
    name: nameOf(name),
    crc: view.getUint32(14, true),
    size: size === FULL32 ? largeSize(extra, where) : size,
  };
  const expected = localHeader(member);
  const same = equal(fixed, expected.slice(0, LOCAL_BYTES));
  if (!same || !equal(extra, expected.slice(LOCAL_BYTES + nameBytes)))
    throw new Malformed(`${where} is not as the writer spells it`);
  return member;
}

function largeSize(extra: Bytes, where: string): number {
  if (extra.length !== ZIP64_SIZES_BYTES) throw new Malformed(`${where}: no zip64 sizes`);
  const size = new DataView(extra.buffer).getBigUint64(4, true);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed(`${where}: too large`);
  return Number(size);
}

async function content(
  input: Input,
  member: Member,
  keep: boolean,
  progress: (bytes: number) => void,
): Promise<Found> {
  const [hash, crc] = await Promise.all([runningSha256(), runningCrc32()]);
  const kept: Bytes[] = [];
  for (let left = member.size; left > 0; ) {
    const block = await input.some(Math.min(left, BLOCK));
    if (block.length === 0) throw new Malformed(`truncated within ${member.name}`);
    // What is not zero would be a place for a message that the platform could look for.
    if (member.name === PADDING && block.some((byte) => byte !== 0))
      throw new Malformed("the padding is not all zeros");
    hash.update(block);
    crc.update(block);
    if (keep) kept.push(block);
    progress(block.length);
    left -= block.length;
  }
  if (crc.value() !== member.crc) throw new Malformed(`${member.name}: the checksum is wrong`);
  const whole = new Uint8Array(await new Blob(kept).arrayBuffer());
  return { name: member.name, size: member.size, sha256: hash.digest(), content: whole };
}
