// Custodians that say their part of the key is gone said it themselves, after the end.

import { equal, toBase64, type Bytes } from "../../sealing/bytes";
import { read } from "../../sealing/canonical";
import { sessionOf } from "../../sealing/certificate";
import { sha256 } from "../../sealing/hash";
import { verifyLabelled } from "../../sealing/signing";
import type { Case, Envelope } from "../case";
import { erasure, signedErasure, type Erasure } from "../forms";
import { placeOf } from "../journal";
import { Fault, moment, need, words, wordsOf } from "../words";

const LABEL = "sunseal/erasure/v1";

export function check(case_: Case): void {
  for (const envelope of case_.envelopes) {
    const session = sessionOf(envelope.certificate);
    const erased = new Set<number>();
    for (const name of case_.bundle.names(envelope.name, "erasure")) {
      const said = wordOf(case_, envelope, name, session);
      if (!said) continue;
      checkTime(case_, envelope, name, said);
      erased.add(said.custodian);
    }
    checkLogged(case_, envelope);
    remark(case_, envelope, erased.size);
  }
}

/** Nothing for what is not the custodian's own word: anybody may have put it there. */
function wordOf(case_: Case, envelope: Envelope, name: string, session: Bytes) {
  const custodian = Number(name.split("/")[0]);
  try {
    const identity = case_.roster.custodians[custodian - 1]?.identity;
    if (!identity) throw new Fault("no such custodian", "没有这一托管方");
    const said = open(case_.bundle.evidence(envelope.name, "erasure", name), identity);
    checkAbout(said, envelope, custodian, session);
    return said;
  } catch (error) {
    const { en, zh } = wordsOf(error);
    case_.findings.remark(
      envelope.evidence("erasure", name),
      words(`not a custodian's word: ${en}`, `不是托管方本人所言：${zh}`),
    );
    return undefined;
  }
}

function open(data: Bytes, identity: Bytes): Erasure {
  const { statement, signature } = read(signedErasure, data, "erasure");
  verifyLabelled(identity, LABEL, statement, signature);
  return read(erasure, statement, "erasure");
}

function checkAbout(said: Erasure, { key }: Envelope, custodian: number, session: Bytes): void {
  const { origin, tender, envelope, not_before } = key.terms;
  const here = said.origin === origin && said.tender === tender && said.envelope === envelope;
  need(
    here && said.custodian === custodian,
    "erasure: about another key, or of another custodian",
    "所指为另一密钥或另一托管方",
  );
  need(
    said.sessions.some((each) => equal(each, session)),
    "erasure: the key in use is not among those erased",
    "所销毁的不包括使用中的密钥",
  );
  need(
    said.at.micros >= not_before.micros,
    "erasure: before the bids under this key could be opened",
    "早于该密钥可以开标的时间",
  );
}

/** Before the record was final somebody else had to open what this custodian gave up. */
function checkTime({ findings }: Case, envelope: Envelope, name: string, said: Erasure): void {
  const last = envelope.lastRecord;
  if (last?.final && said.at.micros >= last.at.micros) return;
  const when = moment(said.at.micros);
  findings.remark(
    envelope.evidence("erasure", name),
    words(`erased at ${when}, before the record was final`, `于 ${when} 销毁，早于最终记录`),
  );
}

/** What the log has, the bundle shows: a statement that vanished is missed. */
function checkLogged({ bundle, findings, journal }: Case, envelope: Envelope): void {
  const names = bundle.names(envelope.name, "erasure");
  const bodies = names.map((name) => bundle.evidence(envelope.name, "erasure", name));
  const shown = new Set(bodies.map((body) => toBase64(sha256(body))));
  if (bundle.names(envelope.name, "record").length === 0) return;
  for (const entry of journal.of("key.erased", envelope.name))
    if (!shown.has(entry.event.data.get("erasure") ?? ""))
      findings.fault(
        placeOf(entry),
        words("the erasure that it logs is not shown", "它所记的销毁声明未出示"),
      );
}

function remark({ findings }: Case, envelope: Envelope, erased: number): void {
  if (erased === 0) return;
  const { n, t } = envelope.key.terms;
  const enough = n - t + 1;
  findings.remark(
    envelope.file("erasure", "密钥销毁"),
    words(
      `${erased} of ${n} custodians have erased their part; ${enough} leave too few to open it`,
      `${n} 个托管方中已有 ${erased} 个销毁份额；满 ${enough} 个后再也无法开启`,
    ),
  );
}
