// Every entry opens the commitment in its slot, and no shown tick keeps one back.

import { equal, type Bytes } from "../../sealing/bytes";
import { read } from "../../sealing/canonical";
import { Unverified } from "../../sealing/errors";
import { commitment as commit, DEPTH, event, SLOTS, verifyPath } from "../../sealing/log";
import type { Case } from "../case";
import { named } from "../findings";
import type { EntryRow, TickRow } from "../forms";
import { place } from "../journal";
import { Hashes, lowerBound, short, tickRoot } from "../ticks";
import { Fault, need, words, wordsOf, type Words } from "../words";

// So long the worker may take over showing what it may show, in microseconds.
const SHOWN_WITHIN = 3_600_000_000n;
const OFTEN = 1024;

/** The taken slots of all shown ticks, in a few bytes each. */
class Slots {
  readonly #start = new Map<number, number>();
  readonly #count = new Map<number, number>();
  readonly #slots: number[] = [];
  readonly #commitments = new Hashes();
  readonly #opened: boolean[] = [];

  add(index: number, { taken }: TickRow): void {
    this.#start.set(index, this.#slots.length);
    this.#count.set(index, taken.length);
    for (const [slot, commitment] of taken) {
      this.#slots.push(slot);
      this.#commitments.push(commitment);
      this.#opened.push(false);
    }
  }

  shown(index: number): boolean {
    return this.#start.has(index);
  }

  /** The commitment in a slot of a shown tick, which is marked as opened. */
  open(index: number, slot: number): Bytes | undefined {
    const start = this.#start.get(index)!;
    const end = start + this.#count.get(index)!;
    const at = lowerBound(this.#slots, slot, start, end);
    if (at === end || this.#slots[at] !== slot) return undefined;
    this.#opened[at] = true;
    return this.#commitments.at(at);
  }

  /** Slots, with their commitments, that no entry opened; by the index of their tick. */
  *keptBack(): Generator<[number, number, Bytes]> {
    for (const [index, start] of this.#start)
      for (let at = start; at < start + this.#count.get(index)!; at++)
        if (!this.#opened[at]) yield [index, this.#slots[at]!, this.#commitments.at(at)];
  }
}

export async function check(case_: Case): Promise<void> {
  const { findings, ticks } = case_;
  const slots = new Slots();
  await findings.attemptAll(named("ticks.jsonl"), async () => {
    let count = 0;
    for await (const row of case_.bundle.ticks()) {
      checkTick(case_, slots, row);
      if (++count % OFTEN === 0) case_.progress(count / ticks.length / 2);
    }
  });
  await findings.attemptAll(named("entries.jsonl"), () => checkEntries(case_, slots));
  for (const [index, slot, commitment] of slots.keptBack())
    findings.fault(
      place(ticks.numbers[index]!, slot, commitment),
      words("it is not revealed", "未予公开"),
    );
  judgeUnshown(case_, slots);
}

/** Seed and slots give the root, so the slots are all there are. */
function checkTick({ findings, ticks }: Case, slots: Slots, row: TickRow): void {
  const where = tickNamed(row.number);
  const index = ticks.indexOf(row.number);
  findings.attempt(where, () => {
    if (index === undefined)
      throw new Fault(
        "a seed is shown for it, but the log has no such tick",
        "公开了它的种子，但日志中没有这一拍",
      );
    need(!slots.shown(index), "it is shown twice", "被公开了两次");
    const rising = row.taken.every(([slot], at) => at === 0 || slot > row.taken[at - 1]![0]);
    need(rising, "its slots are not in order, each once", "其各格未按次序各列一次");
    slots.add(index, row);
    need(
      equal(tickRoot(row.seed, row.taken), ticks.root(index)),
      "its seed and slots do not give its root",
      "由种子和各格算出的根与日志不符：有记录被增删或改动",
    );
  });
}

async function checkEntries(case_: Case, slots: Slots): Promise<void> {
  const { bundle, findings, journal } = case_;
  const whole = bundle.sizeOf("entries.jsonl");
  let before = -1;
  let seen = 0;
  for await (const row of bundle.entries()) {
    const commitment = commit(row.nonce, row.detail);
    const where = place(row.tick, row.slot, commitment);
    const at = row.tick * SLOTS + row.slot;
    if (at <= before)
      findings.fault(where, words("out of order, or a second time", "次序颠倒或重复出现"));
    before = at;
    try {
      note(case_, row, checkPlace(case_, slots, row, commitment), commitment);
    } catch (error) {
      findings.fault(where, wordsOf(error));
    }
    journal.count += 1;
    seen += row.detail.length * 1.4;
    if (journal.count % OFTEN === 0) case_.progress(0.5 + Math.min(1, seen / whole) / 2);
  }
}

/** The leaf of the entry's tick, in which its commitment stands. Throws CryptoError. */
function checkPlace({ ticks }: Case, slots: Slots, row: EntryRow, commitment: Bytes): number {
  const index = ticks.indexOf(row.tick);
  if (index === undefined) throw new Fault("the log has no such tick", "日志中没有这一拍");
  if (!slots.shown(index)) {
    if (row.path.length !== DEPTH * 32) throw new Unverified("tick path: not twelve hashes");
    const path = Array.from({ length: DEPTH }, (_, at) => row.path.slice(at * 32, at * 32 + 32));
    verifyPath(commitment, row.slot, path, ticks.root(index));
    return index;
  }
  const held = slots.open(index, row.slot);
  if (!held) throw new Fault("its tick has no entry in this slot", "该拍的这一格里没有记录");
  if (!equal(held, commitment))
    throw new Fault(
      `its detail does not open the commitment ${short(held)}… in its slot`,
      `其内容与该格中的承诺 ${short(held)}… 不符：记录被改过`,
    );
  return index;
}

function note({ journal }: Case, row: EntryRow, index: number, commitment: Bytes): void {
  const said = read(event, row.detail, "event");
  if (journal.concerns(said))
    journal.add({ event: said, tick: row.tick, index, slot: row.slot, commitment });
}

/** A tick stays shut for the sake of a tender that is sealed, and for no other reason. */
function judgeUnshown(case_: Case, slots: Slots): void {
  const { findings, ticks } = case_;
  const unshown = ticks.numbers.map((_, index) => index).filter((index) => !slots.shown(index));
  if (unshown.length === 0) return;
  const last = ticks.time(ticks.length - 1);
  const owed = smaller(sealedSince(case_) ?? last, last - SHOWN_WITHIN);
  for (const index of unshown)
    if (ticks.time(index) < owed)
      findings.fault(
        tickNamed(ticks.numbers[index]!),
        words(
          "its seed is kept back, though nothing was sealed in it",
          "其中已无密封内容，种子却未公开",
        ),
      );
  const [from, to] = [ticks.numbers[unshown[0]!], ticks.numbers[unshown.at(-1)!]];
  findings.remark(
    words(
      `${unshown.length} ticks from ${from} to ${to}`,
      `第 ${from} 至 ${to} 拍之间的 ${unshown.length} 拍`,
    ),
    words(
      "their seeds are not shown yet, so entries could be missing from them",
      "种子尚未公开，其中可能还有未列出的记录",
    ),
  );
}

/** When the oldest tender that is not over got its key. The log tells this of every tender. */
function sealedSince({ journal }: Case): bigint | undefined {
  const ended = journal.all("opening.record", "tender.cancel");
  const over = new Set(ended.map(({ event: { object } }) => object));
  const times = journal
    .all("ceremony.certificate")
    .filter(({ event: { object } }) => !over.has(object) && !over.has(tenderOf(object)))
    .map(({ event: { at } }) => at.micros);
  return times.length > 0 ? times.reduce(smaller) : undefined;
}

function tenderOf(object: string): string {
  return object.split("/envelope/")[0]!;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function tickNamed(number: number): Words {
  return words(`tick ${number}`, `公开日志第 ${number} 拍`);
}
