// Things happened in their order, and the key in use was the first for its envelope.

import { toBase64 } from "../../sealing/bytes";
import { sha256 } from "../../sealing/hash";
import { ACCEPTED } from "../box";
import type { Case, Envelope } from "../case";
import type { OpeningRecord } from "../forms";
import { placeOf, type Logged } from "../journal";
import { moment, words, type Words } from "../words";

type Step = [Words, Logged | undefined];

export function check(case_: Case): void {
  const { bundle, findings, journal } = case_;
  const shown = bundle.envelopes();
  for (const name of journal.envelopes().sort())
    if (!shown.includes(name))
      findings.fault(
        words(`envelope ${name}`, `信封 ${name}`),
        words("the log tells of it, the bundle holds nothing", "日志中有它，审计包中没有"),
      );
  for (const envelope of case_.envelopes) {
    const certified = checkFirst(case_, envelope);
    checkDeadline(case_, envelope);
    checkOrder(case_, envelope, certified);
  }
}

/** The first certificate that the log holds for an envelope is the one bidders seal to. */
function checkFirst({ findings, journal }: Case, envelope: Envelope): Logged | undefined {
  const fact = toBase64(sha256(envelope.certificate));
  const where = envelope.file("certificate", "密钥证书");
  const entries = journal.all("ceremony.certificate");
  const own = entries.find((entry) => entry.event.data.get("certificate") === fact);
  if (!own) {
    findings.fault(where, words("the log has no entry for it", "日志中没有它的记录"));
    return undefined;
  }
  for (const entry of entries)
    if (names(entry, envelope) && entry.event.data.get("certificate") !== fact)
      findings.fault(
        placeOf(entry),
        words("another certificate for one envelope", "同一信封的另一份密钥证书"),
      );
  if (!names(own, envelope))
    findings.remark(
      where,
      words(
        "its entry does not name the envelope, so a second one could not be told apart",
        "其记录未指明信封，无法分辨是否另有一份",
      ),
    );
  return own;
}

function names({ event: { object, data } }: Logged, { key: { terms } }: Envelope): boolean {
  const same = data.get("tender") === terms.tender && data.get("envelope") === terms.envelope;
  return same || object === `tender/${terms.tender}/envelope/${terms.envelope}`;
}

function checkDeadline({ findings, journal, ticks }: Case, envelope: Envelope): void {
  const { deadline } = envelope.timetable;
  const when = moment(deadline);
  for (const accepted of journal.of(ACCEPTED, envelope.name))
    if (accepted.event.at.micros >= deadline)
      findings.fault(
        placeOf(accepted),
        words(`accepted after the deadline of ${when}`, `在截止时间 ${when} 之后接收`),
      );
  const { closed } = envelope;
  if (closed && (closed.event.at.micros < deadline || ticks.time(closed.index) < deadline))
    findings.fault(
      placeOf(closed),
      words(`closed before the deadline of ${when}`, `早于截止时间 ${when} 封箱`),
    );
}

/** By ticks: the order inside one is not fixed by the log. */
function checkOrder(case_: Case, envelope: Envelope, certified: Logged | undefined): void {
  const requests = [...envelope.requests].sort(([a], [b]) => a - b);
  const records = [...envelope.published].sort(([a], [b]) => a - b);
  checkAscending(case_, [
    [words("the certificate", "密钥证书"), certified],
    [words("the closing of the box", "封箱"), envelope.closed],
    ...requests.map(([n, { logged }]): Step => [requestNamed(n), logged]),
  ]);
  // A record may come before a supplementary request, never before the first one.
  checkAscending(case_, [
    [requestNamed(1), envelope.requests.get(1)?.logged],
    ...records.map(([n, entry]): Step => [words(`record ${n}`, `第 ${n} 份开标记录`), entry]),
  ]);
  for (const [number, entry] of records)
    checkAnswers(case_, envelope, envelope.records.get(number)!, entry);
}

function requestNamed(number: number): Words {
  return words(`request ${number}`, `第 ${number} 次开标请求`);
}

/** What a record rests on was committed to before it. */
function checkAnswers(
  { findings, journal }: Case,
  envelope: Envelope,
  record: OpeningRecord,
  published: Logged,
): void {
  const counted = record.answers.filter((answer) => answer.said === "answered");
  const used = new Set(counted.map((each) => `${each.custodian} ${toBase64(each.digest)}`));
  for (const entry of journal.of("release.answer", envelope.name)) {
    const { data } = entry.event;
    const said = `${data.get("custodian")} ${data.get("commitment")}`;
    if (used.has(said) && entry.index > published.index)
      findings.fault(
        placeOf(entry),
        words(
          `record ${record.number} rests on it, and is older`,
          `第 ${record.number} 份开标记录以它为依据，却早于它`,
        ),
      );
  }
}

function checkAscending({ findings }: Case, steps: Step[]): void {
  const known = steps.filter((step): step is [Words, Logged] => step[1] !== undefined);
  known.slice(1).forEach(([after, second], at) => {
    const [before, first] = known[at]!;
    if (second.index < first.index || second.event.at.micros < first.event.at.micros)
      findings.fault(
        placeOf(second),
        words(`${after.en} is older than ${before.en}`, `${after.zh}早于${before.zh}`),
      );
  });
}
