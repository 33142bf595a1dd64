// Until when a bid may be handed in for sure, whatever the platform's pages say.
//
// What was proved once is kept: a platform that hides an amendment later, or shows another in its
// place, is caught.

import { follow, isSame, type Shown, type Timetable } from "../sealing/amendment";
import type { Trusted } from "../sealing/trust";
import { Trouble } from "./events";

export interface Learned {
  current: Timetable;
  /** Announced, and not in force. */
  doubt: string;
  /** To be kept. */
  amendments: Shown[];
}

/** Throws Trouble when the platform goes back on what it proved before. */
export function learn(shown: Shown[], kept: Shown[], trusted: Trusted): Learned {
  const same = kept.every((each, at) => shown[at] !== undefined && isSame(each, shown[at]));
  if (!same) throw new Trouble("amendment-hidden");
  // The proofs that were kept are as good as any that are shown now.
  const all = [...kept, ...shown.slice(kept.length)];
  const { current, doubt } = follow(all, trusted);
  return { current, doubt, amendments: all.slice(0, current.number) };
}

export function toDate(micros: bigint): Date {
  return new Date(Number(micros / 1000n));
}
