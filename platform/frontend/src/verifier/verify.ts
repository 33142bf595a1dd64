// The audit: its checks in their order, each on what those before it have established.

import type { Bytes } from "../sealing/bytes";
import { Bundle } from "./bundle";
import { Case, NOTHING_MORE, type Outside } from "./case";
import * as actors from "./checks/actors";
import * as amendments from "./checks/amendments";
import * as answers from "./checks/answers";
import * as bids from "./checks/bids";
import * as boxes from "./checks/boxes";
import * as ceremonies from "./checks/ceremonies";
import * as clocks from "./checks/clocks";
import * as decisions from "./checks/decisions";
import * as entries from "./checks/entries";
import * as erasures from "./checks/erasures";
import * as kept from "./checks/kept";
import * as log from "./checks/log";
import * as records from "./checks/records";
import * as requests from "./checks/requests";
import * as tables from "./checks/tables";
import * as timeline from "./checks/timeline";
import type { Finding } from "./findings";
import { words, type Words } from "./words";

export interface Check {
  name: string;
  title: Words;
  /** Whether it looks into envelopes, and so at nothing of one whose key did not verify. */
  opens: boolean;
  run(case_: Case): void | Promise<void>;
}

// What is said of the platform as a whole, whatever became of an envelope.
const AT_LARGE = ["ceremonies", "log", "entries", "kept"];

function checkOf(name: string, en: string, zh: string, { check }: { check: Check["run"] }): Check {
  return { name, title: words(en, zh), opens: !AT_LARGE.includes(name), run: check };
}

// The walk of a bid: key, log, box, opening, price. Later checks use what earlier ones proved.
export const CHECKS: Check[] = [
  checkOf(
    "ceremonies",
    "Keys: nobody holds an envelope's key",
    "密钥：没有任何一方独自持有信封的密钥",
    ceremonies,
  ),
  checkOf(
    "log",
    "Log: every tick is under one root that enough witnesses signed",
    "公开日志：每一拍都在足够见证方共同签署的同一个根之下",
    log,
  ),
  checkOf(
    "entries",
    "Entries: unchanged, and nothing kept back",
    "日志记录：未被改动，也没有隐藏",
    entries,
  ),
  checkOf(
    "boxes",
    "Boxes: one for each key, and every accepted bid is in it",
    "投标箱：每个密钥一个，接收的投标全部在内",
    boxes,
  ),
  checkOf(
    "requests",
    "Requests to open: logged, not early, about the whole box",
    "开标请求：已入日志、未提前、针对整个投标箱",
    requests,
  ),
  checkOf(
    "records",
    "Opening records: every bid accounted for",
    "开标记录：每一份投标都有交代",
    records,
  ),
  checkOf(
    "answers",
    "Custodians' answers: signed, proved, logged before they left",
    "托管方答复：有签名、有证明、先入日志后发出",
    answers,
  ),
  checkOf(
    "bids",
    "Prices: each is the one that the bidder signed",
    "报价：每一个都是投标人自己签署的",
    bids,
  ),
  checkOf(
    "decisions",
    "Decisions: who is barred, and since when",
    "筛查决定：谁被排除、何时被排除",
    decisions,
  ),
  checkOf(
    "timeline",
    "Order: key, bids, closing, request, answers, record",
    "次序：密钥、投标、封箱、请求、答复、记录",
    timeline,
  ),
  checkOf(
    "clocks",
    "Clocks: the log's times against those of its witnesses",
    "时钟：日志的时间与见证方的时钟相符",
    clocks,
  ),
  checkOf(
    "erasures",
    "Erasures: custodians that say their part of the key is gone",
    "密钥销毁：托管方声明已销毁其份额",
    erasures,
  ),
  checkOf(
    "tables",
    "Tables: what the platform shows is what was logged",
    "数据表：平台所示与日志所记一致",
    tables,
  ),
  checkOf(
    "actors",
    "People and firms: in their own roles, with their own keys",
    "人员与单位：各以登记的角色和密钥行事",
    actors,
  ),
  checkOf(
    "kept",
    "Papers kept by others: their promises, receipts and checkpoints",
    "他人保存的凭证：承诺、回执与检查点",
    kept,
  ),
  checkOf(
    "amendments",
    "Changed times: two signatures and enough custodians for each",
    "时间变更：每次都有两个签名和足够的托管方确认",
    amendments,
  ),
];

export interface Verdict {
  tender: string;
  origin: string;
  ticks: number;
  entries: number;
  envelopes: number;
  madeAt: string;
  /** Checks that were not made, or not of everything, and why. */
  unchecked: { check: string; reason: Words }[];
  faults: Finding[];
  remarks: Finding[];
}

export interface Progress {
  /** Name of the running check. */
  check: string;
  /** From 0 to 1, as far as the check can tell. */
  done: number;
}

/** Runs every check. Throws when there is no bundle, or no roster, to check, or an annex that is none. */
export async function verify(
  file: Blob,
  roster: Bytes,
  outside: Outside = NOTHING_MORE,
  progress: (made: Progress) => void = () => {},
): Promise<Verdict> {
  const bundle = await Bundle.open(file);
  let running = "";
  const case_ = new Case(bundle, roster, outside, (done) => progress({ check: running, done }));
  for (const { name, title, run } of CHECKS) {
    running = case_.findings.check = name;
    case_.progress(0);
    // What a check did not expect is a fault too: it must never pass for "nothing found".
    await case_.findings.attemptAll(title, async () => run(case_));
  }
  const { about } = bundle;
  return {
    tender: about.tender,
    origin: about.origin,
    ticks: case_.ticks.length,
    entries: case_.journal.count,
    envelopes: case_.envelopes.length,
    madeAt: about.made_at.text,
    unchecked: uncheckedIn(case_),
    faults: case_.findings.faults,
    remarks: case_.findings.remarks,
  };
}

/** Nobody may take for sound what nobody looked at. */
function uncheckedIn({ bundle, envelopes, outside }: Case): Verdict["unchecked"] {
  const shown = bundle.envelopes().length;
  const missed = shown === 0 || envelopes.length < shown;
  const blind = CHECKS.filter(({ opens }) => opens && missed).map(({ name }) => ({
    check: name,
    reason: words(
      shown === 0 ? "not checked: no envelope is shown" : "not checked: an envelope's key fails",
      shown === 0 ? "未核验：没有信封" : "未核验：有信封的密钥不成立",
    ),
  }));
  if (outside.papers.size > 0) return blind;
  return [
    ...blind,
    { check: "kept", reason: words("not checked: none given", "未核验：没有提供凭证") },
  ];
}
