// Each price shown is the bidder's own, fixed before anybody could know the others'.

import { equal, toBase64, type Bytes } from "../../sealing/bytes";
import { readBid, verifyBid, type BidManifest } from "../../sealing/bid";
import { Malformed } from "../../sealing/errors";
import { sha256 } from "../../sealing/hash";
import { verifyJoining, type Statement } from "../../sealing/statement";
import { cause, placeOf } from "../annex";
import type { Case, Envelope } from "../case";
import type { Bidder, RecordedLeaf } from "../forms";
import { Fault, need, words, type Words } from "../words";

const READ = ["opened", "needs_review"];

export function check(case_: Case): void {
  for (const envelope of case_.envelopes) {
    for (const leaf of envelope.lastRecord?.leaves ?? [])
      case_.findings.attempt(envelope.leaf(leaf.position), () => checkLeaf(case_, envelope, leaf));
    checkNothingElse(case_, envelope);
  }
}

function checkLeaf(case_: Case, envelope: Envelope, leaf: RecordedLeaf): void {
  if (leaf.bidder) checkBidder(envelope, leaf.position, leaf.bidder);
  if (READ.includes(leaf.outcome)) {
    // 1. Custodians helped to open it, and enough of them.
    checkAnswers(envelope, leaf.position);
    // 2. Statement → bid.json → bid.sig.
    checkPrice(case_, envelope, leaf);
  } else if (leaf.outcome === "revoked") {
    checkAnswers(envelope, leaf.position);
    case_.findings.remark(envelope.leaf(leaf.position), causeOf(case_, envelope, leaf.position));
  }
}

/** Without the annex nobody but the platform knows why a bid was revoked. */
function causeOf({ headers }: Case, envelope: Envelope, position: number): Words {
  const header = headers.get(placeOf(envelope.name, position));
  if (!header) return words("cause not checked", "作废原因未核验");
  const points = envelope.answered.get(position)!;
  return cause(envelope.key, points, headOf(envelope, position), header);
}

function headOf({ chains }: Envelope, position: number): Statement {
  const head = chains.get(position)?.at(-1);
  if (!head) throw new Fault("no sound statement stands behind it", "没有有效的投标声明作为依据");
  return head;
}

function checkAnswers({ answered, key }: Envelope, position: number): void {
  const proved = answered.get(position)?.size ?? 0;
  need(
    proved >= key.terms.t,
    `opened with ${proved} proved answers, ${key.terms.t} are needed`,
    `只有 ${proved} 份经证明的托管方答复，需要 ${key.terms.t} 份`,
  );
}

/** The organization's own key vouches for the pseudonym. */
function checkBidder({ key, pseudonyms }: Envelope, position: number, bidder: Bidder): void {
  const { joining: data, signature } = bidder.joining;
  const said = verifyJoining({ data, signature }, bidder.key);
  const { origin, tender, envelope } = key.terms;
  need(
    said.origin === origin && said.tender === tender && said.envelope === envelope,
    "the joining is for another envelope",
    "报名针对的是另一信封",
  );
  const pseudonym = pseudonyms.get(position);
  need(
    pseudonym !== undefined && equal(said.pseudonym, pseudonym),
    "the joining is of another pseudonym",
    "报名用的是另一化名",
  );
}

function checkPrice({ bundle }: Case, envelope: Envelope, leaf: RecordedLeaf): void {
  const name = String(leaf.position);
  const data = bundle.evidence(envelope.name, "manifest", name);
  const signature = bundle.evidence(envelope.name, "manifest-signature", name);
  const head = headOf(envelope, leaf.position);
  const digest = sha256(data);
  need(
    equal(digest, head.manifest),
    "bid.json is not the one that the statement names",
    "bid.json 不是投标声明所指的那一份",
  );
  need(
    equal(digest, leaf.manifest),
    "bid.json is not the one that the record names",
    "bid.json 不是开标记录所指的那一份",
  );
  if (!leaf.bidder) throw new Malformed("a price is shown, but not whose it is");
  verifyBid(leaf.bidder.key, data, signature);
  checkManifest(envelope, readBid(data), head, leaf, leaf.bidder);
}

function checkManifest(
  { notice }: Envelope,
  manifest: BidManifest,
  head: Statement,
  leaf: RecordedLeaf,
  bidder: Bidder,
): void {
  const pairs: [string, string, string | Bytes, string | Bytes][] = [
    ["origin", "平台", manifest.origin, head.origin],
    ["tender", "项目", manifest.tender, head.tender],
    ["envelope", "信封", manifest.envelope, head.envelope],
    ["recipient", "密钥", manifest.recipient, head.recipient],
    ["terms", "条款", manifest.terms, head.terms],
    ["pseudonym", "化名", manifest.pseudonym, head.pseudonym],
    ["organization", "投标单位", manifest.organization, bidder.organization],
    ["price", "报价", manifest.price, leaf.price],
    ["currency", "币种", manifest.currency, leaf.currency],
    ["currency of the notice", "公告币种", manifest.currency, notice.currency],
  ];
  for (const [en, zh, signed, said] of pairs) {
    const [own, other] = [spelled(signed), spelled(said)];
    need(
      own === other,
      `the bid says another ${en}: ${own}, not ${other}`,
      `投标文件签署的${zh}是 ${own}，不是 ${other}`,
    );
  }
}

function spelled(value: string | Bytes): string {
  return typeof value === "string" ? value : toBase64(value);
}

/** What was not opened stays unread. */
function checkNothingElse({ bundle, findings }: Case, envelope: Envelope): void {
  const leaves = envelope.lastRecord?.leaves ?? [];
  const opened = leaves
    .filter(({ outcome }) => [...READ, "revoked"].includes(outcome))
    .map(({ position }) => String(position));
  for (const name of bundle.names(envelope.name, "manifest"))
    if (!opened.includes(name))
      findings.fault(
        envelope.evidence("manifest", name),
        words("content of a bid that was not opened", "含有未开启投标的内容"),
      );
}
