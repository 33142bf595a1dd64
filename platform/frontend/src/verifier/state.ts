// What one cosigner saw of the log, in one file that proves itself.

import { equal, type Bytes } from "../sealing/bytes";
import { read } from "../sealing/canonical";
import { Malformed } from "../sealing/errors";
import { parseLeaf, type TickLeaf } from "../sealing/log";
import { leafHash } from "../sealing/merkle";
import { cosignedBy, openCheckpoint, parseNote, type Checkpoint } from "../sealing/notes";
import { logKeys, type Roster } from "../sealing/roster";
import { logState, type LogState } from "./forms";
import { Frontier } from "./ticks";
import { Fault, need } from "./words";

const MAX_STATE = 256 << 20;

/** Leaves of a log from `start` on, and the log before them. */
interface Shown {
  start: number;
  frontier: Bytes;
  leaves: Bytes[];
}

/** A verified state: cosigned by `name`, whose leaves from `start` on are known. */
export interface Seen extends Shown {
  name: string;
}

/** Throws Malformed. */
export function parseState(data: Bytes): LogState {
  return read(logState, data, "state", MAX_STATE);
}

/** Throws CryptoError unless log and cosigner signed exactly these leaves. */
export function verifyState(state: LogState, roster: Roster): Seen {
  const { log, cosigners } = logKeys(roster);
  // 1. The roster knows the cosigner, who vouched for a checkpoint of this log.
  const seen = openCheckpoint(state.checkpoint, log);
  const key = cosigners.find(({ name }) => name === state.cosigner);
  if (!key)
    throw new Fault(
      `state of ${state.cosigner}: the roster lists no such cosigner`,
      `${state.cosigner} 的日志状态：名册中没有这个共同签署方`,
    );
  need(
    cosignedBy(parseNote(state.checkpoint), key) !== undefined,
    `state of ${state.cosigner}: its own cosignature is missing`,
    `${state.cosigner} 的日志状态：缺少它自己的共同签署`,
  );
  // 2. The leaves lead to its root, so none is missing, added or changed.
  rebuild(state, seen);
  return { ...state, name: state.cosigner };
}

/** Throws unless the leaves behind the frontier give the checkpoint, whose root binds both. */
export function rebuild({ start, frontier, leaves }: Shown, seen: Checkpoint): void {
  const grown = Frontier.decode(frontier);
  if (grown.size !== start)
    throw new Malformed(`log: a frontier of ${grown.size} where ${start} leaves are left out`);
  for (const leaf of leaves) grown.append(leafHash(leaf));
  need(
    BigInt(grown.size) === seen.size && equal(grown.root(), seen.root),
    `log: the leaves shown do not give the root that ${seen.size} have`,
    `所示各项算出的根，与 ${seen.size} 项应有的根不符`,
  );
}

/** The ticks that were seen, from leaf `first` on. Throws Malformed. */
export function ticksFrom({ start, leaves }: Seen, first: number): TickLeaf[] {
  return leaves.slice(Math.max(0, first - start)).map(parseLeaf);
}
