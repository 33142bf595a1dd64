// What page and worker tell each other.

import type { Offer } from "../../src/sealing/seal";
import type { HandingIn, Kit, SealingKeys } from "../../src/sealing/offline";
import type { Bytes } from "../../src/sealing/bytes";
import type { Link } from "../../src/sealing/statement";
import type { Words } from "../../src/verifier/words";

export interface SealOrder {
  type: "seal";
  kit: Kit;
  roster: Bytes;
  keys: SealingKeys;
  link: Link;
  offer: Omit<Offer, "documents"> & { documents: { name: string; source: File }[] };
}

export interface RehearseOrder {
  type: "rehearse";
  kit: Kit;
  roster: Bytes;
  keys: SealingKeys;
  file: Blob;
  statement: HandingIn["statement"];
}

export type Order = SealOrder | RehearseOrder;

export type Report =
  | { type: "progress"; what: Words; done: number; total: number }
  | { type: "sealed"; file: Blob; statement: HandingIn["statement"] }
  | { type: "opened"; price: string; currency: string; files: string[] }
  | { type: "failed"; what: Words };
