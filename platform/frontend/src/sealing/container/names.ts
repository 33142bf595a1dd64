// Names of members: one name, one file, inside one folder, on every system that unpacks them.

import { text, utf8 } from "../bytes";
import { Malformed } from "../errors";

export const MAX_NAME_BYTES = 512;
const MAX_STEPS = 16;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/u;
// Line and paragraph separators, and marks that turn the direction of what follows.
const HIDDEN = /[\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/** Throws Malformed when a name is unfit, whatever the other names are. */
export function checkName(name: string): void {
  const refuse = (why: string): never => {
    throw new Malformed(`name ${JSON.stringify(name.slice(0, 80))}: ${why}`);
  };
  const size = utf8(name).length;
  if (/\p{Surrogate}/u.test(name)) refuse("half of a surrogate pair");
  if (size === 0 || size > MAX_NAME_BYTES) refuse(`${size} bytes, 1 to ${MAX_NAME_BYTES} allowed`);
  if (name.includes("\\")) refuse("a backslash");
  if (CONTROLS.test(name)) refuse("a control character");
  if (HIDDEN.test(name)) refuse("a mark that changes how the name is shown");
  if (name.normalize("NFC") !== name) refuse("not in Unicode's composed form (NFC)");
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) refuse("an absolute path");
  const steps = name.split("/");
  if (steps.length > MAX_STEPS) refuse(`${steps.length} steps, at most ${MAX_STEPS} allowed`);
  if (steps.some((step) => step === "" || step === "." || step === ".."))
    refuse("a step that is empty, leaves or repeats a folder");
}

/** The names of one container in their order; `add` refuses what collides with another. */
export class Names {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** Throws Malformed. */
  add(name: string): void {
    checkName(name);
    const folded = fold(name);
    const steps = folded.split("/");
    const folders = steps.slice(1).map((_, depth) => steps.slice(0, depth + 1).join("/"));
    if (this.#files.has(folded)) throw new Malformed(`name ${name}: twice, or in another case`);
    if (this.#folders.has(folded) || folders.some((folder) => this.#files.has(folder)))
      throw new Malformed(`name ${name}: both a file and a folder`);
    this.#files.add(folded);
    for (const folder of folders) this.#folders.add(folder);
  }
}

/** Full case folding, which JavaScript lacks, by character: lower, upper, lower (ẞ, ß, SS, ss). */
export function fold(name: string): string {
  return [...name.normalize("NFD")].map(folded).join("").normalize("NFC");
}

function folded(character: string): string {
  // The dotless i has the same capital as i, and is another letter all the same.
  return character === "ı" ? character : character.toLowerCase().toUpperCase().toLowerCase();
}

/** Throws Malformed. */
export function nameOf(data: Uint8Array): string {
  return text(data, "name");
}
