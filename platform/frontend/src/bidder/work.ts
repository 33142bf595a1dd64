// What the page and its worker say to each other.
//
// Sealing reads every byte of every document several times, so it happens beside the page, which
// goes on answering.

import type { Practitioner } from "../sealing/bid";
import type { Bytes } from "../sealing/bytes";
import type { Link } from "../sealing/statement";
import type { Code, Events } from "./events";
import { Trouble } from "./events";
import type { StoredKey } from "./store";

/** Enough to check the envelope's key once more, by the one who uses it. */
export interface Place {
  certificate: Bytes;
  roster: Bytes;
}

export interface SealOrder extends Place {
  type: "seal";
  file: string;
  documents: File[];
  price: string;
  currency: string;
  practitioners: Practitioner[];
  validityDays: number | undefined;
  organization: string;
  key: StoredKey;
  pseudonym: StoredKey;
  recovery: string;
  link: Link;
}

export interface RehearseOrder extends Place {
  type: "rehearse";
  file: string;
  statement: Bytes;
  signature: Bytes;
  organizationKey: Bytes;
  identity: string;
}

export type Order = SealOrder | RehearseOrder;

export interface Sealed {
  statement: Bytes;
  signature: Bytes;
  size: number;
}

export type Report =
  | { type: "progress"; progress: Events["progress"] }
  | { type: "sealed"; sealed: Sealed }
  | { type: "opened"; price: string }
  | { type: "trouble"; code: Code; facts: Record<string, string> };

/** Runs one order in a worker of its own, which ends with it. Throws Trouble. */
export class Workshop {
  constructor(
    private readonly script: string,
    private readonly progress: (progress: Events["progress"]) => void,
  ) {}

  async seal(order: SealOrder): Promise<Sealed> {
    const report = await this.#run(order);
    if (report.type !== "sealed") throw new Trouble("sealing-failed");
    return report.sealed;
  }

  async rehearse(order: RehearseOrder): Promise<string> {
    const report = await this.#run(order);
    if (report.type !== "opened") throw new Trouble("rehearsal-failed");
    return report.price;
  }

  #run(order: Order): Promise<Report> {
    const worker = new Worker(this.script, { type: "module" });
    const ended = new Promise<Report>((done, failed) => {
      worker.onmessage = ({ data }: MessageEvent<Report>) => {
        if (data.type === "progress") this.progress(data.progress);
        else if (data.type === "trouble") failed(new Trouble(data.code, data.facts));
        else done(data);
      };
      worker.onerror = ({ message }) => failed(new Trouble("sealing-failed", { reason: message }));
    });
    worker.postMessage(order);
    return ended.finally(() => worker.terminate());
  }
}
