// What the record of an envelope means: where the bidder stands, and which attempt is which.

import { linkAfter, type Link, type Signed } from "../sealing/statement";
import type { Step } from "./events";
import type { Attempt, EnvelopeRecord, StoredKey } from "./store";

const UNFINISHED = new Set(["sealed", "rehearsed", "committed"]);
const JOINED = new Set(["received", "complete"]);

/** The one that was sealed and has not been received. */
export function unfinished(record: EnvelopeRecord): Attempt | undefined {
  return record.attempts.findLast((each) => UNFINISHED.has(each.stage));
}

/** The last that joined the chain. */
export function head(record: EnvelopeRecord): Attempt | undefined {
  return record.attempts.findLast((each) => JOINED.has(each.stage));
}

export function signedOf(attempt: Attempt): Signed {
  return { data: attempt.statement, signature: attempt.signature };
}

/** Where the next statement belongs. */
export function nextLink(record: EnvelopeRecord, withdraw = false): Link {
  const last = head(record);
  return linkAfter(last && signedOf(last), withdraw);
}

export function stepOf(
  record: EnvelopeRecord,
  key: StoredKey | undefined,
  enrolled: boolean,
  replacing: boolean,
): Step {
  if (!record.certificate) return "roster";
  const open = unfinished(record);
  // Whoever sealed without a network has keys and recovery there; here is only what to hand in.
  const handsIn = record.elsewhere && (open ?? head(record));
  if (!handsIn || replacing) {
    if (!key || !enrolled) return "key";
    if (!record.joined) return "join";
    if (!record.recovery) return "recovery";
  }
  if (open) return open.stage === "sealed" && open.action !== "withdraw" ? "rehearse" : "submit";
  const last = head(record);
  if (!last || replacing) return "offer";
  if (last.action === "withdraw" && last.stage === "complete") return "withdrawn";
  return last.stage === "complete" ? "complete" : "received";
}
