// What is said to people, in both languages of the page.

import { CryptoError, Unverified } from "../sealing/errors";

export interface Words {
  zh: string;
  en: string;
}

export function words(en: string, zh: string): Words {
  return { zh, en };
}

/** A check that failed, in words. One that failed deeper down has its own sentence only. */
export class Fault extends Unverified {
  override name = "Fault";

  constructor(
    en: string,
    readonly zh: string,
  ) {
    super(en);
  }
}

/** Throws Fault unless `condition` holds. */
export function need(condition: boolean, en: string, zh: string): asserts condition {
  if (!condition) throw new Fault(en, zh);
}

export function wordsOf(error: unknown): Words {
  if (error instanceof Fault) return words(error.message, error.zh);
  const { message } = error as Error;
  if (error instanceof CryptoError) return words(message, `核验未通过：${message}`);
  // Nobody may take for checked what this page itself stumbled over.
  return words(`this page could not check it: ${message}`, `本页未能核验：${message}`);
}

/** A time in microseconds, in UTC, as in the log. */
export function moment(micros: bigint): string {
  const text = new Date(Number(micros / 1000n)).toISOString();
  return text.replace("T", " ").replace("Z", " UTC");
}
