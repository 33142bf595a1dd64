// The files that were given, told apart by what is in them and not by their names.

import { text, toHex, utf8, type Bytes } from "../../src/sealing/bytes";
import { sha256 } from "../../src/sealing/hash";
import { parseRoster } from "../../src/sealing/roster";
import { parseAnnex } from "../../src/verifier/annex";
import type { Outside } from "../../src/verifier/case";
import { successor } from "../../src/verifier/checks/succession";
import { parseState } from "../../src/verifier/state";
import { Fault } from "../../src/verifier/words";

const ZIP = utf8("PK");
const MAX_PAPER = 4 << 20;
// Canonical JSON has its version last, where it is found without reading all of a large file.
const STATE = utf8('"version":"sunseal/log-state/v1"}');
const ANNEX = utf8('"version":"sunseal/annex/v1"}');

interface Roster {
  name: string;
  data: Bytes;
  origin: string;
  fingerprint: string;
}

export class Given {
  bundle: File | undefined;
  roster: Roster | undefined;
  previous: Roster | undefined;
  annex: { name: string; data: Bytes } | undefined;
  readonly states = new Map<string, Bytes>();
  readonly papers = new Map<string, Bytes>();

  /** Puts a file where it belongs. Throws CryptoError for one that is not what it looks like. */
  async take(file: File): Promise<void> {
    const [state, annex] = [await endsWith(file, STATE), await endsWith(file, ANNEX)];
    if (await startsWith(file, ZIP)) {
      this.bundle = file;
      return;
    }
    if (!state && !annex && file.size > MAX_PAPER)
      throw new Fault("it is too large for a paper", "作为凭证太大");
    const data = new Uint8Array(await file.arrayBuffer());
    if (state) {
      parseState(data);
      this.states.set(file.name, data);
    } else if (annex) {
      parseAnnex(data);
      this.annex = { name: file.name, data };
    } else if (isRoster(data)) this.#place(file.name, data);
    else this.papers.set(file.name, data);
  }

  /** Two rosters stand in the order of their logs; any other takes the first one's place. */
  #place(name: string, data: Bytes): void {
    const { origin } = parseRoster(data);
    const taken = { name, data, origin, fingerprint: toHex(sha256(data)) };
    const before = this.roster?.origin;
    if (before !== undefined && successor(origin) === before) this.previous = taken;
    else {
      if (before !== undefined && successor(before) === origin) this.previous = this.roster;
      this.roster = taken;
    }
  }

  get names(): string[] {
    const { annex, papers, previous, states } = this;
    const single = [previous, annex].flatMap((each) => each?.name ?? []);
    return [...papers.keys(), ...states.keys(), ...single];
  }

  get outside(): Outside {
    const { annex, papers, previous, states } = this;
    const held = [...states.values()];
    return { papers, states: held, annex: annex?.data, previousRoster: previous?.data };
  }
}

async function startsWith(file: File, wanted: Bytes): Promise<boolean> {
  return isSame(file.slice(0, wanted.length), wanted);
}

async function endsWith(file: File, wanted: Bytes): Promise<boolean> {
  return isSame(file.slice(Math.max(0, file.size - wanted.length)), wanted);
}

async function isSame(part: Blob, wanted: Bytes): Promise<boolean> {
  const held = new Uint8Array(await part.arrayBuffer());
  return held.length === wanted.length && wanted.every((byte, at) => held[at] === byte);
}

function isRoster(data: Bytes): boolean {
  try {
    return text(data, "file").includes('"sunseal/roster/v1"');
  } catch {
    return false;
  }
}
