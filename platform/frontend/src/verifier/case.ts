// The facts of an audit, as far as the checks before have established them.

import { published, type Timetable } from "../sealing/amendment";
import type { Bytes } from "../sealing/bytes";
import type { EnvelopeKey } from "../sealing/certificate";
import { commitment, parseLeaf, verifyPath, type LoggedEntry } from "../sealing/log";
import { parseRoster, type Roster } from "../sealing/roster";
import type { Statement } from "../sealing/statement";
import type { Notice } from "../sealing/terms";
import { parseAnnex } from "./annex";
import type { Bundle } from "./bundle";
import { Findings } from "./findings";
import type { OpeningRecord, ReleaseRequest } from "./forms";
import { Journal, type Logged } from "./journal";
import { Ticks } from "./ticks";
import { Fault, words, type Words } from "./words";

const FILES = {
  request: (number: string) => `第 ${number} 次开标请求`,
  answer: (number: string, custodian: string) => `第 ${custodian} 个托管方对第 ${number} 次请求的答复`,
  refusal: (number: string, custodian: string) => `第 ${custodian} 个托管方对第 ${number} 次请求的拒绝`,
  record: (number: string) => `第 ${number} 份开标记录`,
  amendment: (number: string) => `第 ${number} 次时间变更`,
  erasure: (custodian: string, number: string) => `第 ${custodian} 个托管方的第 ${number} 份销毁声明`,
  manifest: (position: string) => `第 ${position} 号投标位的 bid.json`,
};

/** A release request that verified, and the heads of the leaves that it asks for. */
export interface Asked {
  request: ReleaseRequest;
  digest: Bytes;
  logged: Logged;
  heads: Map<number, Statement>;
}

/** One envelope. What is missing here was not shown, or did not verify. */
export class Envelope {
  closed: Logged | undefined;
  root: Bytes = new Uint8Array();
  /** The published one until the log's entries have been checked. */
  timetable: Timetable;
  readonly chains = new Map<number, Statement[]>();
  readonly pseudonyms = new Map<number, Bytes>();
  readonly requests = new Map<number, Asked>();
  /** By position, the points that are proved, by custodian. */
  readonly answered = new Map<number, Map<number, Bytes>>();
  readonly records = new Map<number, OpeningRecord>();
  readonly published = new Map<number, Logged>();

  constructor(
    readonly name: string,
    readonly key: EnvelopeKey,
    readonly notice: Notice,
    readonly certificate: Bytes,
  ) {
    this.timetable = published({ key });
  }

  get lastRecord(): OpeningRecord | undefined {
    return this.records.get(Math.max(...this.records.keys()));
  }

  /** How faults name a piece of evidence. */
  file(en: string, zh = en): Words {
    return words(`envelope ${this.name}, ${en}`, `信封 ${this.name}，${zh}`);
  }

  /** A file of the bundle; in Chinese, what it is. */
  evidence(kind: keyof typeof FILES, name: string): Words {
    const [first = "", second = ""] = name.split("/");
    return this.file(`${kind}/${name}`, FILES[kind](first, second));
  }

  leaf(position: number): Words {
    return this.file(`leaf ${position}`, `第 ${position} 号投标位`);
  }
}

/** What somebody else kept of the log, by file name. */
export type Papers = Map<string, Bytes>;

/** What the auditor brings besides the roster. */
export interface Outside {
  papers: Papers;
  /** What cosigners wrote of the log out of their own journals. */
  states: Bytes[];
  /** Headers of revoked bids, as the supervisors decrypted them. */
  annex: Bytes | undefined;
  /** Of the log before this one. */
  previousRoster: Bytes | undefined;
}

export const NOTHING_MORE: Outside = {
  papers: new Map(),
  states: [],
  annex: undefined,
  previousRoster: undefined,
};

export class Case {
  readonly roster: Roster;
  readonly findings = new Findings();
  readonly ticks = new Ticks();
  /** Of the log, at the sizes of which checkpoints are shown or were kept. */
  readonly roots = new Map<number, Bytes>();
  readonly envelopes: Envelope[] = [];
  readonly journal: Journal;
  /** The headers in the annex, by envelope and position. */
  readonly headers: Map<string, Bytes>;

  /** Throws Malformed when there is no roster to check by, or an annex that is none. */
  constructor(
    readonly bundle: Bundle,
    readonly rosterBytes: Bytes,
    readonly outside: Outside,
    /** Told from time to time how far the running check has come, from 0 to 1. */
    readonly progress: (done: number) => void,
  ) {
    this.roster = parseRoster(rosterBytes);
    this.journal = new Journal(bundle.about.tender);
    this.headers = outside.annex ? parseAnnex(outside.annex) : new Map();
  }

  /** That this log holds `entry` at leaf `last` or before. Throws CryptoError. */
  checkLogged(entry: LoggedEntry, last: number): void {
    const tick = verifyEntry(entry);
    if (!this.ticks.holds(entry.index, entry.leaf))
      throw new Fault(
        `the log has another leaf ${entry.index} than tick ${tick}`,
        `公开日志的第 ${entry.index} 项不是所称的第 ${tick} 拍`,
      );
    if (entry.index > last)
      throw new Fault(
        `logged in tick ${tick}, later than it may be`,
        `在第 ${tick} 拍才写入日志，晚于允许的时间`,
      );
  }
}

/** The number of the tick that an entry leads to. Throws Malformed, Unverified. */
export function verifyEntry(entry: LoggedEntry): bigint {
  const tick = parseLeaf(entry.leaf);
  verifyPath(commitment(entry.nonce, entry.detail), entry.slot, entry.path, tick.root);
  return tick.number;
}
