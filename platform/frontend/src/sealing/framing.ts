// Length-prefixed fields, so that no two lists of fields hash alike.

import { concat, type Bytes } from "./bytes";

export const LENGTH_BYTES = 4;

export function u32be(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function fields(...values: Uint8Array[]): Bytes {
  return concat(...values.flatMap((value) => [u32be(value.length), value]));
}
