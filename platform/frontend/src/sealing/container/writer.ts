// Writing a container: the same names and contents always give the same bytes.

import type { Bytes } from "../bytes";
import { runningCrc32, runningSha256 } from "../digest";
import { Unverified } from "../errors";
import { slicesOf, type Source } from "../stream";
import {
  BID_JSON,
  BID_SIG,
  checkMembers,
  directory,
  localHeader,
  PADDING,
  paddingSize,
  wholeSize,
  type Member,
} from "./layout";
import { Names } from "./names";

const BLOCK = 1 << 20;

/** A document as it was when it was measured. */
export interface Document extends Member {
  sha256: Bytes;
  source: Source;
}

/** Reads a document once. `progress` is told of bytes. */
export async function measure(
  name: string,
  source: Source,
  progress: (bytes: number) => void = () => {},
): Promise<Document> {
  const [hash, crc] = await Promise.all([runningSha256(), runningCrc32()]);
  for await (const block of slicesOf(source)) {
    hash.update(block);
    crc.update(block);
    progress(block.length);
  }
  return { name, size: source.size, crc: crc.value(), sha256: hash.digest(), source };
}

/** A container whose length and every byte but the documents' are known. */
export class Container {
  private constructor(
    private readonly members: Member[],
    private readonly contents: (Bytes | Document)[],
  ) {}

  /** Documents stand in the order given, which is that of `bid.json`. Throws Malformed. */
  static async of(bidJson: Bytes, signature: Bytes, documents: Document[]): Promise<Container> {
    const members: Member[] = [
      { name: BID_JSON, size: bidJson.length, crc: await crcOf([bidJson]) },
      { name: BID_SIG, size: signature.length, crc: await crcOf([signature]) },
      ...documents.map(({ name, size, crc }) => ({ name, size, crc })),
    ];
    checkMembers([...members, { name: PADDING, size: 0, crc: 0 }]);
    const names = new Names();
    for (const { name } of [...members, { name: PADDING }]) names.add(name);
    const padding = paddingSize(members);
    members.push({ name: PADDING, size: padding, crc: await crcOf(zeros(padding)) });
    return new Container(members, [bidJson, signature, ...documents]);
  }

  get size(): number {
    return wholeSize(this.members);
  }

  /** Throws Unverified when a document is not any more what it was when it was measured. */
  async *blocks(): AsyncGenerator<Bytes> {
    for (const [place, content] of this.contents.entries()) {
      yield localHeader(this.members[place]!);
      if (content instanceof Uint8Array) yield content;
      else yield* unchanged(content);
    }
    const padding = this.members.at(-1)!;
    yield localHeader(padding);
    yield* zeros(padding.size);
    yield directory(this.members);
  }

  /** The same as a stream that is written only as fast as it is read. */
  stream(): ReadableStream<Bytes> {
    const blocks = this.blocks();
    return new ReadableStream(
      {
        async pull(controller) {
          const { done, value } = await blocks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      },
      { highWaterMark: 1 },
    );
  }
}

async function* unchanged(document: Document): AsyncGenerator<Bytes> {
  const crc = await runningCrc32();
  for await (const block of slicesOf(document.source)) {
    crc.update(block);
    yield block;
  }
  if (crc.value() !== document.crc)
    throw new Unverified(`${document.name} changed while it was being sealed`);
}

async function crcOf(blocks: Iterable<Bytes>): Promise<number> {
  const crc = await runningCrc32();
  for (const block of blocks) crc.update(block);
  return crc.value();
}

function* zeros(size: number): Generator<Bytes> {
  const block = new Uint8Array(Math.min(size, BLOCK));
  for (let at = 0; at < size; at += BLOCK) yield block.subarray(0, size - at);
}
