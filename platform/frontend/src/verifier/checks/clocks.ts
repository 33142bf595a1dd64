// The platform's clock as cosigners saw it, who have clocks of their own.
//
// The platform writes the times of ticks and entries itself: with a clock that was held back it
// could take a bid an hour late. But each cosigner writes beside a checkpoint when it saw the log
// that long. A tick that was not in the log then was made later, whatever it says.

import { equal, utf8 } from "../../sealing/bytes";
import { cosignedAt, openCheckpoint } from "../../sealing/notes";
import { logKeys } from "../../sealing/roster";
import { ACCEPTED } from "../box";
import type { Case, Envelope } from "../case";
import type { CheckpointRow } from "../forms";
import { placeOf } from "../journal";
import { Fault, moment, words } from "../words";

// Cosigners poll once a tick, and their clocks are not the platform's; in microseconds.
const TOLERANCE = 60_000_000n;

/** A log of `size` leaves was there at `from`, and was no longer at `until`: so many cosigners say
 * each of the two that one of them is honest. */
interface Seen {
  size: number;
  from: bigint;
  until: bigint;
}

export async function check(case_: Case): Promise<void> {
  const seen = await allSeen(case_);
  for (const each of seen) checkTicks(case_, each);
  for (const envelope of case_.envelopes) checkAccepted(case_, envelope, seen);
}

async function allSeen(case_: Case): Promise<Seen[]> {
  const thresholds = case_.envelopes.map((envelope) => envelope.key.terms.t);
  const { cosigners } = logKeys(case_.roster);
  const least = thresholds.length > 0 ? Math.max(...thresholds) : cosigners.length;
  const found: Seen[] = [];
  let count = 0;
  for await (const row of case_.bundle.checkpoints()) {
    const where = words(`checkpoint of size ${row.size}`, `第 ${row.size} 项处的检查点`);
    case_.findings.attempt(where, () => found.push(...read(case_, row, least)));
    case_.progress(++count / case_.roots.size);
  }
  return found.sort((a, b) => a.size - b.size);
}

/** Nothing when too few vouch for it to tell a time. Throws CryptoError. */
function read({ roots, roster }: Case, row: CheckpointRow, least: number): Seen[] {
  const { log, cosigners } = logKeys(roster);
  const note = utf8(row.note);
  const point = openCheckpoint(note, log);
  const root = roots.get(row.size);
  if (point.size !== BigInt(row.size) || !root || !equal(root, point.root))
    throw new Fault(
      "the leaves shown do not give its root: there was another log",
      "出示的日志算不出它的根：曾有另一份日志",
    );
  const times = cosignedAt(note, cosigners).map((seconds) => seconds * 1_000_000n);
  times.sort((a, b) => (a < b ? -1 : Number(a > b)));
  if (times.length < least) return [];
  return [{ size: row.size, from: times[least - 1]!, until: times.at(-least)! }];
}

/** The last tick that the checkpoint holds, and the first that it does not. */
function checkTicks({ findings, ticks }: Case, { size, from, until }: Seen): void {
  const named = (index: number) => {
    const number = ticks.numbers[index];
    return words(`tick ${number}`, `公开日志第 ${number} 拍`);
  };
  const last = ticks.time(size - 1);
  if (last > from + TOLERANCE)
    findings.fault(
      named(size - 1),
      words(
        `made at ${moment(last)} by its own word, and seen at ${moment(from)}`,
        `自称产生于 ${moment(last)}，却在 ${moment(from)} 已被看到`,
      ),
    );
  if (size < ticks.length && ticks.time(size) < until - TOLERANCE) {
    const [made, missing] = [moment(ticks.time(size)), moment(until)];
    findings.fault(
      named(size),
      words(
        `made at ${made} by its own word, and not there yet at ${missing}: the clock was held back`,
        `自称产生于 ${made}，到 ${missing} 却还不存在：平台的时钟被拨慢`,
      ),
    );
  }
}

function checkAccepted({ findings, journal }: Case, envelope: Envelope, seen: Seen[]): void {
  const latest = envelope.timetable.deadline + TOLERANCE;
  const accepted = journal.of(ACCEPTED, envelope.name);
  for (const entry of accepted) {
    const earlier = seen.filter(({ size }) => size <= entry.index).map(({ until }) => until);
    const later = seen.filter(({ size }) => size > entry.index).map(({ from }) => from);
    const before = earlier.reduce((a, b) => (a > b ? a : b), 0n);
    const after = later.reduce((a, b) => (a < b ? a : b), later[0] ?? 0n);
    if (before > latest)
      findings.fault(
        placeOf(entry),
        words(
          `not logged yet at ${moment(before)}: after the deadline`,
          `到 ${moment(before)} 还未写入日志：已过截止时间`,
        ),
      );
    else if (after > latest)
      findings.remark(
        placeOf(entry),
        words(
          `no cosigner saw its tick before ${moment(after)}`,
          `没有见证方在 ${moment(after)} 之前看到它`,
        ),
      );
  }
  if (accepted.length > 0 && seen.length === 0)
    findings.remark(
      envelope.file("cosigned checkpoints", "共同签署的检查点"),
      words("none is shown, so clocks were not compared", "没有出示，因此未比对时钟"),
    );
}
