// One log, grown leaf by leaf to the root that a quorum of cosigners saw.

import { equal, type Bytes } from "../../sealing/bytes";
import { parseLeaf } from "../../sealing/log";
import { leafHash } from "../../sealing/merkle";
import { openCheckpoint, openCosigned } from "../../sealing/notes";
import { logKeys, quorum as quorumOf } from "../../sealing/roster";
import type { Case } from "../case";
import { named } from "../findings";
import { Frontier } from "../ticks";
import { Fault, words, wordsOf } from "../words";
import { keptSizes } from "./kept";
import * as states from "./states";
import * as succession from "./succession";

// A platform that is down every night has many gaps; the first ones tell enough.
const SHOWN_GAPS = 20;
const OFTEN = 4096;

export async function check(case_: Case): Promise<void> {
  const { findings } = case_;
  findings.attempt(named("log/checkpoint"), () => checkCheckpoint(case_));
  await findings.attemptAll(words("log", "公开日志"), () => checkGrowth(case_));
  remarkGaps(case_);
  succession.check(case_);
  states.check(case_);
}

/** The largest that any envelope's terms ask for; without one, that of the least threshold. */
export function quorum({ envelopes, roster }: Case): number {
  const least = Math.floor(roster.custodians.length / 2) + 1;
  const asked = envelopes.map((envelope) => envelope.key.terms.q);
  return asked.length > 0 ? Math.max(...asked) : quorumOf(roster, least);
}

function checkCheckpoint(case_: Case): void {
  const { log, cosigners } = logKeys(case_.roster);
  openCosigned(case_.bundle.checkpoint, log, cosigners, quorum(case_));
}

async function checkGrowth(case_: Case): Promise<void> {
  const { bundle, roots } = case_;
  const frontier = new Frontier();
  try {
    const wanted = await sizesOfCheckpoints(case_);
    roots.set(0, frontier.root());
    for await (const entry of bundle.leaves()) {
      const leaf = leafHash(entry);
      frontier.append(leaf);
      take(case_, entry, leaf, frontier.size - 1);
      if (wanted.has(frontier.size)) roots.set(frontier.size, frontier.root());
      if (frontier.size % OFTEN === 0) case_.progress(frontier.size / bundle.about.size);
    }
  } catch (error) {
    const said = wordsOf(error);
    throw new Fault(`leaf ${frontier.size}: ${said.en}`, `第 ${frontier.size} 项：${said.zh}`);
  }
  const seen = openCheckpoint(bundle.checkpoint, logKeys(case_.roster).log);
  if (seen.size !== BigInt(frontier.size) || !equal(seen.root, frontier.root()))
    throw new Fault(
      `its ${frontier.size} leaves do not give the root that was signed for ${seen.size}`,
      `其 ${frontier.size} 项算出的根，与为 ${seen.size} 项签署的根不符`,
    );
}

async function sizesOfCheckpoints({ bundle, outside, roster }: Case): Promise<Set<number>> {
  const sizes = new Set(keptSizes(outside.papers, roster));
  for await (const row of bundle.checkpoints()) sizes.add(row.size);
  return sizes;
}

function take({ findings, ticks }: Case, entry: Bytes, leaf: Bytes, index: number): void {
  const before = ticks.numbers.at(-1);
  try {
    const tick = parseLeaf(entry);
    ticks.append(tick, leaf);
    if (before !== undefined && tick.number <= before)
      findings.fault(
        words(`tick ${tick.number}`, `公开日志第 ${tick.number} 拍`),
        words(`it comes after tick ${before}`, `排在第 ${before} 拍之后，顺序颠倒`),
      );
  } catch (error) {
    findings.fault(words(`leaf ${index}`, `公开日志第 ${index} 项`), wordsOf(error));
    ticks.appendUnreadable(leaf);
  }
}

function remarkGaps({ findings, ticks: { numbers } }: Case): void {
  const gaps = numbers.slice(1).flatMap((after, at): [number, number][] => {
    const before = numbers[at]!;
    return after > before + 1 ? [[before + 1, after - 1]] : [];
  });
  for (const [first, last] of gaps.slice(0, SHOWN_GAPS))
    findings.remark(
      words(`ticks ${first} to ${last}`, `公开日志第 ${first} 至 ${last} 拍`),
      words("not made: the platform was down", "未产生：当时平台停机"),
    );
  const more = gaps.length - SHOWN_GAPS;
  if (more > 0)
    findings.remark(
      words("log", "公开日志"),
      words(`${more} more gaps between ticks`, `另有 ${more} 处间断`),
    );
}
