// What page and worker tell each other.

import type { Bytes } from "../../src/sealing/bytes";
import type { Outside } from "../../src/verifier/case";
import type { Progress, Verdict } from "../../src/verifier/verify";
import type { Words } from "../../src/verifier/words";

export interface Order {
  bundle: File;
  roster: Bytes;
  outside: Outside;
}

export type Report =
  | { type: "progress"; progress: Progress }
  | { type: "verdict"; verdict: Verdict }
  | { type: "unreadable"; what: Words };
