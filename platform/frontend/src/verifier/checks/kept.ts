// What others kept of the log is in it: their checkpoints, receipts and promises.
//
// A bundle is consistent with itself even when the platform restored yesterday's state, showed its
// bidders another log, or left out what it had promised. Only papers that somebody else kept tell.

import { equal, text, utf8, type Bytes } from "../../sealing/bytes";
import { verifyPromise, verifyReceipt, type Promised } from "../../sealing/log";
import { openCheckpoint, type Checkpoint } from "../../sealing/notes";
import { logKeys, promiseKey, type Roster } from "../../sealing/roster";
import type { Case, Papers } from "../case";
import { named } from "../findings";
import { Fault, moment, need, words, type Words } from "../words";
import { quorum } from "./log";

const PROMISE = "sunseal/promise/v1";
const PROOF = "c2sp.org/tlog-proof@v1";

export async function check(case_: Case): Promise<void> {
  const { findings, outside } = case_;
  for (const [name, data] of [...outside.papers].sort(([a], [b]) => (a < b ? -1 : 1)))
    await findings.attemptAll(named(name), async () => {
      if (startsWith(data, PROMISE)) return checkPromise(case_, name, data);
      if (startsWith(data, PROOF)) checkReceipt(case_, data);
      checkPoint(case_, pointOf(data, case_.roster));
    });
}

/** The sizes of the log at which papers name its root; a paper that does not read names none. */
export function keptSizes(papers: Papers, roster: Roster): number[] {
  return [...papers.values()].flatMap((data) => {
    try {
      return startsWith(data, PROMISE) ? [] : [Number(pointOf(data, roster).size)];
    } catch {
      return [];
    }
  });
}

function startsWith(data: Bytes, label: string): boolean {
  return equal(data.slice(0, label.length), utf8(label));
}

function pointOf(data: Bytes, roster: Roster): Checkpoint {
  const note = startsWith(data, PROOF) ? utf8(afterEmptyLine(text(data, "receipt"))) : data;
  return openCheckpoint(note, logKeys(roster).log);
}

function afterEmptyLine(written: string): string {
  return written.slice(written.indexOf("\n\n") + 2);
}

/** It is a beginning of this log: the platform's own signature under it proves a fork. */
function checkPoint({ bundle, roots }: Case, point: Checkpoint): void {
  const { size } = bundle.about;
  need(
    point.size <= BigInt(size),
    `the log was longer before: it has ${point.size} leaves, the bundle ends at ${size}`,
    `日志先前更长：它有 ${point.size} 项，审计包只到 ${size} 项`,
  );
  const root = roots.get(Number(point.size));
  need(
    root !== undefined && equal(root, point.root),
    `another log: its first ${point.size} leaves differ`,
    `另一份日志：前 ${point.size} 项不同`,
  );
}

function checkReceipt(case_: Case, data: Bytes): void {
  const { roster, ticks } = case_;
  const { log, cosigners } = logKeys(roster);
  const shown = verifyReceipt(data, roster.origin, log, cosigners, quorum(case_));
  const index = Number(shown.index);
  if (index < ticks.length && !ticks.holds(index, shown.leaf))
    throw new Fault(
      `the log has another leaf ${index} than tick ${shown.tick}`,
      `公开日志的第 ${index} 项不是所称的第 ${shown.tick} 拍`,
    );
}

/** The promised entry is in a shown tick up to the one promised. */
async function checkPromise(case_: Case, name: string, data: Bytes): Promise<void> {
  const { findings, roster } = case_;
  const said = verifyPromise(data, promiseKey(roster));
  const { action, at } = said.event;
  const when = moment(at.micros);
  const where = words(`${name}, ${action} of ${when}`, `${name}，${action}，${when}`);
  const { found, shown } = await find(case_, said);
  const last = said.lastTick;
  if (found !== undefined && BigInt(found) > last)
    findings.fault(
      where,
      words(`kept in tick ${found}, later than tick ${last}`, `在第 ${found} 拍才兑现，晚于承诺的第 ${last} 拍`),
    );
  else if (found === undefined) missed(case_, where, mayCome(case_, said, shown), last);
}

function missed({ findings }: Case, where: Words, mayStillCome: boolean, last: bigint): void {
  if (mayStillCome)
    findings.remark(
      where,
      words("the ticks that may hold it are not shown yet", "可能记载它的各拍尚未公开"),
    );
  else
    findings.fault(
      where,
      words(
        `promised by tick ${last}, and no tick holds it`,
        `承诺在第 ${last} 拍之前写入，却没有任何一拍记载它`,
      ),
    );
}

/** Whether a tick in which the entry could be is not shown yet, or not made yet. */
function mayCome({ ticks }: Case, said: Promised, shown: Set<number>): boolean {
  const { numbers } = ticks;
  const shut = numbers.some(
    (number, index) =>
      BigInt(number) <= said.lastTick &&
      !shown.has(number) &&
      ticks.time(index) >= said.event.at.micros,
  );
  return shut || numbers.length === 0 || BigInt(numbers.at(-1)!) < said.lastTick;
}

/** The tick that holds the promised entry, and all ticks that are shown. */
async function find({ bundle }: Case, { commitment }: Promised) {
  const shown = new Set<number>();
  let found: number | undefined;
  for await (const row of bundle.ticks()) {
    shown.add(row.number);
    if (row.taken.some(([, each]) => equal(each, commitment))) found = row.number;
  }
  return { found, shown };
}
