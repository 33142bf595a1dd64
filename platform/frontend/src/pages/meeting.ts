// What people do in the hall once the bids are open, live: reading-out, objections and replies, the
// minutes and who signed them. The page comes with everything so far; this adds what the stream tells.

import { platformNow, startCountdown, wall } from "./clock";

type Body = Record<string, unknown>;

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function piece(id: string): HTMLElement | null {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLTemplateElement)) return null;
  return found.content.firstElementChild?.cloneNode(true) as HTMLElement | null;
}

function say(parent: ParentNode, part: string, words: string): void {
  const found = parent.querySelector(`[data-part="${part}"]`);
  if (found !== null) found.textContent = words;
}

export class Meeting {
  /** By the name of the event that the stream has for each. */
  readonly kinds: Record<string, (body: Body) => void> = {
    reading: (body) => this.reading(body),
    period: (body) => this.period(body),
    objection: (body) => this.objection(body),
    reply: (body) => this.reply(body),
    minutes: (body) => this.minutes(body),
    signature: (body) => this.signature(body),
  };
  private readonly editions = new Map<string, string>();

  constructor(private readonly root: HTMLElement) {
    for (const line of root.querySelectorAll<HTMLElement>("[data-minutes]")) {
      this.editions.set(line.dataset["minutes"] ?? "", line.dataset["edition"] ?? "");
    }
  }

  /** Once there is a record, people have the word. */
  begin(): void {
    this.root.querySelector("[data-after-record]")?.removeAttribute("hidden");
    document.querySelector("[data-meeting-link]")?.removeAttribute("hidden");
  }

  private reading(body: Body): void {
    const row = this.root.querySelector(`[data-position="${String(body["position"])}"]`);
    const mark = document.getElementById("piece-read");
    if (mark instanceof HTMLTemplateElement) {
      row?.querySelector('[data-part="read"]')?.replaceChildren(mark.content.cloneNode(true));
    }
  }

  private period(body: Body): void {
    const clock = piece("piece-countdown");
    const shown = this.root.querySelector<HTMLElement>("[data-period]");
    if (clock === null || shown === null) return;
    clock.dataset["until"] = text(body["until"]);
    clock.dataset["now"] = new Date(platformNow()).toISOString();
    shown.dataset["period"] = "asked";
    shown.querySelector("[data-period-clock]")?.replaceChildren(clock);
    startCountdown(clock);
  }

  private objection(body: Body): void {
    const made = piece("piece-remark");
    if (made === null) return;
    made.dataset["remark"] = text(body["id"]);
    say(made, "raiser", text(body["raiser_name"]));
    say(made, "at", wall(Date.parse(text(body["at"]))));
    say(made, "text", text(body["text"]));
    say(made, "entered-by", text(body["firm"]));
    made
      .querySelector('[data-part="entered"]')
      ?.toggleAttribute("hidden", body["firm"] === body["raiser_name"]);
    this.root.querySelector("[data-remarks]")?.append(made);
  }

  private reply(body: Body): void {
    const template = document.getElementById("piece-reply");
    const place = this.root.querySelector(
      `[data-remark="${text(body["objection"])}"] [data-part="reply"]`,
    );
    if (!(template instanceof HTMLTemplateElement) || place === null) return;
    place.replaceChildren(template.content.cloneNode(true));
    say(place, "by", text(body["firm"]));
    say(place, "at", wall(Date.parse(text(body["at"]))));
    say(place, "reply-text", text(body["text"]));
  }

  private minutes(body: Body): void {
    const made = piece("piece-minutes");
    if (made === null) return;
    const edition = String(body["edition"]);
    this.editions.set(text(body["id"]), edition);
    made.dataset["edition"] = edition;
    say(made, "edition", edition);
    const link = made.querySelector<HTMLAnchorElement>('[data-part="link"]');
    if (link !== null) link.href += edition;
    this.root.querySelector("[data-editions]")?.append(made);
  }

  private signature(body: Body): void {
    const edition = this.editions.get(text(body["minutes"])) ?? "";
    const signed = this.root.querySelector(`[data-edition="${edition}"] [data-part="signed"]`);
    if (signed === null) return;
    const before = signed.textContent;
    signed.textContent = before === "" ? text(body["firm"]) : `${before}、${text(body["firm"])}`;
  }
}
