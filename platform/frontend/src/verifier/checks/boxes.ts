// One box for each key, fixed by the log, and in it every bid that was accepted.

import type { Timetable } from "../../sealing/amendment";
import { equal, fromBase64, toBase64, type Bytes } from "../../sealing/bytes";
import { Unverified } from "../../sealing/errors";
import { digest, readStatement, type Statement } from "../../sealing/statement";
import { parse } from "../../sealing/time";
import { ACCEPTED, verifyBox, verifyChain, verifyRefused } from "../box";
import type { Case, Envelope } from "../case";
import type { LeafDetail } from "../forms";
import { placeOf, type Logged } from "../journal";
import { boxLeaves } from "../shown";
import { Fault, moment, need, words, wordsOf } from "../words";
import { timetable } from "./amendments";

export function check(case_: Case): void {
  for (const envelope of case_.envelopes) {
    envelope.timetable = timetable(case_, envelope);
    checkClosing(case_, envelope);
    const leaves = boxLeaves(case_, envelope);
    if (!envelope.closed || !leaves) continue;
    case_.findings.attempt(envelope.file("box", "投标箱"), () => {
      const details = verifyBox(envelope.root, envelope.key.terms.box_size, leaves);
      checkLeaves(case_, envelope, details);
      checkNobodyMissing(case_, envelope, details);
    });
  }
}

function checkClosing({ bundle, findings, journal }: Case, envelope: Envelope): void {
  const [closed, ...more] = journal.of("box.closed", envelope.name);
  for (const second of more)
    findings.fault(placeOf(second), words("a second box for one key", "同一密钥下的第二个投标箱"));
  if (!closed) {
    if (bundle.names(envelope.name, "record").length > 0)
      findings.fault(
        envelope.file("box", "投标箱"),
        words("the log has no entry that closes it", "日志中没有封箱记录"),
      );
    return;
  }
  findings.attempt(placeOf(closed), () => {
    envelope.root = closedRoot(closed, envelope);
    envelope.closed = closed;
    checkTimetable(closed, envelope.timetable);
  });
}

/** The root in `box.closed`, whose other facts are those of the key. Throws CryptoError. */
function closedRoot({ event: { data } }: Logged, { key }: Envelope): Bytes {
  const root = fromBase64(data.get("root") ?? "", "box root", 32);
  const expected: Record<string, string> = {
    size: String(key.terms.box_size),
    tender: key.terms.tender,
    envelope: key.terms.envelope,
    key: toBase64(key.id),
  };
  const others = [...data.keys()].filter((name) => !Object.hasOwn(expected, name));
  const same = Object.entries(expected).every(([name, value]) => data.get(name) === value);
  need(
    same && others.sort().join() === "deadline,not_before,root",
    "it closes a box of another key",
    "所封的是另一密钥的投标箱",
  );
  return root;
}

/** A deadline that somebody moved in the table shut the box: no bid need have come of it. */
function checkTimetable({ event: { data } }: Logged, current: Timetable): void {
  for (const [name, right] of [
    ["deadline", current.deadline],
    ["not_before", current.notBefore],
  ] as const) {
    const told = data.get(name)!;
    if (parse(told, name).micros !== right)
      throw new Fault(
        `it was shut by a ${name} of ${told}; in force was ${moment(right)}`,
        `封箱依据的${name === "deadline" ? "截止时间" : "开标时间"}为 ${told}，有效的是 ${moment(right)}`,
      );
  }
}

function checkLeaves(case_: Case, envelope: Envelope, details: LeafDetail[]): void {
  details.forEach((leaf, position) => {
    if (leaf.kind !== "bidder") return;
    envelope.pseudonyms.set(position, leaf.pseudonym);
    case_.findings.attempt(envelope.leaf(position), () => {
      envelope.chains.set(position, checkLeaf(case_, envelope, leaf));
    });
  });
}

function checkLeaf(case_: Case, envelope: Envelope, leaf: LeafDetail): Statement[] {
  const statements = verifyChain(leaf);
  for (const said of [...statements, ...verifyRefused(leaf)]) checkAbout(said, envelope);
  for (const { statement, entry } of [...leaf.chain, ...leaf.refused])
    try {
      case_.checkLogged(entry, envelope.closed!.index);
    } catch (error) {
      const { sequence } = readStatement(statement.statement);
      const { en, zh } = wordsOf(error);
      throw new Fault(`statement ${sequence}: ${en}`, `第 ${sequence} 份投标声明：${zh}`);
    }
  return statements;
}

function checkAbout(said: Statement, { key }: Envelope): void {
  const { origin, tender, envelope } = key.terms;
  const same = said.origin === origin && said.tender === tender && said.envelope === envelope;
  if (!same || said.recipient !== key.recipient || !equal(said.terms, key.termsHash))
    throw new Unverified(`statement ${said.sequence} is about another envelope`);
}

/** What the log accepted, the box holds: a bid that got lost on the way is missed here. */
function checkNobodyMissing(
  { findings, journal }: Case,
  envelope: Envelope,
  details: LeafDetail[],
): void {
  const links = details.flatMap((leaf) => [...leaf.chain, ...leaf.refused]);
  const held = new Set(links.map((link) => toBase64(digest(link.statement.statement))));
  for (const accepted of journal.of(ACCEPTED, envelope.name))
    if (!held.has(accepted.event.data.get("statement") ?? ""))
      findings.fault(
        placeOf(accepted),
        words("the bid that it accepts is not in the box", "它所接收的投标不在投标箱中"),
      );
  const joined = new Set([...envelope.pseudonyms.values()].map(toBase64));
  for (const joining of journal.of("bid.join", envelope.name))
    if (!joined.has(joining.event.actor))
      findings.fault(
        placeOf(joining),
        words("whoever joined has no leaf in the box", "报名者在投标箱中没有位置"),
      );
}
