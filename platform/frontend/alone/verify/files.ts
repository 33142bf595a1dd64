// The files that were given, told apart by what is in them and not by their names.

import { text, toHex, type Bytes } from "../../src/sealing/bytes";
import { sha256 } from "../../src/sealing/hash";
import { parseRoster } from "../../src/sealing/roster";
import { Fault } from "../../src/verifier/words";

const ZIP = [0x50, 0x4b];
const MAX_PAPER = 4 << 20;

export interface Given {
  bundle?: File;
  roster?: { name: string; data: Bytes; fingerprint: string };
  papers: Map<string, Bytes>;
}

/** Puts a file where it belongs. Throws Malformed for a roster that is none. */
export async function take(given: Given, file: File): Promise<void> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (ZIP.every((byte, at) => start[at] === byte)) {
    given.bundle = file;
    return;
  }
  if (file.size > MAX_PAPER) throw new Fault("it is too large for a paper", "作为凭证太大");
  const data = new Uint8Array(await file.arrayBuffer());
  if (isRoster(data)) {
    parseRoster(data);
    given.roster = { name: file.name, data, fingerprint: toHex(sha256(data)) };
    return;
  }
  given.papers.set(file.name, data);
}

function isRoster(data: Bytes): boolean {
  try {
    return text(data, "file").includes('"sunseal/roster/v1"');
  } catch {
    return false;
  }
}
