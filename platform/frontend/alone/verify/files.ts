// The files that were given, told apart by what is in them and not by their names.

import { text, toHex, type Bytes } from "../../src/sealing/bytes";
import { sha256 } from "../../src/sealing/hash";
import { parseRoster } from "../../src/sealing/roster";

const ZIP = [0x50, 0x4b];
const MAX_PAPER = 4 << 20;

export interface Given {
  bundle?: File;
  roster?: { name: string; data: Bytes; fingerprint: string };
  papers: Map<string, Bytes>;
}

/** Puts a file where it belongs, and says where. */
export async function take(given: Given, file: File): Promise<"bundle" | "roster" | "papers"> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (ZIP.every((byte, at) => start[at] === byte)) {
    given.bundle = file;
    return "bundle";
  }
  if (file.size > MAX_PAPER) throw new Error(file.name);
  const data = new Uint8Array(await file.arrayBuffer());
  if (isRoster(data)) {
    given.roster = { name: file.name, data, fingerprint: toHex(sha256(data)) };
    return "roster";
  }
  given.papers.set(file.name, data);
  return "papers";
}

function isRoster(data: Bytes): boolean {
  try {
    if (!text(data, "file").includes('"sunseal/roster/v1"')) return false;
    parseRoster(data);
    return true;
  } catch {
    return false;
  }
}
