// The list of checks: waiting, running, and what became of each.

import type { Check, Verdict } from "../../src/verifier/verify";
import { words, type Words } from "../../src/verifier/words";
import { both, make } from "../language";

interface Row {
  item: HTMLElement;
  mark: HTMLElement;
  state: HTMLElement;
  bar: HTMLProgressElement | undefined;
}

export class Board {
  readonly #rows = new Map<string, Row>();

  constructor(private readonly list: HTMLElement) {}

  begin(checks: Check[]): void {
    this.#rows.clear();
    this.list.replaceChildren();
    for (const { name, title } of checks) {
      const [mark, state] = [make("span", "mark", "·"), make("span", "state")];
      mark.setAttribute("aria-hidden", "true");
      const item = make("li", "", mark, make("span", "", both(title)), state);
      item.dataset["check"] = name;
      this.#rows.set(name, { item, mark, state, bar: undefined });
      this.list.append(item);
    }
  }

  /** That `check` is running, and how far it has come. */
  run(check: string, done: number): void {
    for (const [name, row] of this.#rows)
      if (name === check) this.#running(row, done);
      else row.bar?.remove();
  }

  #running(row: Row, done: number): void {
    if (!row.bar?.isConnected) {
      row.bar = document.createElement("progress");
      row.bar.setAttribute("aria-label", row.item.textContent ?? "");
      row.item.append(row.bar);
    }
    row.bar.value = done;
  }

  end({ faults, unchecked }: Verdict): void {
    for (const [name, row] of this.#rows) {
      row.bar?.remove();
      const own = faults.filter((fault) => fault.check === name);
      const reason = unchecked.find((each) => each.check === name)?.reason;
      if (own.length > 0) {
        this.#mark(row, "fails", "✗", words("fails", "不成立"));
        const found = own.map(({ where, what }) =>
          make("li", "", make("strong", "", both(where)), both(what)),
        );
        row.item.append(make("ul", "found-list", ...found));
      } else if (reason) this.#mark(row, "open", "–", reason);
      else this.#mark(row, "holds", "✓", words("holds", "成立"));
    }
  }

  #mark(row: Row, name: string, sign: string, state: Words): void {
    row.item.className = name;
    row.mark.textContent = sign;
    row.state.replaceChildren(both(state));
  }
}
