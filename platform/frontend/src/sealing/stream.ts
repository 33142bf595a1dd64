// Reading in pieces of our own size: from a stream that comes in pieces of any size, and from a file.

import { concat, type Bytes } from "./bytes";
import { Malformed } from "./errors";

const BLOCK = 1 << 20;

/** What is read piece by piece, and more than once. */
export interface Source {
  readonly size: number;
  slice(start: number, end: number): Blob;
}

/**
 * Of 1 MiB each, and the next only when it is asked for: a file's own stream runs ahead of whoever
 * hashes it, which is measured to take twice the memory.
 */
export async function* slicesOf(source: Source): AsyncGenerator<Bytes> {
  for (let at = 0; at < source.size; at += BLOCK) {
    const end = Math.min(at + BLOCK, source.size);
    yield new Uint8Array(await source.slice(at, end).arrayBuffer());
  }
}

export class Input {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** At most `limit` bytes, at least one; none at the end. */
  async some(limit: number): Promise<Bytes> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return new Uint8Array();
      this.#rest = value;
    }
    const taken = this.#rest.slice(0, limit);
    this.#rest = this.#rest.subarray(taken.length);
    return taken as Bytes;
  }

  /** Throws Malformed when the stream ends before. */
  async exactly(size: number, where: string): Promise<Bytes> {
    const parts: Bytes[] = [];
    for (let left = size; left > 0; left -= parts.at(-1)!.length) {
      const part = await this.some(left);
      if (part.length === 0) throw new Malformed(`truncated within ${where}`);
      parts.push(part);
    }
    return concat(...parts);
  }

  /** Lets go of what will not be read. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}
