// What page and worker tell each other.

import type { Bytes } from "../../src/sealing/bytes";
import type { Progress, Verdict } from "../../src/verifier/verify";
import type { Words } from "../../src/verifier/words";

export interface Order {
  bundle: File;
  roster: Bytes;
  papers: Map<string, Bytes>;
}

export type Report =
  | { type: "progress"; progress: Progress }
  | { type: "verdict"; verdict: Verdict }
  | { type: "unreadable"; what: Words };
