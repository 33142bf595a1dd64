// The transcript of a key ceremony, as all custodians signed it.

import { equal, utf8, type Bytes } from "./bytes";
import { Malformed } from "./errors";
import { SUITE } from "./terms";

/** What one custodian published. */
export interface Published {
  commitment: Bytes[];
  proof: Bytes;
  ephemeral: Bytes;
}

/** The fields, none of them checked beyond its length. */
export interface Transcript {
  context: Bytes;
  n: number;
  t: number;
  statics: Bytes[];
  messages: Published[];
  ext: Bytes;
}

/** Throws Malformed. */
export function parseTranscript(data: Bytes): Transcript {
  const reader = new Reader(data);
  if (!equal(reader.counted(), utf8(SUITE))) throw new Malformed("transcript: of another suite");
  const context = reader.counted();
  const [n, t] = [reader.number(4), reader.number(4)];
  if (t < 1 || t > n) throw new Malformed(`transcript: a threshold of ${t} among ${n}`);
  const statics = reader.list(n, 32);
  const points = reader.list(n * t, 32);
  const proofs = reader.list(n, 64);
  const ephemerals = reader.list(n, 32);
  const ext = reader.counted();
  reader.end();
  const messages = proofs.map((proof, at) => ({
    commitment: points.slice(at * t, (at + 1) * t),
    proof,
    ephemeral: ephemerals[at]!,
  }));
  return { context, n, t, statics, messages, ext };
}

export function u64be(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Takes fields off the front; counts are believed only as far as there are bytes for them. */
class Reader {
  #at = 0;

  constructor(private readonly data: Bytes) {}

  take(size: number): Bytes {
    const taken = this.data.slice(this.#at, this.#at + size);
    if (taken.length !== size) throw new Malformed("transcript: cut off");
    this.#at += size;
    return taken;
  }

  number(size: number): number {
    const value = this.take(size).reduceRight((sum, byte) => sum * 256 + byte, 0);
    return Math.min(value, Number.MAX_SAFE_INTEGER);
  }

  counted(): Bytes {
    return this.take(this.number(8));
  }

  list(count: number, size: number): Bytes[] {
    const whole = this.take(count * size);
    return Array.from({ length: count }, (_, at) => whole.slice(at * size, (at + 1) * size));
  }

  end(): void {
    if (this.#at !== this.data.length) throw new Malformed("transcript: bytes follow it");
  }
}
