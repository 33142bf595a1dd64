// What both pages show of what they found, in both languages.

import type { Words } from "../src/verifier/words";
import { both, element, make } from "./language";

/** One sentence, and perhaps another, in place of what was said before. */
export function say(tone: string, first: Words, more?: Words): void {
  const parts = [make("p", "verdict", both(first))];
  if (more) parts.push(make("p", "", both(more)));
  element("#said").replaceChildren(make("div", `callout ${tone}`, ...parts));
}

export function showFacts(id: string, rows: [Words, Words][]): void {
  element(`#${id}`).replaceChildren(
    ...rows.flatMap(([name, said]) => [make("dt", "", both(name)), make("dd", "", both(said))]),
  );
}

/** A digest in hexadecimal, to be compared by eye. */
export function spaced(digest: string): string {
  return digest.match(/.{8}/g)!.join(" ");
}
