// The page on which a firm seals its bid and hands it in: it binds buttons to the controller.

import { Api, Refusal } from "../bidder/api";
import { Controller } from "../bidder/controller";
import { Trouble, type Code } from "../bidder/events";
import { openFile } from "../bidder/files";
import { canSign } from "../bidder/keys";
import { kitOf } from "../bidder/offline";
import { checkPrice } from "../bidder/price";
import { Store } from "../bidder/store";
import { download, Remaining, View } from "../bidder/view";
import { Workshop } from "../bidder/work";
import type { Bytes } from "../sealing/bytes";

const SHORTEST_PASSPHRASE = 12;
const ASK_EVERY_MS = 3000;
const DEADLINE_EVERY_MS = 20_000;

async function bytesOf(file: File | undefined): Promise<Bytes> {
  if (!file) throw new Trouble("no-file");
  return new Uint8Array(await file.arrayBuffer());
}

/** Refuses a browser that cannot keep what it must, before anything is typed. */
async function checkBrowser(): Promise<void> {
  if (!isSecureContext) throw new Trouble("insecure");
  const able = "locks" in navigator && "getDirectory" in navigator.storage;
  if (!able || !(await canSign())) throw new Trouble("old-browser");
}

/** Held for as long as the page is open: two tabs could each sign another next statement. */
function onlyTab(name: string): Promise<boolean> {
  return new Promise((done) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      done(lock !== null);
      return lock ? new Promise(() => undefined) : undefined;
    });
  });
}

class SealPage {
  readonly #remaining = new Remaining();
  #platformsRoster: Bytes | undefined;
  #deadline = 0;

  constructor(
    private readonly view: View,
    private readonly controller: Controller,
  ) {
    const { events } = controller;
    events.on("step", ({ step }) => {
      view.step(step);
      this.#showFacts();
    });
    events.on("message", (message) => view.message(message));
    events.on("quiet", () => view.quiet());
    events.on("progress", (progress) => view.progress(progress, this.#remaining.of(progress)));
    events.on("deadline", ({ deadline }) => this.#showDeadline(deadline));
  }

  bind(): void {
    for (const form of this.view.root.querySelectorAll<HTMLFormElement>("form[data-do]"))
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.run(() => this.#actions[form.dataset["do"]!]!());
      });
    setInterval(() => void this.#askAgain(), ASK_EVERY_MS);
    setInterval(() => void this.#watch(), DEADLINE_EVERY_MS);
  }

  /** One thing at a time; whatever goes wrong is said in the page's words. */
  async run(action: () => Promise<void> | void): Promise<void> {
    this.view.busy(true);
    this.view.quiet();
    try {
      await action();
    } catch (error) {
      this.view.message(saidOf(error));
    }
    this.view.idle();
    this.view.busy(false);
  }

  readonly #actions: Record<string, () => Promise<void> | void> = {
    trust: async () => this.controller.trust(await bytesOf(this.view.file("roster"))),
    "trust-compared": async () => {
      if (!this.#platformsRoster) throw new Trouble("no-file");
      await this.controller.trust(this.#platformsRoster);
    },
    "make-key": async () => {
      const passphrase = this.#newPassphrase();
      const copy = await this.controller.makeKey(passphrase);
      download("organization-key.age", copy);
      this.#showFacts();
    },
    enrol: () => this.controller.enrol(),
    "load-key": async () => {
      const file = await bytesOf(this.view.file("key"));
      await this.controller.loadKey(file, this.view.input("key-passphrase").value);
    },
    join: () => this.controller.join(),
    "make-recovery": async () => {
      download(`recovery-${this.controller.where.tender}.txt`, await this.controller.makeRecovery());
      this.view.element("#recovery-saved").hidden = false;
    },
    "confirm-recovery": () => this.controller.confirmRecovery(),
    "renew-recovery": () => this.controller.renewRecovery(),
    seal: () => this.#seal(),
    rehearse: async () => this.controller.rehearse(await bytesOf(this.view.file("recovery"))),
    "give-up": () => this.controller.giveUp(),
    submit: () => this.controller.submit(),
    "save-kit": () => this.#saveKit(),
    adopt: async () => {
      const papers = await bytesOf(this.view.file("handing-in"));
      await this.controller.adopt(papers, this.view.file("sealed-file"));
    },
    replace: () => this.controller.replace(),
    withdraw: () => this.controller.withdraw(),
    "save-promise": () => this.#save("promise"),
    "save-receipt": () => this.#save("receipt"),
    "save-sealed": () => this.#saveSealed(),
  };

  #newPassphrase(): string {
    const [first, again] = ["passphrase", "passphrase-again"].map((n) => this.view.input(n).value);
    if (first!.length < SHORTEST_PASSPHRASE) throw new Trouble("passphrase-short");
    if (first !== again) throw new Trouble("passphrases-differ");
    return first!;
  }

  async #seal(): Promise<void> {
    const price = this.view.input("price").value.trim().replaceAll(",", "");
    checkPrice(price, this.controller.trusted?.notice.ceiling_price ?? null);
    const days = Number(this.view.input("validity").value) || undefined;
    const chosen = this.view.root.querySelectorAll<HTMLInputElement>("[name=practitioner]:checked");
    const practitioners = [...chosen].map(({ value }) => ({ name: value, id_hint: undefined }));
    const documents = [...(this.view.input("documents").files ?? [])];
    await this.controller.seal({ price, validityDays: days, practitioners, documents });
  }

  async #saveKit(): Promise<void> {
    const listed = this.view.root.querySelectorAll<HTMLInputElement>("[name=practitioner]");
    const kit = await kitOf(this.controller, [...listed].map(({ value }) => value));
    download(`sealing-kit-${this.controller.where.tender}.json`, kit);
  }

  #save(what: "promise" | "receipt"): void {
    const attempt = this.controller.current;
    if (attempt?.[what]) download(`${what}-${attempt.submission}.txt`, attempt[what]);
  }

  async #saveSealed(): Promise<void> {
    const attempt = this.controller.current;
    const file = attempt && (await openFile(attempt.file));
    if (!file) throw new Trouble("file-gone");
    download(`sealed-${this.controller.where.tender}.age`, file);
  }

  /** The platform's copy is shown beside its fingerprint, and used only once that was compared. */
  async showPlatformsRoster(): Promise<void> {
    const { roster, fingerprint } = await this.controller.platformsRoster();
    this.#platformsRoster = roster;
    this.view.facts({ fingerprint: fingerprint.match(/.{8}/g)!.join(" ") });
  }

  #showFacts(): void {
    const { current: attempt, trusted, key } = this.controller;
    this.view.element("#key-saved").hidden = !key;
    if (trusted) {
      const custodians = trusted.roster.custodians.map(({ name }) => name).join("、");
      this.view.facts({ custodians, title: trusted.notice.title });
    }
    const names = attempt?.documents.map(({ name }) => name).join("、") || "—";
    const size = `${((attempt?.size ?? 0) / (1 << 20)).toFixed(1)} MiB`;
    this.view.facts({ price: attempt?.price ?? "", documents: names, size });
    this.view.root.dataset["action"] = attempt?.action ?? "";
  }

  #showDeadline(deadline: Date): void {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: "Asia/Shanghai",
      dateStyle: "long",
      timeStyle: "medium",
    });
    const before = this.#deadline;
    this.#deadline = deadline.getTime();
    this.view.facts({ deadline: format.format(deadline) });
    // The countdown was made for the time that the page came with.
    if (before && before !== this.#deadline) this.view.root.querySelector(".countdown")?.remove();
  }

  async #askAgain(): Promise<void> {
    if (this.controller.step !== "received") return;
    await this.controller.refresh().catch((error: unknown) => this.view.message(saidOf(error)));
  }

  async #watch(): Promise<void> {
    await this.controller.watchDeadline().catch((error: unknown) => {
      if (error instanceof Trouble && error.code === "amendment-hidden")
        this.view.message(saidOf(error));
    });
  }
}

function saidOf(error: unknown): { code: Code; facts: Record<string, string> } {
  if (error instanceof Trouble) return { code: error.code, facts: error.facts };
  if (error instanceof Refusal)
    return { code: "refused", facts: { reason: error.detail, kind: error.kind } };
  return { code: "fault", facts: { reason: error instanceof Error ? error.message : "" } };
}

async function begin(root: HTMLElement): Promise<void> {
  const view = new View(root);
  const { tender = "", envelope = "", organization = "", joined = "" } = root.dataset;
  const { worker = "", token = "" } = root.dataset;
  try {
    await checkBrowser();
    if (!(await onlyTab(`sunseal/${tender}/${envelope}`))) throw new Trouble("second-tab");
    const controller: Controller = new Controller(
      { tender, envelope, organization, joined },
      {
        api: new Api(token),
        store: await Store.open(),
        workshop: new Workshop(worker, (progress) => controller.events.emit("progress", progress)),
      },
    );
    const page = new SealPage(view, controller);
    await controller.start();
    page.bind();
    await page.showPlatformsRoster();
    view.busy(false);
    // Whoever closed the browser while it was uploading has decided already.
    if (controller.isUnderWay) await page.run(() => controller.submit());
  } catch (error) {
    view.message(saidOf(error));
  }
}

const root = document.querySelector<HTMLElement>("#seal");
if (root) void begin(root);
