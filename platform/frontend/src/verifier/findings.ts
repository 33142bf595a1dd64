// What was found: faults, which make the verdict fail, and remarks, which do not.

import { words, wordsOf, type Words } from "./words";

/** `where` names the entry or file, `what` says in a clause what is wrong with it. */
export interface Finding {
  check: string;
  where: Words;
  what: Words;
}

export class Findings {
  /** The name of the check that is running. */
  check = "";
  readonly faults: Finding[] = [];
  readonly remarks: Finding[] = [];

  fault(where: Words, what: Words): void {
    this.faults.push({ check: this.check, where, what });
  }

  remark(where: Words, what: Words): void {
    this.remarks.push({ check: this.check, where, what });
  }

  /** What fails inside becomes a fault of `where`, and the audit goes on behind it. */
  attempt(where: Words, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fault(where, wordsOf(error));
    }
  }

  async attemptAll(where: Words, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.fault(where, wordsOf(error));
    }
  }
}

/** A file of the bundle, or something else that has one name in every language. */
export function named(name: string): Words {
  return words(name, name);
}
