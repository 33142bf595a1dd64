// A log that follows another one: its first leaf names how that one ended, and what was lost.

import { equal, toBase64, type Bytes } from "../../sealing/bytes";
import { read } from "../../sealing/canonical";
import { Malformed } from "../../sealing/errors";
import { sha256 } from "../../sealing/hash";
import { event, parseLeaf, SLOTS } from "../../sealing/log";
import { openCheckpoint } from "../../sealing/notes";
import { logKeys, parseRoster } from "../../sealing/roster";
import { verifyEntry, type Case } from "../case";
import { named } from "../findings";
import { handover, handoverFile, type Handover, type HandoverFile } from "../forms";
import { placeOf } from "../journal";
import { rebuild } from "../state";
import { need, words } from "../words";

const WHERE = named("log/handover");
const NUMBERED = /^(.+)\/([2-9]|[1-9][0-9]{1,3})$/;
const MAX_BYTES = 512 << 20;

export function check(case_: Case): void {
  case_.findings.attempt(WHERE, () => {
    const said = readHandover(case_);
    if (!said) return;
    checkEnd(case_, said);
    nameLost(case_, said);
  });
}

/** What the registry held is said with the hand-over: later, such an entry would cover a row that
 * somebody changed by hand. */
export function checkCarried({ findings, journal, roster }: Case): void {
  const carried = journal.all("log.carry");
  const last = Math.floor(carried.length / SLOTS) + 1;
  for (const entry of carried)
    if (!NUMBERED.test(roster.origin) || entry.index > last)
      findings.fault(
        placeOf(entry),
        words("it says what a log begins with, and comes later", "应在日志开头，却写在后面"),
      );
}

/** The hand-over, as far as it reads at all. Throws Malformed. */
export function glance({ bundle }: Case): Handover | undefined {
  if (bundle.handover === undefined) return undefined;
  return parse(read(handoverFile, bundle.handover, "handover", 2 * MAX_BYTES).body);
}

function checkEnd({ findings, outside }: Case, said: Handover): void {
  if (!outside.previousRoster) {
    findings.remark(
      WHERE,
      words(
        `the end of ${said.previous} was not checked: bring its roster, too`,
        `未核验上一份日志 ${said.previous} 的结尾：请一并提供它的名册`,
      ),
    );
    return;
  }
  need(
    equal(sha256(outside.previousRoster), said.roster),
    "it is about a log under another roster",
    "它所说的日志用的是另一份名册",
  );
  const { log } = logKeys(parseRoster(outside.previousRoster));
  need(
    log.name === said.previous,
    `the roster is of ${log.name}, not of ${said.previous}`,
    `名册属于 ${log.name}，不是 ${said.previous}`,
  );
  rebuild(said, openCheckpoint(said.checkpoint, log));
}

function readHandover({ bundle, roster, ticks }: Case): Handover | undefined {
  const data = bundle.handover;
  const follows = NUMBERED.test(roster.origin);
  if (data === undefined) {
    need(
      !follows,
      `${roster.origin} follows another log, and does not say how`,
      `${roster.origin} 接续另一份日志，却未说明如何接续`,
    );
    return undefined;
  }
  need(follows, `${roster.origin} follows no other log`, `${roster.origin} 并不接续其他日志`);
  const file = read(handoverFile, data, "handover", 2 * MAX_BYTES);
  const said = parse(file.body);
  verifyEntryOf(file, said, roster.origin);
  need(
    ticks.holds(0, file.entry.leaf),
    "the first leaf of the log is another one",
    "日志的第一项不是所称的那一项",
  );
  return said;
}

function parse(data: Bytes): Handover {
  const said = read(handover, data, "handover", MAX_BYTES);
  if (said.origin !== successor(said.previous))
    throw new Malformed(`handover: ${said.origin} does not follow ${said.previous}`);
  if (said.start < 0 || said.start > said.held || said.held > said.start + said.leaves.length)
    throw new Malformed("handover: it must show every leaf that was lost");
  const numbers = said.leaves.map((leaf) => parseLeaf(leaf).number);
  if (numbers.some((number, at) => at > 0 && number <= numbers[at - 1]!))
    throw new Malformed("handover: its ticks do not rise");
  return said;
}

export function successor(origin: string): string {
  const found = NUMBERED.exec(origin);
  return found ? `${found[1]}/${Number(found[2]) + 1}` : `${origin}/2`;
}

function verifyEntryOf({ body, entry }: HandoverFile, said: Handover, origin: string): void {
  need(said.origin === origin, `it leads to ${said.origin}`, `它通向 ${said.origin}`);
  need(entry.index === 0, "it does not stand in the first leaf", "它不在日志的第一项");
  verifyEntry(entry);
  const last = said.leaves.at(-1);
  need(
    last === undefined || parseLeaf(entry.leaf).time > parseLeaf(last).time,
    "it is of a time before the end of the other log",
    "它的时间早于上一份日志的结尾",
  );
  const logged = read(event, entry.detail, "event");
  const about = [logged.action, logged.object, logged.outcome].join(" ");
  need(about === "log.handover log done", "the entry is about something else", "该记录另有所指");
  const facts: Record<string, string> = {
    handover: toBase64(sha256(body)),
    previous: said.previous,
    size: String(said.start + said.leaves.length),
    held: String(said.held),
    lost: ranges(lostOf(said)),
  };
  const same = [...logged.data].every(([name, value]) => facts[name] === value);
  need(
    same && logged.data.size === Object.keys(facts).length,
    "the entry names another document",
    "该记录所指的是另一份文件",
  );
}

function nameLost({ findings }: Case, said: Handover): void {
  const lost = lostOf(said);
  if (lost.length > 0)
    findings.remark(
      words(
        `ticks ${ranges(lost)} of ${said.previous}`,
        `${said.previous} 第 ${ranges(lost)} 拍`,
      ),
      words(
        `lost, ${lost.length} of them: ${said.reason}`,
        `共 ${lost.length} 拍已遗失：${said.reason}`,
      ),
    );
}

function lostOf(said: Handover): bigint[] {
  return said.leaves.slice(said.held - said.start).map((leaf) => parseLeaf(leaf).number);
}

/** `3-5,9`: numbers that follow each other are drawn together. */
export function ranges(numbers: bigint[]): string {
  const runs: [bigint, bigint][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] + 1n === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(",");
}
