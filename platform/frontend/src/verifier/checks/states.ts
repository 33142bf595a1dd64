// What cosigners wrote out of their own journals, beside what the platform shows.
//
// A platform that was set back shows a log that is whole in itself, with the cosignatures of then.
// Only who followed it further can say what is missing.

import { equal, type Bytes } from "../../sealing/bytes";
import { CryptoError, Malformed } from "../../sealing/errors";
import { parseLeaf } from "../../sealing/log";
import { parseRoster } from "../../sealing/roster";
import type { Case } from "../case";
import type { Handover } from "../forms";
import { parseState, ticksFrom, verifyState, type Seen } from "../state";
import { Fault, words, type Words } from "../words";
import { glance, ranges } from "./succession";

// A bundle ends where enough cosigners stand; one of them may be a little ahead.
const MAY_BE_AHEAD = 10n * 60n * 1_000_000n;

export function check(case_: Case): void {
  for (const [at, data] of case_.outside.states.entries())
    case_.findings.attempt(words(`state ${at + 1}`, `第 ${at + 1} 份日志状态`), () =>
      checkState(case_, data),
    );
}

function checkState(case_: Case, data: Bytes): void {
  const state = parseState(data);
  const before = glance(case_);
  const { previousRoster } = case_.outside;
  let seen: Seen;
  try {
    seen = verifyState(state, case_.roster);
  } catch (error) {
    // It may be about the log before this one.
    if (!(error instanceof CryptoError) || !before || !previousRoster) throw error;
    checkHandedOver(case_, before, verifyState(state, parseRoster(previousRoster)));
    return;
  }
  checkLeaves(case_, seen);
}

/** Leaf by leaf, so that each tick that was changed or left out is named. */
function checkLeaves({ bundle, findings, ticks }: Case, seen: Seen): void {
  const { size, made_at } = bundle.about;
  if (ticks.length < size) throw new Malformed("the leaves of the log do not all read");
  const both = seen.leaves.slice(0, Math.max(0, size - seen.start));
  for (const [at, leaf] of both.entries()) {
    const index = seen.start + at;
    if (!ticks.holds(index, leaf))
      findings.fault(
        tickOf(leaf),
        words(
          `${seen.name} cosigned it as leaf ${index}; another is there`,
          `${seen.name} 共同签署时它是第 ${index} 项，现在那里是另一项`,
        ),
      );
  }
  const beyond = ticksFrom(seen, size);
  const until = made_at.micros - MAY_BE_AHEAD;
  for (const { number, time } of beyond)
    if (time < until)
      findings.fault(
        tickNamed(number),
        words(
          `${seen.name} cosigned it, and this log does not have it`,
          `${seen.name} 曾共同签署，而这份日志中没有`,
        ),
      );
  const later = beyond.filter(({ time }) => time >= until).map(({ number }) => number);
  if (later.length > 0)
    findings.remark(
      words(`ticks ${ranges(later)}`, `公开日志第 ${ranges(later)} 拍`),
      words(
        `cosigned by ${seen.name}, later than this bundle`,
        `由 ${seen.name} 共同签署，晚于这份审计包`,
      ),
    );
}

/** What a cosigner saw of the log before stands in the hand-over, to the last tick. */
function checkHandedOver({ findings }: Case, said: Handover, seen: Seen): void {
  for (const { number } of ticksFrom(seen, said.start + said.leaves.length))
    findings.fault(
      words(`tick ${number} of ${said.previous}`, `${said.previous} 第 ${number} 拍`),
      words(
        `${seen.name} cosigned it, and the hand-over does not own up to it`,
        `${seen.name} 曾共同签署，而交接说明没有承认它`,
      ),
    );
  const first = Math.max(seen.start, said.start);
  const ours = said.leaves.slice(first - said.start);
  const theirs = seen.leaves.slice(first - seen.start);
  for (const [at, own] of ours.slice(0, theirs.length).entries())
    if (!equal(own, theirs[at]!))
      throw new Fault(
        `${seen.name} cosigned another leaf ${first + at} than the hand-over shows`,
        `${seen.name} 共同签署的第 ${first + at} 项与交接说明所示不同`,
      );
}

function tickOf(leaf: Bytes): Words {
  return tickNamed(parseLeaf(leaf).number);
}

function tickNamed(number: bigint): Words {
  return words(`tick ${number}`, `公开日志第 ${number} 拍`);
}
