// Everything on a page is said in both languages; the root's `lang` chooses which is shown.

import type { Words } from "../src/verifier/words";

const ZH = "zh-CN";

/** Shows the reader's own language, and lets him change it. */
export function beginLanguage(): void {
  const chinese = navigator.language.toLowerCase().startsWith("zh");
  document.documentElement.lang = chinese ? ZH : "en";
  document.querySelector("#language")!.addEventListener("click", () => {
    const root = document.documentElement;
    root.lang = root.lang === ZH ? "en" : ZH;
  });
}

/** Both spellings, each marked with its language. */
export function both({ zh, en }: Words): DocumentFragment {
  const made = document.createDocumentFragment();
  for (const [lang, text] of [
    [ZH, zh],
    ["en", en],
  ] as const) {
    const span = document.createElement("span");
    span.lang = lang;
    span.textContent = text;
    made.append(span);
  }
  return made;
}

export function element<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** An element with these children; texts are texts, whatever they look like. */
export function make(tag: string, name: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}
