// The log's events about one tender, each with its place, as the check of entries found them.

import type { Bytes } from "../sealing/bytes";
import type { LogEvent } from "../sealing/log";
import { told } from "./actions";
import { short } from "./ticks";
import { words, type Words } from "./words";

// What these tell of is no tender's: who is registered, with which key, which lists are in force.
const REGISTRY = [
  "organization.register",
  "person.add",
  "key.enrol",
  "screening.import",
  "screening.decision",
  "log.carry",
];
// They say since when a tender, of whatever kind, may have secrets in the log, and until when.
const SPAN = ["ceremony.certificate", "opening.record", "tender.cancel"];

/** An opened entry: leaf `index` of the log is tick number `tick`. */
export interface Logged {
  event: LogEvent;
  tick: number;
  index: number;
  slot: number;
  commitment: Bytes;
}

/** How faults name an entry. */
export function place(tick: number, slot: number, commitment: Bytes): Words {
  const hash = short(commitment);
  return words(
    `entry ${hash}… in tick ${tick} slot ${slot}`,
    `公开日志第 ${tick} 拍第 ${slot} 格的记录 ${hash}…`,
  );
}

/** The same, and what the entry tells of. */
export function placeOf({ tick, slot, commitment, event }: Logged): Words {
  const { en, zh } = place(tick, slot, commitment);
  const about = told(event);
  return words(`${en} (${about.en})`, `${zh}（${about.zh}）`);
}

/**
 * Keeps what is about `tender`, who is registered, and since when each tender was sealed.
 *
 * Of all other entries only who acted in which role, once each: a log has millions.
 */
export class Journal {
  readonly #prefix: string;
  readonly #entries: Logged[] = [];
  readonly #acted = new Map<string, Logged>();
  count = 0;

  constructor(tender: string) {
    this.#prefix = `tender/${tender}/`;
  }

  concerns(event: LogEvent): boolean {
    return (
      event.object.startsWith(this.#prefix) ||
      REGISTRY.includes(event.action) ||
      SPAN.includes(event.action) ||
      !this.#acted.has(actedBy(event))
    );
  }

  add(entry: Logged): void {
    const by = actedBy(entry.event);
    if (!this.#acted.has(by)) this.#acted.set(by, entry);
    if (entry.event.outcome === "done") this.#entries.push(entry);
  }

  /** What was done to an envelope, in the order of the log. */
  of(action: string, envelope: string): Logged[] {
    const object = `${this.#prefix}envelope/${envelope}`;
    return this.all(action).filter(({ event }) => event.object === object);
  }

  /** Every envelope of the tender that something was done to. */
  envelopes(): string[] {
    const start = `${this.#prefix}envelope/`;
    const objects = this.#entries.map(({ event }) => event.object);
    const own = objects.filter((object) => object.startsWith(start));
    return [...new Set(own.map((object) => object.slice(start.length)))];
  }

  /** Whatever these actions were done to, in the order of the log. */
  all(...actions: string[]): Logged[] {
    return this.#entries.filter(({ event }) => actions.includes(event.action)).sort(inOrder);
  }

  /** One entry for each role in which each actor acted. */
  acted(): Logged[] {
    return [...this.#acted.values()];
  }
}

/** Whether the facts of an entry are these and no others. */
export function saysExactly({ event }: Logged, facts: Record<string, string>): boolean {
  const names = Object.keys(facts);
  const same = names.every((name) => event.data.get(name) === facts[name]);
  return same && event.data.size === names.length;
}


function actedBy({ actor, role }: LogEvent): string {
  return JSON.stringify([actor, role]);
}

function inOrder(a: Logged, b: Logged): number {
  const [first, second] = [a.event.at.micros, b.event.at.micros];
  return a.index - b.index || (first < second ? -1 : Number(first > second)) || a.slot - b.slot;
}
