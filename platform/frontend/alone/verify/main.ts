// The verifier with a window: files in, verdict out, nothing to anywhere else.

import { CHECKS, type Progress, type Verdict } from "../../src/verifier/verify";
import { words, wordsOf, type Words } from "../../src/verifier/words";
import { beginLanguage, both, element, make } from "../language";
import { say, showFacts, spaced } from "../shown";
import { Given } from "./files";
import { markPractice } from "../practice";
import type { Order, Report } from "./messages";
import { Board } from "./board";

// The build puts the worker's whole script here, so that one hash covers both.
const WORKER = "@worker@";
const KINDS = ["bundle", "roster", "papers"] as const;

const given = new Given();
const board = new Board(element("#checks"));
let running: Worker | undefined;

function begin(): void {
  beginLanguage();
  for (const kind of KINDS)
    element<HTMLInputElement>(`#${kind}`).addEventListener("change", ({ target }) => {
      void takeAll((target as HTMLInputElement).files);
    });
  const drop = element("#drop");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    void takeAll(event.dataTransfer?.files ?? null);
  });
  element("#go").addEventListener("click", start);
}

async function takeAll(files: FileList | null): Promise<void> {
  for (const file of files ?? [])
    await given.take(file).catch((error: unknown) =>
      say("bad", words(`${file.name} cannot be used.`, `${file.name} 不能使用。`), wordsOf(error)),
    );
  showGiven();
}

function showGiven(): void {
  const { bundle, roster } = given;
  markPractice(roster?.origin);
  if (bundle) found("bundle", words(`✓ ${bundle.name}`, `✓ ${bundle.name}`));
  if (roster) {
    const digest = spaced(roster.fingerprint);
    found(
      "roster",
      words(
        `✓ ${roster.name}. Compare its fingerprint (SHA-256) with the one in the notice: ${digest}`,
        `✓ ${roster.name}。请与公告中印出的指纹（SHA-256）逐字比对：${digest}`,
      ),
    );
  }
  const names = given.names.join(", ");
  if (names) found("papers", words(`✓ ${names}`, `✓ ${names}`));
  element<HTMLButtonElement>("#go").disabled = !bundle || !roster;
}

function found(kind: (typeof KINDS)[number], what: Words): void {
  const place = element(`#${kind}-found`);
  place.replaceChildren(both(what));
  place.hidden = false;
}

function start(): void {
  const { bundle, roster, outside } = given;
  if (!bundle || !roster) return;
  running?.terminate();
  element("#facts").replaceChildren();
  element("#remarks").hidden = true;
  element("#result").hidden = false;
  board.begin(CHECKS);
  say("", words("Checking …", "正在核验……"));
  const script = new Blob([WORKER], { type: "text/javascript" });
  const address = URL.createObjectURL(script);
  running = new Worker(address);
  running.onmessage = ({ data }: MessageEvent<Report>) => hear(data);
  running.onerror = ({ message }) => unreadable(words(message, message));
  const order: Order = { bundle, roster: roster.data, outside };
  running.postMessage(order);
}

function hear(report: Report): void {
  if (report.type === "progress") progress(report.progress);
  else if (report.type === "verdict") show(report.verdict);
  else unreadable(report.what);
}

function progress({ check, done }: Progress): void {
  board.run(check, done);
}

function unreadable(what: Words): void {
  element("#result").hidden = true;
  say(
    "bad",
    words("Nothing was checked: the file cannot be read as a bundle.", "什么都没有核验：文件不是可读的审计包。"),
    what,
  );
}

function show(verdict: Verdict): void {
  board.end(verdict);
  markPractice(given.roster?.origin, verdict.origin);
  const { faults, remarks, unchecked } = verdict;
  const full = CHECKS.length - unchecked.length;
  if (faults.length > 0)
    say(
      "bad",
      words(`${faults.length} faults were found.`, `发现 ${faults.length} 处问题。`),
      words("Each stands below under the check that it fails.", "每一处都列在下面未通过的那一项之中。"),
    );
  else
    say(
      "good",
      words("Everything that was checked holds.", "已核验的内容全部成立。"),
      words(
        `${full} of ${CHECKS.length} checks were made in full. What was not checked is named below.`,
        `共 ${CHECKS.length} 项，完整核验了 ${full} 项。没有核验的内容列在下面。`,
      ),
    );
  tell(verdict);
  const list = element("#remark-list");
  list.replaceChildren(
    ...remarks.map(({ where, what }) =>
      make("li", "", make("strong", "", both(where)), " ", both(what)),
    ),
  );
  element("#remarks").hidden = remarks.length === 0;
}

function tell({ tender, origin, madeAt, ticks, entries, envelopes }: Verdict): void {
  const rows: [Words, Words][] = [
    [words("Tender", "项目"), words(tender, tender)],
    [words("Platform", "平台"), words(origin, origin)],
    [words("Bundle made at", "审计包生成时间"), words(madeAt, madeAt)],
    [
      words("Read", "已读取"),
      words(
        `${ticks} ticks and ${entries} entries of the log, ${envelopes} envelopes`,
        `公开日志 ${ticks} 拍、${entries} 条记录，${envelopes} 个信封`,
      ),
    ],
  ];
  showFacts("facts", rows);
}

begin();
