// The hall's board, live. The page comes with everything up to `data-last`; the stream tells the
// rest, and after an interruption goes on from the last event it told, so nothing is missed.

import { Meeting } from "./meeting";

type Body = Record<string, unknown>;
const AGAIN = 2000;
const SCALE = 6; // a price has at most six decimal places

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A price as a whole number, so that no digit is lost in comparing. */
export function micros(price: string): bigint {
  const [whole = "0", part = ""] = price.split(".");
  return BigInt(whole + part.padEnd(SCALE, "0").slice(0, SCALE));
}

function money(price: string, currency: string): string {
  const places = Math.max(2, price.split(".")[1]?.length ?? 0);
  const form = new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency",
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return form.format(price as unknown as number);
}

function piece(id: string): DocumentFragment {
  const found = document.getElementById(id);
  return found instanceof HTMLTemplateElement
    ? (found.content.cloneNode(true) as DocumentFragment)
    : document.createDocumentFragment();
}

function put(parent: ParentNode, selector: string, content: Node | string): void {
  parent.querySelector(selector)?.replaceChildren(content);
}

class Board {
  private readonly ceiling: bigint | null;
  private readonly meeting: Meeting;
  private last: number;

  constructor(private readonly root: HTMLElement) {
    const { ceiling = "", last = "0" } = root.dataset;
    this.ceiling = ceiling === "" ? null : micros(ceiling);
    this.last = Number(last);
    this.meeting = new Meeting(root);
  }

  listen(): void {
    const stream = new EventSource(this.root.dataset["hall"] ?? "");
    stream.onopen = () => this.live(true);
    stream.onerror = () => {
      this.live(false);
      // After an answer that was an error a browser gives up; the hall does not.
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(() => this.listen(), AGAIN);
      }
    };
    stream.addEventListener("pulse", (event) => this.pulse(JSON.parse(event.data) as Body));
    const kinds: Record<string, (body: Body) => void> = {
      release: () => this.stage("asked"),
      answer: (body) => this.answer(body),
      bid: (body) => this.bid(body),
      record: () => this.record(),
      failed: () => this.stage("failed"),
      ...this.meeting.kinds,
    };
    for (const [kind, take] of Object.entries(kinds)) {
      stream.addEventListener(kind, (event) => {
        const id = Number(event.lastEventId);
        if (id > this.last) {
          this.last = id;
          take(JSON.parse(event.data) as Body);
        }
      });
    }
  }

  private live(on: boolean): void {
    for (const mark of this.root.querySelectorAll<HTMLElement>("[data-live]")) {
      mark.hidden = mark.dataset["live"] !== (on ? "on" : "off");
    }
  }

  private pulse(body: Body): void {
    const alive = new Set(body["custodians"] as string[]);
    for (const keeper of this.root.querySelectorAll<HTMLElement>("[data-keeper]")) {
      const here = alive.has(keeper.dataset["keeper"] ?? "");
      if (keeper.classList.contains("is-alive") !== here) {
        keeper.classList.toggle("is-alive", here);
        put(keeper, "[data-keeper-alive]", piece(here ? "alive-yes" : "alive-no"));
      }
    }
  }

  private answer(body: Body): void {
    for (const keeper of this.root.querySelectorAll<HTMLElement>("[data-keeper]")) {
      if (keeper.dataset["keeper"] === body["custodian"]) {
        keeper.classList.toggle("has-answered", body["said"] === "answered");
        put(keeper, "[data-keeper-said]", piece(`said-${text(body["said"])}`));
      }
    }
    const answered = this.root.querySelectorAll(".has-answered").length;
    put(this.root, "[data-answered]", String(answered));
  }

  private bid(body: Body): void {
    const row = this.row(String(body["position"]));
    const price = text(body["price"]);
    row.dataset["price"] = price;
    put(row, '[data-part="organization"]', text(body["organization"]) || "—");
    put(row, '[data-part="price"]', price ? money(price, text(body["currency"])) : "—");
    put(row, '[data-part="outcome"]', piece(`outcome-${text(body["outcome"])}`));
    const over = price !== "" && this.ceiling !== null && micros(price) > this.ceiling;
    put(row, '[data-part="over"]', over ? piece("piece-over") : "");
    this.twins();
    this.stage("reading");
  }

  private row(position: string): HTMLElement {
    const body = this.root.querySelector("[data-reading] tbody");
    const known = body?.querySelector<HTMLElement>(`[data-position="${position}"]`);
    if (known) {
      return known;
    }
    const made = piece("piece-row").querySelector("tr") ?? document.createElement("tr");
    made.dataset["position"] = position;
    made.classList.add("is-new");
    put(made, '[data-part="number"]', String((body?.childElementCount ?? 0) + 1));
    body?.append(made);
    for (const [selector, hidden] of [["[data-reading]", false], ["[data-reading-empty]", true]] as const) {
      this.root.querySelector<HTMLElement>(selector)?.toggleAttribute("hidden", hidden);
    }
    return made;
  }

  private twins(): void {
    const rows = [...this.root.querySelectorAll<HTMLElement>("[data-position]")];
    const counted = new Map<bigint, number>();
    for (const row of rows.filter((one) => one.dataset["price"])) {
      const price = micros(row.dataset["price"] ?? "");
      counted.set(price, (counted.get(price) ?? 0) + 1);
    }
    for (const row of rows) {
      const price = row.dataset["price"] ?? "";
      const twin = price !== "" && (counted.get(micros(price)) ?? 0) > 1;
      put(row, '[data-part="twin"]', twin ? piece("piece-twin") : "");
    }
  }

  private record(): void {
    this.stage("record");
    this.meeting.begin();
    document.querySelector<HTMLElement>("[data-record-link]")?.removeAttribute("hidden");
  }

  private stage(name: string): void {
    const stage = this.root.querySelector<HTMLElement>("[data-stage]");
    // A bid that is settled after the record does not take the hall back to the reading-out.
    if (stage && !(name === "reading" && stage.dataset["stage"] === "record")) {
      stage.dataset["stage"] = name;
    }
  }
}

export function openHall(): void {
  const root = document.querySelector<HTMLElement>("[data-hall]");
  if (root !== null) {
    new Board(root).listen();
  }
}
