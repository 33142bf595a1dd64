// Who is barred was barred by a logged decision, not by what its price proved to be.

import { toBase64 } from "../../sealing/bytes";
import { read } from "../../sealing/canonical";
import { event } from "../../sealing/log";
import type { Case, Envelope } from "../case";
import type { OpenedLeaf } from "../forms";
import { placeOf } from "../journal";
import { Fault, need, words } from "../words";

const DECISION = "screening.decision";

export function check(case_: Case): void {
  const { findings } = case_;
  for (const envelope of case_.envelopes) {
    checkKeptTo(case_, envelope);
    remarkLate(case_, envelope);
    for (const [number, { request, logged }] of inOrder(envelope.requests))
      request.leaves.forEach((leaf, position) => {
        if (leaf.state !== "barred") return;
        findings.attempt(whereOf(envelope, `request/${number}`, position), () =>
          checkDecision(case_, envelope, position, leaf, logged.index),
        );
      });
    for (const [number, record] of inOrder(envelope.records))
      for (const { position, leaf, outcome } of record.leaves) {
        if (leaf.state !== "barred" && outcome !== "barred") continue;
        const last = envelope.published.get(number)!.index;
        findings.attempt(whereOf(envelope, `record/${number}`, position), () => {
          checkSince(envelope, position, leaf);
          checkDecision(case_, envelope, position, leaf, last);
        });
      }
  }
}

function inOrder<T>(numbered: Map<number, T>): [number, T][] {
  return [...numbered].sort(([a], [b]) => a - b);
}

function whereOf(envelope: Envelope, file: string, position: number) {
  return envelope.file(`${file}, leaf ${position}`, `${file}，第 ${position} 号投标位`);
}

/** Whom a decision barred before custodians were asked, they are not asked to open. */
function checkKeptTo({ findings, journal }: Case, envelope: Envelope): void {
  const first = envelope.requests.get(1);
  if (!first) return;
  const places = [...envelope.pseudonyms].map(([at, key]) => [toBase64(key), at] as const);
  const positions = new Map(places);
  for (const decision of journal.of(DECISION, envelope.name)) {
    const position = positions.get(decision.event.data.get("pseudonym") ?? "");
    const barred = decision.event.data.get("decision") === "barred";
    if (barred && position !== undefined && decision.index <= first.logged.index)
      if (first.request.answer.includes(position))
        findings.fault(
          placeOf(decision),
          words(
            `it bars leaf ${position}, which is opened`,
            `它排除了第 ${position} 号投标位，该处却被开启`,
          ),
        );
  }
}

function checkDecision(
  case_: Case,
  envelope: Envelope,
  position: number,
  { decision }: OpenedLeaf,
  last: number,
): void {
  if (!decision) throw new Fault("barred without a logged decision", "被排除，却没有入日志的决定");
  case_.checkLogged(decision, last);
  const said = read(event, decision.detail, "event");
  const pseudonym = toBase64(envelope.pseudonyms.get(position) ?? new Uint8Array());
  need(
    said.action === DECISION &&
      said.outcome === "done" &&
      said.data.get("decision") === "barred" &&
      said.data.get("pseudonym") === pseudonym,
    "the logged decision is not about barring this bidder",
    "入日志的决定并非排除这一投标人",
  );
}

/** Later than the first request only those can be barred who were pending in it. */
function checkSince({ requests }: Envelope, position: number, leaf: OpenedLeaf): void {
  const before = requests.get(1)?.request.leaves[position]?.state;
  if (leaf.state !== "barred" || before === undefined) return;
  need(
    before === "barred" || before === "pending",
    `barred, though it was ${before} when the opening began`,
    `开标开始时为 ${before}，事后才被排除`,
  );
}

/** Prices were known then, and no supervisor's key signs a decision: only people can tell. */
function remarkLate({ findings }: Case, envelope: Envelope): void {
  const first = envelope.requests.get(1)?.request.leaves;
  for (const { position, leaf } of envelope.lastRecord?.leaves ?? [])
    if (leaf.state === "barred" && first?.[position]?.state === "pending")
      findings.remark(
        envelope.leaf(position),
        words(
          "barred after the opening began: ask who decided it",
          "开标开始后才被排除：请向作出决定的人员核实",
        ),
      );
}
