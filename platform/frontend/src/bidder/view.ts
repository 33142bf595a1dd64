// The sealing page's elements: what is shown at which step, and the page's own words.
//
// Every sentence is in the page, in the reader's language; scripts only choose among them.

import type { Events, Step } from "./events";

export class View {
  constructor(readonly root: HTMLElement) {}

  element<E extends HTMLElement = HTMLElement>(selector: string): E {
    const found = this.root.querySelector<E>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  input(name: string): HTMLInputElement {
    return this.element<HTMLInputElement>(`[name="${name}"]`);
  }

  file(name: string): File | undefined {
    return this.input(name).files?.[0];
  }

  /** Shows the sections of a step and no others, and marks it in the list of steps. */
  step(step: Step): void {
    for (const section of this.root.querySelectorAll<HTMLElement>("[data-step]"))
      section.hidden = !section.dataset["step"]!.split(" ").includes(step);
    const places = [...this.root.querySelectorAll<HTMLElement>("[data-place]")];
    const at = places.findIndex((each) => each.dataset["place"]!.split(" ").includes(step));
    places.forEach((each, place) => {
      each.classList.toggle("past", place < at);
      if (place === at) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    });
    this.root.dataset["at"] = step;
  }

  /** Fills elements that show a fact of the bid. */
  facts(facts: Record<string, string>): void {
    for (const [name, value] of Object.entries(facts))
      for (const element of this.root.querySelectorAll(`[data-fact="${name}"]`))
        element.textContent = value;
  }

  /** The page's sentence for what happened, with its facts. */
  message({ code, facts }: Events["message"]): void {
    const said = this.element(`[data-code="${code}"]`);
    const shown = this.element("#seal-message");
    shown.replaceChildren(...[...said.childNodes].map((node) => node.cloneNode(true)));
    shown.className = `callout callout-${said.dataset["tone"] ?? "bad"}`;
    shown.dataset["shown"] = code;
    const filled: Record<string, string> = { ...facts, reason: this.#reason(facts) };
    for (const slot of shown.querySelectorAll<HTMLElement>("[data-slot]"))
      slot.textContent = filled[slot.dataset["slot"]!] ?? "";
    shown.hidden = false;
    shown.scrollIntoView({ block: "nearest" });
  }

  /** The rule of a signed refusal in the reader's language; other reasons are sentences. */
  #reason({ kind = "", reason = "" }: Record<string, string>): string {
    const known = kind ? this.root.querySelector(`[data-kind="${CSS.escape(kind)}"]`) : null;
    return known?.textContent ?? reason;
  }

  quiet(): void {
    this.element("#seal-message").hidden = true;
  }

  progress({ work, done, total }: Events["progress"], left: string): void {
    const bar = this.element<HTMLProgressElement>("#seal-progress progress");
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    this.element("#seal-progress").hidden = false;
    bar.value = percent;
    for (const label of this.root.querySelectorAll<HTMLElement>("#seal-progress [data-work]"))
      label.hidden = label.dataset["work"] !== work;
    this.facts({ percent: `${percent}%`, left });
  }

  idle(): void {
    this.element("#seal-progress").hidden = true;
  }

  /** Nothing can be pressed twice. */
  busy(busy: boolean): void {
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("button"))
      button.disabled = busy;
    this.root.setAttribute("aria-busy", String(busy));
  }
}

/** Hands the reader a file. */
export function download(name: string, content: BlobPart): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** How long it will take from here, guessed by what was done so far. */
export class Remaining {
  #work = "";
  #began = 0;
  #first = 0;

  of({ work, done, total }: Events["progress"]): string {
    if (work !== this.#work)
      [this.#work, this.#began, this.#first] = [work, performance.now(), done];
    const seconds = (performance.now() - this.#began) / 1000;
    const rate = (done - this.#first) / seconds;
    if (seconds < 1 || rate <= 0) return "";
    const left = Math.ceil((total - done) / rate);
    return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}
