// The opening record is logged, recounts the box, and says what custodians said.

import { equal, toBase64 } from "../../sealing/bytes";
import { Malformed } from "../../sealing/errors";
import { sha256 } from "../../sealing/hash";
import { parseLeafDetail, verifyBox } from "../box";
import type { Case, Envelope } from "../case";
import type { OpeningRecord, Outcome, RecordedAnswer, RecordedLeaf, State } from "../forms";
import { placeOf, saysExactly } from "../journal";
import { committedTo } from "../release";
import { leavesOf, parseRecord } from "../shown";
import { Fault, need, words } from "../words";

// What a leaf may have become, by the state in which the last request showed it.
const OUTCOMES: Partial<Record<State, Outcome[]>> = {
  current: [
    "opened",
    "needs_review",
    "revoked",
    "platform_fault",
    "pending",
    "returned",
    "not_opened",
  ],
  pending: ["pending", "not_opened", "returned"],
  barred: ["barred", "returned"],
  withdrawn: ["withdrawn"],
  refused: ["refused"],
  empty: ["empty"],
};

export function check(case_: Case): void {
  const { bundle, findings, journal } = case_;
  for (const envelope of case_.envelopes) {
    let before: OpeningRecord | undefined;
    for (const name of bundle.names(envelope.name, "record"))
      findings.attempt(envelope.evidence("record", name), () => {
        const said = load(case_, envelope, name);
        checkRecord(case_, envelope, said);
        if (before) checkAfter(before, said);
        before = said;
      });
    const known = [...envelope.published.values()];
    for (const entry of journal.of("opening.record", envelope.name))
      if (!known.includes(entry))
        findings.fault(
          placeOf(entry),
          words("the record that it logs is not shown", "它所记的开标记录未出示"),
        );
  }
}

/** The record as it was logged. Throws CryptoError. */
function load({ bundle, journal }: Case, envelope: Envelope, name: string): OpeningRecord {
  const data = bundle.evidence(envelope.name, "record", name);
  const said = parseRecord(data);
  checkPlace(said, envelope);
  need(
    said.number === Number(name) && said.number === envelope.records.size + 1,
    "its number is not the next one",
    "编号不是下一个",
  );
  const facts = { record: toBase64(sha256(data)), number: String(said.number) };
  const entries = journal.of("opening.record", envelope.name);
  const logged = entries.find((entry) => saysExactly(entry, facts));
  if (!logged) throw new Fault("the log has no entry for it", "日志中没有它的记录");
  envelope.records.set(said.number, said);
  envelope.published.set(said.number, logged);
  return said;
}

function checkPlace(said: OpeningRecord, { key }: Envelope): void {
  const { origin, tender, envelope } = key.terms;
  const here = said.origin === origin && said.tender === tender && said.envelope === envelope;
  need(
    here && equal(said.key, key.id) && equal(said.terms, key.termsHash),
    "it is about another envelope or key",
    "所指的是另一信封或密钥",
  );
}

function checkRecord(case_: Case, envelope: Envelope, said: OpeningRecord): void {
  // 1. Every leaf of the box that the log closed, pads included, once.
  need(
    envelope.closed !== undefined && equal(said.box, envelope.root),
    "it is not about the box that the log closed",
    "所指的不是日志中封存的投标箱",
  );
  recount(said);
  // 2. It rests on the requests that were shown.
  const asked = [...envelope.requests].sort(([a], [b]) => a - b).map(([, each]) => each.digest);
  need(
    said.requests.every((digest, at) => asked[at] !== undefined && equal(digest, asked[at])),
    "it names other requests than are shown",
    "所列的开标请求与出示的不符",
  );
  // 3. Too few bids are returned, enough are opened.
  checkResult(envelope, said);
  // 4. Who answered and who refused is proved by what they signed.
  for (const answer of said.answers) {
    const where = envelope.file(
      `record/${said.number}, ${answer.name}`,
      `record/${said.number}，托管方 ${answer.name}`,
    );
    case_.findings.attempt(where, () => checkSaid(case_, envelope, answer));
  }
}

function recount(said: OpeningRecord): void {
  const counted = said.leaves.length + said.pads.length;
  const positions = [...said.leaves, ...said.pads].map((each) => each.position);
  const once = new Set(positions).size === counted && positions.every((at) => at < said.size);
  need(
    once && counted === said.size,
    "opening record: it does not account for each leaf once",
    "没有对每个投标位各交代一次",
  );
  verifyBox(said.box, said.size, leavesOf(said));
  said.leaves.forEach(checkOutcome);
}

function checkOutcome({ position, leaf, outcome, price }: RecordedLeaf): void {
  if (parseLeafDetail(leaf.detail).kind !== "bidder")
    throw new Malformed(`opening record: leaf ${position} is a pad`);
  need(
    OUTCOMES[leaf.state]?.includes(outcome) ?? false,
    `opening record: leaf ${position} was ${leaf.state}, became ${outcome}`,
    `第 ${position} 号投标位原为 ${leaf.state}，不能成为 ${outcome}`,
  );
  need(
    (outcome === "opened" || outcome === "needs_review") === (price !== ""),
    `opening record: leaf ${position} is ${outcome}, price or none`,
    `第 ${position} 号投标位为 ${outcome}，报价的有无不符`,
  );
}

function checkResult({ key }: Envelope, said: OpeningRecord): void {
  const bids = said.leaves.filter(({ leaf }) => ["current", "pending"].includes(leaf.state)).length;
  const { minimum_bids: minimum } = key.terms;
  const failed = said.result === "failed";
  need(
    failed === (said.requests.length === 0),
    "a tender that failed asks custodians for nothing, any other does",
    "流标不应请求托管方，其他情况必须请求",
  );
  need(
    !failed || bids < minimum,
    `failed with ${bids} bids, where ${minimum} are enough`,
    `有 ${bids} 份投标却按流标处理，满 ${minimum} 份即应开标`,
  );
}

function checkSaid({ bundle, findings }: Case, envelope: Envelope, answer: RecordedAnswer): void {
  const name = `${answer.number}/${answer.custodian}`;
  const { name: who, reason } = answer;
  if (answer.said === "answered")
    need(
      equal(committedTo(bundle.evidence(envelope.name, "answer", name)), answer.digest),
      "the answer shown is not the one that the record names",
      "出示的答复不是记录所指的那一份",
    );
  else if (answer.said === "refused")
    need(
      equal(sha256(bundle.evidence(envelope.name, "refusal", name)), answer.digest),
      "the refusal shown is not the one that the record names",
      "出示的拒绝不是记录所指的那一份",
    );
  else
    findings.remark(
      envelope.file(`request ${answer.number}`, `第 ${answer.number} 次开标请求`),
      answer.said === "false"
        ? words(`${who}: answer false ${reason}`, `${who}：答复有误 ${reason}`)
        : words(`${who}: no answer ${reason}`, `${who}：未答复 ${reason}`),
    );
}

/** A later record adds; what was shown with a price keeps it. */
function checkAfter(before: OpeningRecord, said: OpeningRecord): void {
  need(!before.final, "the record before it was final", "前一份记录已是最终记录");
  const later = new Map(said.leaves.map((leaf) => [leaf.position, leaf]));
  for (const { position, price } of before.leaves)
    need(
      price === "" || later.get(position)?.price === price,
      `leaf ${position}: its price was ${price} before`,
      `第 ${position} 号投标位：先前公布的报价为 ${price}`,
    );
}
