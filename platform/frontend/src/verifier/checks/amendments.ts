// Every move of a timetable was signed twice, acknowledged in time, and hides nothing.
//
// Whatever tables and pages say, the timetable is the published one unless amendments are in force
// by the log. Earlier checks ask `timetable`, and judge bids, boxes and requests by it.

import {
  inForce,
  published,
  readWord,
  signedAmendment,
  verifyAmendment,
  type Amendment,
  type Signed,
  type Timetable,
  type Word,
} from "../../sealing/amendment";
import { toBase64, type Bytes } from "../../sealing/bytes";
import { read } from "../../sealing/canonical";
import { sha256 } from "../../sealing/hash";
import type { Case, Envelope } from "../case";
import { placeOf, saysExactly, type Logged } from "../journal";
import { Fault, need, words } from "../words";

interface Known {
  said: Amendment;
  digest: Bytes;
}

/** What the log puts in force; an amendment with a fault moves nothing. */
export function timetable(case_: Case, envelope: Envelope): Timetable {
  let current = published(envelope);
  for (const name of case_.bundle.names(envelope.name, "amendment")) {
    try {
      const signed = shownAs(case_, envelope, name);
      current = inForce(signed, current, (digest) => wordsOn(case_, envelope, digest), envelope);
    } catch {
      break;
    }
  }
  return current;
}

/** Who acknowledged an amendment in the log; what does not verify says nothing. */
function wordsOn(case_: Case, envelope: Envelope, amendment: Bytes): Word[] {
  return case_.journal.of("amendment.acknowledge", envelope.name).flatMap((entry) => {
    try {
      const word = readWord(entry.event, amendment, case_);
      return [{ ...word, logged: case_.ticks.time(entry.index) }];
    } catch {
      return [];
    }
  });
}

function shownAs({ bundle }: Case, envelope: Envelope, name: string): Signed {
  return read(signedAmendment, bundle.evidence(envelope.name, "amendment", name), "amendment");
}

export function check(case_: Case): void {
  const { findings, journal } = case_;
  for (const envelope of case_.envelopes) {
    const known = allSigned(case_, envelope);
    for (const each of known) checkStanding(case_, envelope, each);
    for (const entry of journal.of("amendment.acknowledge", envelope.name))
      findings.attempt(placeOf(entry), () => {
        readWord(entry.event, about(entry, known).digest, case_);
      });
    for (const entry of journal.of("amendment.confirm", envelope.name))
      findings.attempt(placeOf(entry), () => void about(entry, known));
    for (const entry of journal.of("amendment.in-force", envelope.name))
      findings.attempt(placeOf(entry), () => checkMoved(envelope, entry, about(entry, known)));
  }
}

/** Those that both amenders signed, under the number that they are shown by. */
function allSigned(case_: Case, envelope: Envelope): Known[] {
  const known: Known[] = [];
  for (const name of case_.bundle.names(envelope.name, "amendment"))
    case_.findings.attempt(envelope.evidence("amendment", name), () => {
      const signed = shownAs(case_, envelope, name);
      const said = verifyAmendment(signed, envelope);
      const number = said.number;
      need(number === Number(name), `it is amendment ${number}`, `它是第 ${number} 次变更`);
      known.push({ said, digest: sha256(signed.amendment) });
    });
  return known;
}

function checkStanding(case_: Case, envelope: Envelope, { said, digest }: Known): void {
  const { findings } = case_;
  const where = envelope.evidence("amendment", String(said.number));
  if (said.number > envelope.timetable.number) {
    const heard = new Set(wordsOn(case_, envelope, digest).map((word) => word.custodian)).size;
    findings.remark(
      where,
      words(
        `it never came into force: ${heard} custodians acknowledged it`,
        `从未生效：只有 ${heard} 个托管方确认`,
      ),
    );
    return;
  }
  const actors = (action: string): string[] =>
    case_.journal
      .of(action, envelope.name)
      .filter(({ event }) => event.data.get("amendment") === toBase64(digest))
      .map(({ event }) => event.actor);
  const [proposed, confirmed] = [actors("amendment.propose"), actors("amendment.confirm")];
  const both = proposed.some((actor) => confirmed.includes(actor));
  if (proposed.length === 0 || confirmed.length === 0 || both)
    findings.fault(
      where,
      words("the log does not tell of two people behind it", "日志未显示由两人分别提出和复核"),
    );
}

function about({ event }: Logged, known: Known[]): Known {
  const named = event.data.get("amendment");
  const found = known.find(({ digest }) => toBase64(digest) === named);
  if (!found)
    throw new Fault(
      "it is about an amendment that the bundle does not show",
      "所指的时间变更未在审计包中出示",
    );
  return found;
}

function checkMoved(envelope: Envelope, entry: Logged, { said, digest }: Known): void {
  const facts = {
    amendment: toBase64(digest),
    number: String(said.number),
    deadline: said.deadline.text,
    not_before: said.not_before.text,
  };
  need(
    said.number <= envelope.timetable.number && saysExactly(entry, facts),
    "it moves the timetable by an amendment that is not in force",
    "依据未生效的变更改动了时间",
  );
}
