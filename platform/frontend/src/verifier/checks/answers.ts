// What custodians answered was signed, proved, and committed to before it was sent.

import { toBase64, type Bytes } from "../../sealing/bytes";
import type { Asked, Case, Envelope } from "../case";
import { placeOf, saysExactly } from "../journal";
import { committedTo, openAnswer, openRefusal, verifyAnswer } from "../release";
import { Fault, words, wordsOf } from "../words";

export function check(case_: Case): void {
  const { bundle, findings } = case_;
  for (const envelope of case_.envelopes) {
    const counted = countedIn(envelope);
    for (const name of bundle.names(envelope.name, "answer")) {
      const where = envelope.evidence("answer", name);
      try {
        checkAnswer(case_, envelope, name);
      } catch (error) {
        // What no record rests on is kept to prove that this custodian lied: its own fault.
        if (counted.has(name)) findings.fault(where, wordsOf(error));
        else findings.remark(where, wordsOf(error));
      }
    }
    for (const name of bundle.names(envelope.name, "refusal"))
      findings.attempt(envelope.evidence("refusal", name), () =>
        checkRefusal(case_, envelope, name),
      );
    checkNoneHidden(case_, envelope);
  }
}

function checkAnswer(case_: Case, envelope: Envelope, name: string): void {
  const { asked, custodian, identity } = whoSaid(case_, envelope, name);
  const data = case_.bundle.evidence(envelope.name, "answer", name);
  // 1. Signed by this custodian, for this request.
  const answer = openAnswer(data, identity, custodian, asked.digest);
  // 2. Every point is the custodian's secret times the bid's share, by one proof for all.
  const proved = verifyAnswer(envelope.key, answer, asked.heads);
  // 3. Its commitment was in the log before anybody could see a point.
  checkCommitted(case_, envelope, asked, custodian, committedTo(data));
  for (const [at, position] of proved.entries()) {
    const known = envelope.answered.get(position) ?? new Map<number, Bytes>();
    envelope.answered.set(position, known.set(custodian, answer.results[at]!));
  }
}

function checkCommitted(
  { journal }: Case,
  envelope: Envelope,
  asked: Asked,
  custodian: number,
  commitment: Bytes,
): void {
  const facts = {
    request: toBase64(asked.digest),
    custodian: String(custodian),
    commitment: toBase64(commitment),
  };
  const entries = journal.of("release.answer", envelope.name);
  const logged = entries.find((entry) => saysExactly(entry, facts));
  if (!logged) throw new Fault("the log has no commitment to it", "日志中没有对它的承诺");
  if (logged.index < asked.logged.index) {
    const { en, zh } = placeOf(logged);
    throw new Fault(
      `${en}: committed to before the request was logged`,
      `${zh}:在请求写入日志之前就已承诺`,
    );
  }
}

function checkRefusal(case_: Case, envelope: Envelope, name: string): void {
  const { asked, number, custodian, identity } = whoSaid(case_, envelope, name);
  const data = case_.bundle.evidence(envelope.name, "refusal", name);
  const { rule, sentence } = openRefusal(data, identity, custodian, asked.digest);
  const who = case_.roster.custodians[custodian - 1]!.name;
  case_.findings.remark(
    envelope.file(`request ${number}`, `第 ${number} 次开标请求`),
    words(`${who} refused (${rule}): ${sentence}`, `${who} 拒绝（${rule}）：${sentence}`),
  );
}

/** A refusal counts against the platform as well: it names the rule that was broken. */
function checkNoneHidden({ bundle, findings, journal }: Case, envelope: Envelope): void {
  const numbers = new Map([...envelope.requests].map(([n, asked]) => [toBase64(asked.digest), n]));
  const shown = [
    ...bundle.names(envelope.name, "refusal"),
    ...bundle.names(envelope.name, "answer"),
  ];
  for (const entry of journal.of("release.refusal", envelope.name)) {
    const number = numbers.get(entry.event.data.get("request") ?? "");
    if (number !== undefined && !shown.includes(`${number}/${entry.event.data.get("custodian")}`))
      findings.fault(
        placeOf(entry),
        words("the refusal that it logs is not shown", "它所记的拒绝未出示"),
      );
  }
}

/** The sound request and the custodian that a piece of evidence is named for. Throws Fault. */
function whoSaid({ roster }: Case, envelope: Envelope, name: string) {
  const [number, custodian] = name.split("/").map(Number) as [number, number];
  const asked = envelope.requests.get(number);
  if (!asked) throw new Fault("there is no sound request for it", "没有与之对应的有效请求");
  const identity = roster.custodians[custodian - 1]?.identity;
  if (!identity)
    throw new Fault(`the roster has no custodian ${custodian}`, `名册中没有第 ${custodian} 个托管方`);
  return { asked, number, custodian, identity };
}

/** The answers, by request and custodian, that a record says it rests on. */
function countedIn({ records }: Envelope): Set<string> {
  const said = [...records.values()].flatMap((record) => record.answers);
  const counted = said.filter((each) => each.said === "answered");
  return new Set(counted.map(({ number, custodian }) => `${number}/${custodian}`));
}
