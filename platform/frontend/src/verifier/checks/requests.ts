// Custodians were asked in public, not before the time, about exactly this box.

import { equal, toBase64, type Bytes } from "../../sealing/bytes";
import { sha256 } from "../../sealing/hash";
import { checkState, parseLeafDetail, stateAtClosing, verifyBox } from "../box";
import type { Asked, Case, Envelope } from "../case";
import type { OpenedLeaf, ReleaseRequest } from "../forms";
import { placeOf, saysExactly, type Logged } from "../journal";
import { parseRequest } from "../shown";
import { Fault, moment, need, words, wordsOf } from "../words";

export function check(case_: Case): void {
  for (const envelope of case_.envelopes) {
    for (const name of case_.bundle.names(envelope.name, "request"))
      case_.findings.attempt(envelope.evidence("request", name), () => {
        envelope.requests.set(Number(name), checkRequest(case_, envelope, name));
      });
    checkAllShown(case_, envelope);
  }
}

function checkRequest(case_: Case, envelope: Envelope, name: string): Asked {
  const data = case_.bundle.evidence(envelope.name, "request", name);
  const request = parseRequest(data);
  const digest = sha256(data);
  // 1. It is about this envelope, this key and its only box.
  checkNamed(request, envelope, Number(name));
  // 2. The log has it, in a tick that was made when the time had come.
  const logged = loggedAs(case_, envelope, digest, request.number);
  checkTime(case_, envelope, logged);
  checkAmendments(envelope, request);
  // 3. It shows every leaf as what it is, and asks for what may be asked for.
  verifyBox(envelope.root, envelope.key.terms.box_size, request.leaves);
  request.leaves.forEach((leaf, position) => checkLeaf(envelope, position, leaf));
  checkAsked(envelope, request);
  const heads = request.answer.map((at) => [at, envelope.chains.get(at)!.at(-1)!] as const);
  return { request, digest, logged, heads: new Map(heads) };
}

function checkNamed(request: ReleaseRequest, envelope: Envelope, number: number): void {
  const { key } = envelope;
  const { origin, tender, envelope: name } = key.terms;
  const here = request.origin === origin && request.tender === tender && request.envelope === name;
  need(here, "it is about another envelope", "所指的是另一信封");
  const same = equal(request.key, key.id) && equal(request.terms, key.termsHash);
  need(
    same && request.number === number,
    "it names another key, other terms or another number",
    "所列的密钥、条款或编号不符",
  );
  need(
    envelope.closed !== undefined && equal(request.box, envelope.root),
    "it is not about the box that the log closed",
    "所指的不是日志中封存的投标箱",
  );
}

function loggedAs(case_: Case, envelope: Envelope, digest: Bytes, number: number): Logged {
  const facts = { request: toBase64(digest), number: String(number) };
  const entries = case_.journal.of("release.request", envelope.name);
  const found = entries.find((entry) => saysExactly(entry, facts));
  if (!found) throw new Fault("the log has no entry for it", "日志中没有它的记录");
  return found;
}

function checkTime({ ticks }: Case, { timetable }: Envelope, logged: Logged): void {
  const [tick, at] = [ticks.time(logged.index), logged.event.at.micros];
  const made = tick < at ? tick : at;
  const { notBefore } = timetable;
  need(
    made >= notBefore,
    `logged at ${moment(made)}, before ${moment(notBefore)}`,
    `在 ${moment(made)} 写入日志，早于开标时间 ${moment(notBefore)}`,
  );
}

/** Custodians were told of the timetable in force, and of no other. */
function checkAmendments({ timetable }: Envelope, { amendments }: ReleaseRequest): void {
  const last = amendments.at(-1);
  const digest = last ? sha256(last.signed.amendment) : new Uint8Array();
  need(
    amendments.length === timetable.number && equal(digest, timetable.last),
    "it shows other amendments than those in force",
    "出示给托管方的时间变更与有效的不符",
  );
}

function checkLeaf(envelope: Envelope, position: number, leaf: OpenedLeaf): void {
  const statements = envelope.chains.get(position);
  // A chain that does not verify is a fault of its leaf already; it tells no state.
  if (!statements && envelope.pseudonyms.has(position)) return;
  const atClosing = stateAtClosing(parseLeafDetail(leaf.detail), statements ?? []);
  try {
    checkState(leaf, atClosing);
  } catch (error) {
    const { en, zh } = wordsOf(error);
    throw new Fault(`leaf ${position}: ${en}`, `第 ${position} 号投标位：${zh}`);
  }
}

function checkAsked(envelope: Envelope, { number, leaves, answer }: ReleaseRequest): void {
  const first = envelope.requests.get(1);
  const current = leaves.flatMap((leaf, at) => (leaf.state === "current" ? [at] : []));
  if (number === 1)
    need(
      answer.join() === current.join(),
      "the first request does not ask for every bid that stands",
      "首次请求没有要求开启全部有效投标",
    );
  else if (!first) throw new Fault("there is no first request before it", "之前没有首次请求");
  else
    need(
      answer.every((at) => first.request.leaves[at]!.state === "pending"),
      "it asks again for what was not pending at first",
      "再次要求开启首次并非待定的投标",
    );
  for (const at of answer)
    need(
      leaves[at]!.state === "current" && (envelope.chains.get(at)?.length ?? 0) > 0,
      `it asks to open leaf ${at}, where no bid stands`,
      `要求开启第 ${at} 号投标位，该处没有有效投标`,
    );
}

function checkAllShown({ bundle, findings, journal }: Case, envelope: Envelope): void {
  if (bundle.names(envelope.name, "record").length === 0) return;
  const known = [...envelope.requests.values()].map((asked) => asked.logged);
  for (const entry of journal.of("release.request", envelope.name))
    if (!known.includes(entry))
      findings.fault(
        placeOf(entry),
        words(
          "the request that it logs is not shown, or is faulty",
          "它所记的开标请求未出示，或有问题",
        ),
      );
}
