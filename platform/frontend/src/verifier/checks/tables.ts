// What the platform's tables say is what the log, the notice and the record said.
//
// A superuser changes rows without an entry. What a page shows of them is then something that
// nobody ever logged, and here it is named with the entry that says otherwise.

import { toBase64 } from "../../sealing/bytes";
import type { Notice } from "../../sealing/terms";
import type { Case, Envelope } from "../case";
import { named } from "../findings";
import type { Fact } from "../forms";
import { placeOf, type Logged } from "../journal";
import { words, type Words } from "../words";
import { checkCarried } from "./succession";

/** By object and field, what is said and who says so. */
type Settings = Map<string, Map<string, { value: string; source: Words }>>;
/** Object, field, value. */
type Setting = [string, string, string];

// Rows of other kinds come and go with what only bidders may know of each other.
const KEPT = ["kind", "name"];

// Each kind of act in the hall has an entry of its own, about one object of its own.
const ACTS = [
  "reading",
  "attendance",
  "period",
  "objection",
  "reply",
  "correction",
  "minutes",
  "signature",
];

// What an entry of each action makes a table say, until a later one says something else.
const SETS: Record<string, (entry: Logged) => Setting[]> = {
  "organization.register": ({ event: { object, data } }) => {
    const kind = data.get("kind") ?? "";
    return [
      [object, "kind", kind],
      [object, "name", data.get("name") ?? ""],
      [`person/${data.get("person")}`, "role", kind],
    ];
  },
  "person.add": sets("role"),
  "key.enrol": sets("key"),
  "screening.import": sets("digest"),
  "clarification.publish": sets("clarification"),
  ...Object.fromEntries(ACTS.map((kind) => [`meeting.${kind}`, acted])),
  // What is said of a bid in a box has no number, and stands in no table.
  "screening.decision": ({ event: { object, data } }) => {
    if (!data.has("adjudication")) return [];
    const step = data.get("step") === "confirmed" ? "confirmed" : "proposed";
    return [[object, `adjudication/${data.get("adjudication")}`, `${data.get("verdict")} ${step}`]];
  },
  // What stood in the registry when a log that follows another one began.
  "log.carry": ({ event: { object, data } }) =>
    [...data].map(([field, value]): Setting => [object, field, value]),
};

/** What was done in the hall: its bytes in the table, and what the hall shows of them. */
function acted({ event: { object, data } }: Logged): Setting[] {
  const said = data.get("digest") ?? "";
  return [
    [object, "digest", said],
    [object, "shown", said],
  ];
}

function sets(field: string): (entry: Logged) => Setting[] {
  return ({ event: { object, data } }) => [[object, field, data.get(field) ?? ""]];
}

/** What the entries of some actions set, in the order of the log. */
export function settingsOf({ journal }: Case, ...actions: string[]): [Setting, Logged][] {
  return journal
    .all(...actions)
    .flatMap((entry) =>
      SETS[entry.event.action]!(entry).map((each): [Setting, Logged] => [each, entry]),
    );
}

export async function check(case_: Case): Promise<void> {
  const { bundle, findings } = case_;
  checkCarried(case_);
  const known = settled(case_);
  const seen = new Set<string>();
  await findings.attemptAll(named("facts.jsonl"), async () => {
    for await (const fact of bundle.facts()) {
      seen.add(JSON.stringify([fact.object, fact.field]));
      checkFact(case_, fact, known);
    }
  });
  const tender = `tender/${bundle.about.tender}`;
  const isKept = (object: string, field: string): boolean =>
    KEPT.includes(field) ||
    object.startsWith(`${tender}/act/`) ||
    object.startsWith(`${tender}/clarification/`);
  for (const [object, fields] of known)
    for (const [field, { source }] of fields)
      if (isKept(object, field) && !seen.has(JSON.stringify([object, field])))
        findings.fault(
          named(`${object}, ${field}`),
          words(`no table has it, but ${source.en} does`, `表中没有，${source.zh}却有`),
        );
}

function checkFact({ findings }: Case, fact: Fact, known: Settings): void {
  const where = named(`${fact.object}, ${fact.field}`);
  const said = known.get(fact.object)?.get(fact.field);
  if (said?.value === fact.value) return;
  if (fact.waiting)
    findings.remark(
      where,
      words(
        "it was changed, and the entry is not under the checkpoint yet",
        "已变更，记录尚未进入检查点",
      ),
    );
  else if (!said)
    findings.fault(
      where,
      words(
        `the table says '${fact.value}', and no entry does`,
        `表中为“${fact.value}”，没有任何记录这样说`,
      ),
    );
  else
    findings.fault(
      where,
      words(
        `the table says '${fact.value}', ${said.source.en} says '${said.value}'`,
        `表中为“${fact.value}”，${said.source.zh}为“${said.value}”`,
      ),
    );
}

function settled(case_: Case): Settings {
  const made: Settings = new Map();
  const set = ([object, field, value]: Setting, source: Words): void => {
    const fields = made.get(object) ?? new Map();
    made.set(object, fields.set(field, { value, source }));
  };
  for (const [setting, entry] of settingsOf(case_, ...Object.keys(SETS)))
    set(setting, placeOf(entry));
  for (const envelope of case_.envelopes) setNotice(envelope, set);
  for (const envelope of case_.envelopes) setRecord(envelope, set);
  return made;
}

type Note = (setting: Setting, source: Words) => void;

/** The notice to which custodians agreed, with its timetable as amendments have moved it. */
function setNotice({ key, notice, timetable }: Envelope, set: Note): void {
  const object = `tender/${key.terms.tender}`;
  for (const [field, value] of Object.entries(fieldsOf(notice)))
    set([object, field, value], words("the notice", "招标公告"));
  if (timetable.number === 0) return;
  const { number, deadline, notBefore } = timetable;
  const source = words(`amendment ${number}`, `第 ${number} 次时间变更`);
  set([object, "deadline", seconds(deadline)], source);
  set([object, "not_before", seconds(notBefore)], source);
}

function fieldsOf(notice: Notice): Record<string, string> {
  const documents = notice.documents.map(({ name, size, sha256 }) => [
    `document/${name}`,
    `${size} ${toBase64(sha256)}`,
  ]);
  return {
    ...Object.fromEntries(documents),
    reference: notice.reference,
    title: notice.title,
    summary: notice.summary,
    tendering_party: notice.tendering_party,
    agent: notice.agent ?? "",
    deadline: seconds(notice.deadline.micros),
    not_before: seconds(notice.not_before.micros),
    minimum_bids: String(notice.minimum_bids),
    threshold: String(notice.threshold),
    box_size: String(notice.box_size),
    currency: notice.currency,
    ceiling_price: notice.ceiling_price ?? "",
  };
}

/** Unix seconds with six decimals. */
function seconds(micros: bigint): string {
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
}

function setRecord(envelope: Envelope, set: Note): void {
  const record = envelope.lastRecord;
  const { tender, envelope: name } = envelope.key.terms;
  const source = words(`record ${record?.number}`, `第 ${record?.number} 份开标记录`);
  for (const { position, outcome, price, currency, bidder } of record?.leaves ?? []) {
    const fields = {
      outcome,
      price,
      currency,
      organization: bidder?.organization ?? "",
      name: bidder?.name ?? "",
    };
    for (const [field, value] of Object.entries(fields))
      set([`tender/${tender}/envelope/${name}`, `leaf/${position}/${field}`, value], source);
  }
}
