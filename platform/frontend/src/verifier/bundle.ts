// The bundle: its files one by one, each only as large as it may be. Nothing in it is believed for
// being there.

import { concat, type Bytes } from "../sealing/bytes";
import { read, type Form } from "../sealing/canonical";
import { Malformed } from "../sealing/errors";
import {
  about,
  checkpointRow,
  entryRow,
  fact,
  tickRow,
  type About,
  type CheckpointRow,
  type EntryRow,
  type Fact,
  type TickRow,
} from "./forms";
import { Zip } from "./zip";

// How many numbers the name within each kind of evidence has.
const PARTS = {
  notice: 0,
  certificate: 0,
  amendment: 1,
  request: 1,
  answer: 2,
  refusal: 2,
  record: 1,
  manifest: 1,
  "manifest-signature": 1,
  erasure: 2,
} as const;
export type Kind = keyof typeof PARTS;

const FILES = [
  "bundle.json",
  "roster.json",
  "log/checkpoint",
  "log/checkpoints.jsonl",
  "log/handover",
  "ticks.jsonl",
  "entries.jsonl",
  "facts.jsonl",
];
const EVIDENCE =
  /^envelopes\/([1-9a-z][0-9a-z.-]{0,31})\/([a-z-]+)((?:\/(?:0|[1-9]\d{0,8}))*)\.(json|sig)$/;
const TILE = /^log\/tile\/entries\/((?:x\d{3}\/){0,6}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const WIDTH = 256;
const MAX_SMALL = 4 << 20;
const MAX_LINE = 4 << 20;
const MAX_TILE = WIDTH * (2 + 0xffff);
// Beyond it a browser has no text; such evidence is named as not checked.
const MAX_EVIDENCE = 512 << 20;
const NEWLINE = 0x0a;

interface Named {
  envelope: string;
  kind: Kind;
  name: string;
}

/** An open bundle: of lines and leaves not even the form has been checked. */
export class Bundle {
  private constructor(
    private readonly zip: Zip,
    private readonly evidenceOf: Map<string, Bytes | Error>,
    readonly about: About,
    readonly roster: Bytes,
    readonly checkpoint: Bytes,
    readonly handover: Bytes | undefined,
  ) {}

  /** Throws Malformed when the file is no bundle, or one that two readers could see two of. */
  static async open(file: Blob): Promise<Bundle> {
    const zip = await Zip.open(file);
    zip.names().forEach(checkName);
    const said = read(about, await zip.read("bundle.json", MAX_SMALL), "bundle.json");
    const [roster, checkpoint] = [
      await zip.read("roster.json", MAX_SMALL),
      await zip.read("log/checkpoint", MAX_SMALL),
    ];
    const handover = zip.has("log/handover")
      ? await zip.read("log/handover", MAX_EVIDENCE)
      : undefined;
    return new Bundle(zip, await evidenceIn(zip), said, roster, checkpoint, handover);
  }

  /** Tick leaves in order, as many as `about.size` says. Throws Malformed. */
  async *leaves(): AsyncGenerator<Bytes> {
    const { size } = this.about;
    for (let first = 0; first < size; first += WIDTH) {
      const width = Math.min(WIDTH, size - first);
      yield* parseTile(await this.zip.read(tilePath(first / WIDTH, width), MAX_TILE), width);
    }
  }

  ticks(): AsyncGenerator<TickRow> {
    return this.lines("ticks.jsonl", tickRow);
  }

  entries(): AsyncGenerator<EntryRow> {
    return this.lines("entries.jsonl", entryRow);
  }

  checkpoints(): AsyncGenerator<CheckpointRow> {
    return this.lines("log/checkpoints.jsonl", checkpointRow);
  }

  facts(): AsyncGenerator<Fact> {
    return this.lines("facts.jsonl", fact);
  }

  /** Its size, for telling how far a reader has come. */
  sizeOf(file: string): number {
    return this.zip.has(file) ? this.zip.size(file) : 0;
  }

  envelopes(): string[] {
    return [...new Set(this.named().map((each) => each.envelope))].sort();
  }

  /** The names within a kind, in the order of their numbers. */
  names(envelope: string, kind: Kind): string[] {
    const own = this.named().filter((each) => each.envelope === envelope && each.kind === kind);
    return own.map((each) => each.name).sort(byNumbers);
  }

  /** Throws Malformed when there is none. */
  evidence(envelope: string, kind: Kind, name = ""): Bytes {
    const path = evidencePath(envelope, kind, name);
    const found = this.evidenceOf.get(path);
    if (found === undefined) throw new Malformed(`bundle: there is no ${path}`);
    if (found instanceof Error) throw found;
    return found;
  }

  private named(): Named[] {
    return [...this.evidenceOf.keys()].map((path) => readName(path)!);
  }

  private async *lines<T>(file: string, form: Form<T>): AsyncGenerator<T> {
    let number = 0;
    for await (const line of split(this.zip.pieces(file), file)) {
      number += 1;
      yield read(form, line, `${file}, line ${number}`, MAX_LINE);
    }
  }
}

async function evidenceIn(zip: Zip): Promise<Map<string, Bytes | Error>> {
  const found = new Map<string, Bytes | Error>();
  for (const name of zip.names().filter((each) => each.startsWith("envelopes/")))
    // A spoilt file is a fault of whatever rests on it, not of the whole bundle.
    found.set(name, await zip.read(name, MAX_EVIDENCE).catch((error: Error) => error));
  return found;
}

async function* split(pieces: AsyncGenerator<Bytes>, file: string): AsyncGenerator<Bytes> {
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    let data: Uint8Array = rest.length > 0 ? concat(rest, piece) : piece;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE)) {
      yield data.subarray(0, end) as Bytes;
      data = data.subarray(end + 1);
    }
    if (data.length > MAX_LINE) throw new Malformed(`${file}: a line too long`);
    rest = data;
  }
  if (rest.length > 0) throw new Malformed(`${file}: the last line has no newline`);
}

function parseTile(data: Bytes, width: number): Bytes[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const entries: Bytes[] = [];
  let at = 0;
  while (at < data.length && entries.length < width) {
    const end = at + 2 <= data.length ? at + 2 + view.getUint16(at) : data.length + 1;
    if (end > data.length) throw new Malformed("entry bundle: cut off within an entry");
    entries.push(data.slice(at + 2, end));
    at = end;
  }
  if (at !== data.length || entries.length !== width)
    throw new Malformed(`entry bundle: not exactly ${width} entries`);
  return entries;
}

function tilePath(index: number, width: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, "0");
  const groups = digits.match(/\d{3}/g)!;
  const whole = [...groups.slice(0, -1).map((each) => `x${each}`), groups.at(-1)!].join("/");
  return `log/tile/entries/${whole}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** Throws Malformed for a file that no bundle has: an auditor would never look at it. */
function checkName(path: string): void {
  if (FILES.includes(path) || readName(path)) return;
  const tile = TILE.exec(path);
  const index = Number(tile?.[1]!.replaceAll(/[x/]/g, ""));
  if (!tile || tilePath(index, Number(tile[2] ?? WIDTH)) !== path)
    throw new Malformed(`bundle: ${path.slice(0, 80)} does not belong in it`);
}

function readName(path: string): Named | undefined {
  const [, envelope, kind, numbers] = EVIDENCE.exec(path) ?? [];
  if (envelope === undefined || !Object.hasOwn(PARTS, kind!)) return undefined;
  const found = { envelope, kind: kind as Kind, name: numbers!.slice(1) };
  const parts = found.name === "" ? 0 : found.name.split("/").length;
  const same = evidencePath(envelope, found.kind, found.name) === path;
  return same && parts === PARTS[found.kind] ? found : undefined;
}

function evidencePath(envelope: string, kind: Kind, name: string): string {
  const suffix = kind === "manifest-signature" ? "sig" : "json";
  return `envelopes/${envelope}/${kind}${name === "" ? "" : `/${name}`}.${suffix}`;
}

function byNumbers(a: string, b: string): number {
  const [left, right] = [a.split("/").map(Number), b.split("/").map(Number)];
  return left[0]! - right[0]! || (left[1] ?? 0) - (right[1] ?? 0);
}
