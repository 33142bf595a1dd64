// Sealing without a network: the kit and the roster in, the sealed file and its papers out.

import { checkPrice } from "../../src/bidder/price";
import { Trouble } from "../../src/bidder/events";
import { toHex, type Bytes } from "../../src/sealing/bytes";
import {
  readHandingIn,
  readKit,
  writeHandingIn,
  type HandingIn,
  type Kit,
  type SealingKeys,
} from "../../src/sealing/offline";
import { withdraw } from "../../src/sealing/seal";
import { sha256 } from "../../src/sealing/hash";
import { signerOf } from "../../src/sealing/signing";
import { linkAfter } from "../../src/sealing/statement";
import { toDate, type Time } from "../../src/sealing/time";
import { accept, NotLogged, OtherRoster, type Trusted } from "../../src/sealing/trust";
import { Fault, words, wordsOf, type Words } from "../../src/verifier/words";
import { beginLanguage, both, element, make } from "../language";
import { markPractice } from "../practice";
import { say, showFacts, spaced } from "../shown";
import { lock, makeKeys, signingKey, unlock } from "./keys";
import type { Order, Report } from "./messages";

// The build puts the worker's whole script here, so that one hash covers both.
const WORKER = "@worker@";

interface Sealed {
  file: Blob;
  statement: HandingIn["statement"];
}

// Said of whatever fails here: this page has no line by which anything could leave.
const UNHARMED = words(
  "Nothing has left this computer and nothing is submitted yet; a bid that was received before is " +
    "not affected. Put right what is said above, and try again.",
  "没有任何内容离开这台电脑，也还没有递交；此前已收到的投标不受影响。请按上面说的改正后再试。",
);

const STEPS = ["trust", "keys", "offer", "rehearse", "done"] as const;

class Desk {
  #kit: Kit | undefined;
  #roster: Bytes | undefined;
  #trusted: Trusted | undefined;
  #keys: SealingKeys | undefined;
  #sealed: Sealed | undefined;

  /** Each is one button, or the last file that a step needs. */
  readonly actions: Record<string, () => Promise<void>> = {
    trust: () => this.#trust(),
    "make-keys": () => this.#makeKeys(),
    "load-keys": () => this.#loadKeys(),
    seal: () => this.#seal(),
    rehearse: () => this.#rehearse(),
    withdraw: () => this.#withdraw(),
    "save-sealed": async () => save(`sealed-${this.#kit!.tender}.age`, this.#sealed!.file),
    "save-handing-in": () => this.#saveHandingIn(this.#sealed!.statement),
  };

  async #trust(): Promise<void> {
    // Whatever was done under another kit or roster is over, also when these are refused.
    show("trust");
    markPractice();
    const [kit, rosterBytes] = [readKit(await bytesOf("kit")), await bytesOf("roster")];
    const { tender, envelope, practitioners } = kit;
    const { notice, roster, key } = (this.#trusted = accept(kit, rosterBytes, tender, envelope));
    [this.#kit, this.#roster] = [kit, rosterBytes];
    const names = roster.custodians.map(({ name }) => name).join("、");
    const { t, n } = key.terms;
    const fingerprint = spaced(toHex(sha256(rosterBytes)));
    markPractice(roster.origin);
    showFacts("trusted", [
      [words("Tender", "项目"), words(notice.title, notice.title)],
      [words("Bids due by, unless postponed", "投标截止（延期除外）"), inBeijing(notice.deadline)],
      [
        words("Custodians", "托管方"),
        words(`${names}; ${t} of ${n} open together`, `${names}；${n} 家中任意 ${t} 家一起才能打开`),
      ],
      [
        words("Roster's fingerprint: compare it", "名册指纹，请与公告比对"),
        words(fingerprint, fingerprint),
      ],
    ]);
    element("#currency").textContent = notice.currency;
    element("#practitioners").replaceChildren(...practitioners.map(checkbox));
    element("#practitioners-field").hidden = practitioners.length === 0;
    show("keys");
  }

  async #makeKeys(): Promise<void> {
    const own = fileOf("own-key");
    const seed = own && (await signingKey(await dataOf(own), value("own-passphrase")));
    const keys = await makeKeys(this.#kit!, seed);
    const locked = await lock(keys, value("new-passphrase"), value("new-again"));
    save(`sealing-keys-${this.#kit!.tender}.age`, new Blob([locked]));
    this.#keys = keys;
    show("offer");
  }

  async #loadKeys(): Promise<void> {
    this.#keys = await unlock(await bytesOf("keys-file"), value("passphrase"), this.#kit!);
    show("offer");
  }

  async #previous(): Promise<HandingIn["statement"] | undefined> {
    const file = fileOf("previous");
    if (!file) return undefined;
    const { statement, said } = readHandingIn(await dataOf(file));
    const own = signerOf(this.#keys!.pseudonym).public;
    const { tender, envelope } = this.#kit!;
    const here = said.tender === tender && said.envelope === envelope;
    if (!here || toHex(said.pseudonym) !== toHex(own))
      throw new Fault(
        "The earlier papers are of another tender, or were made with other keys.",
        "先前的递交文件属于另一项目，或用的是另一套密钥。",
      );
    return statement;
  }

  async #seal(): Promise<void> {
    const { notice } = this.#trusted!;
    const price = value("price").trim().replaceAll(",", "");
    checkPrice(price, notice.ceiling_price);
    const chosen = document.querySelectorAll<HTMLInputElement>("[name=practitioner]:checked");
    const documents = [...(element<HTMLInputElement>("#documents").files ?? [])];
    const report = await run({
      type: "seal",
      ...this.#place(),
      link: linkAfter(await this.#previous()),
      offer: {
        price,
        currency: notice.currency,
        practitioners: [...chosen].map((each) => ({ name: each.value, id_hint: undefined })),
        validityDays: Number(value("validity")) || undefined,
        documents: documents.map((source) => ({ name: source.name, source })),
      },
    });
    if (report.type !== "sealed") return;
    this.#sealed = report;
    show("rehearse");
  }

  #place() {
    return { kit: this.#kit!, roster: this.#roster!, keys: this.#keys! };
  }

  /** With the key file as it was saved, so that nobody seals what he can never open. */
  async #rehearse(): Promise<void> {
    const keys = await unlock(await bytesOf("saved-keys"), value("saved-passphrase"), this.#kit!);
    const report = await run({ type: "rehearse", ...this.#place(), ...this.#sealed!, keys });
    if (report.type !== "opened") return;
    const { price, currency, files } = report;
    const { size } = this.#sealed!.file;
    const names = files.join("、") || "—";
    showFacts("opened", [
      [words("Price", "报价"), words(`${price} ${currency}`, `${price} ${currency}`)],
      [words("Documents", "文件"), words(names, names)],
      [words("Sealed size", "封好后的大小"), words(`${size} bytes`, `${size} 字节`)],
    ]);
    show("done");
  }

  async #withdraw(): Promise<void> {
    const previous = await this.#previous();
    if (!previous)
      throw new Fault(
        "Choose the papers of the bid that you want to withdraw.",
        "请先选择要撤回的那份投标的递交文件。",
      );
    const pseudonym = signerOf(this.#keys!.pseudonym);
    await this.#saveHandingIn(
      await withdraw(this.#trusted!.key, pseudonym, linkAfter(previous, true)),
      "withdrawal",
    );
    say(
      "wait",
      words("The withdrawal is signed, and not handed in yet.", "撤回已签名，尚未递交。"),
      words(
        "Hand in the downloaded file on the platform before the deadline.",
        "请在截止之前把下载的文件交到平台。",
      ),
    );
  }

  async #saveHandingIn(statement: HandingIn["statement"], name = "handing-in"): Promise<void> {
    const { origin } = this.#trusted!.roster;
    const [key, pseudonym] = [
      signerOf(this.#keys!.organization),
      signerOf(this.#keys!.pseudonym),
    ];
    const { tender, envelope, organization } = this.#kit!;
    const place = { origin, tender, envelope, organization };
    const data = await writeHandingIn(place, key, statement, pseudonym);
    save(`${name}-${tender}.json`, new Blob([data]));
  }
}

/** Runs one order in a worker of its own. Throws Fault. */
function run(order: Order): Promise<Report> {
  const bar = element<HTMLProgressElement>("#progress progress");
  const script = new Blob([WORKER], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(script));
  element("#progress").hidden = false;
  const ended = new Promise<Report>((done, failed) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.type === "progress") {
        element("#progress p").replaceChildren(both(data.what));
        bar.value = data.total > 0 ? data.done / data.total : 0;
      } else if (data.type === "failed") failed(new Fault(data.what.en, data.what.zh));
      else done(data);
    };
    worker.onerror = ({ message }) => failed(new Fault(message, message));
  });
  worker.postMessage(order);
  return ended.finally(() => {
    worker.terminate();
    element("#progress").hidden = true;
  });
}

function show(step: (typeof STEPS)[number]): void {
  const at = STEPS.indexOf(step);
  STEPS.forEach((name, place) => {
    element(`#step-${name}`).hidden = place > at;
  });
  document.body.dataset["at"] = step;
  element(`#step-${step} h2`).focus();
}

async function act(name: string, desk: Desk, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  element("#said").replaceChildren();
  try {
    await desk.actions[name]!();
  } catch (error) {
    say("bad", toldOf(error), UNHARMED);
  }
  button.disabled = false;
}

function toldOf(error: unknown): Words {
  if (error instanceof OtherRoster)
    return words(
      `This tender's custodians are those of another roster: ${error.wanted}.`,
      `本项目用的是另一份名册，其指纹为 ${error.wanted}。`,
    );
  if (error instanceof NotLogged)
    return words(
      "The public log did not hold the key's certificate yet when the kit was made: fetch it anew.",
      "下载资料时公开日志还没有收录密钥证书，请重新下载资料。",
    );
  if (error instanceof Trouble)
    return error.code === "above-ceiling"
      ? words("The price is above the ceiling price.", "报价高于最高限价。")
      : words("A price looks like 1234567.89.", "报价的写法不对，例如 1234567.89。");
  return wordsOf(error);
}

function inBeijing(time: Time): Words {
  const spelled = (language: string): string =>
    new Intl.DateTimeFormat(language, {
      timeZone: "Asia/Shanghai",
      dateStyle: "long",
      timeStyle: "long",
    }).format(toDate(time));
  return words(spelled("en-GB"), spelled("zh-CN"));
}

function checkbox(name: string, at: number): HTMLElement {
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: "practitioner", value: name, id: `person-${at}` });
  const label = document.createElement("label");
  label.htmlFor = box.id;
  label.append(box, ` ${name}`);
  return make("p", "person", label);
}

function value(id: string): string {
  return element<HTMLInputElement>(`#${id}`).value;
}

function fileOf(id: string): File | undefined {
  return element<HTMLInputElement>(`#${id}`).files?.[0];
}

async function bytesOf(id: string): Promise<Bytes> {
  const file = fileOf(id);
  if (!file) throw new Fault("A file has not been chosen yet.", "还有文件没有选择。");
  return dataOf(file);
}

async function dataOf(file: File): Promise<Bytes> {
  return new Uint8Array(await file.arrayBuffer());
}

function save(name: string, data: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
}

beginLanguage();
const desk = new Desk();
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-do]"))
  button.addEventListener("click", () => void act(button.dataset["do"]!, desk, button));
