// Running hashes of what is too large for memory, in WebAssembly: several times as fast as in
// JavaScript, which is left for everything small.

import { createCRC32, createSHA256 } from "hash-wasm";

import type { Bytes } from "./bytes";

export interface Running {
  update(data: Uint8Array): void;
  digest(): Bytes;
}

export async function runningSha256(): Promise<Running> {
  const hasher = (await createSHA256()).init();
  return {
    update: (data) => void hasher.update(data),
    digest: () => new Uint8Array(hasher.digest("binary")),
  };
}

export async function runningCrc32(): Promise<{ update(data: Uint8Array): void; value(): number }> {
  const hasher = (await createCRC32()).init();
  return {
    update: (data) => void hasher.update(data),
    value: () => Number.parseInt(hasher.digest("hex"), 16),
  };
}
