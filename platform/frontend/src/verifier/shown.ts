// Evidence as it lies in the bundle, before anything of it is believed.

import { read } from "../sealing/canonical";
import { Malformed } from "../sealing/errors";
import type { Bytes } from "../sealing/bytes";
import { PAD_DETAIL, type Place } from "./box";
import type { Case, Envelope } from "./case";
import { openingRecord, releaseRequest, type OpeningRecord, type ReleaseRequest } from "./forms";

const MAX_BYTES = 512 << 20;

/** Throws Malformed. */
export function parseRequest(data: Bytes): ReleaseRequest {
  const request = read(releaseRequest, data, "release request", MAX_BYTES);
  const { answer, leaves } = request;
  if (answer.some((place, at) => at > 0 && place <= answer[at - 1]!))
    throw new Malformed("release request: the positions to answer are not ascending");
  if (answer.some((place) => place < 0 || place >= leaves.length))
    throw new Malformed("release request: a position outside the box");
  return request;
}

/** Throws Malformed. */
export function parseRecord(data: Bytes): OpeningRecord {
  return read(openingRecord, data, "opening record", MAX_BYTES);
}

/** All leaves by a record, pads among them. Throws Malformed unless each position has one. */
export function leavesOf({ leaves, pads }: OpeningRecord): Place[] {
  const places = new Map<number, Place>(leaves.map(({ position, leaf }) => [position, leaf]));
  for (const { position, nonce } of pads) places.set(position, { nonce, detail: PAD_DETAIL });
  const count = leaves.length + pads.length;
  const all = Array.from({ length: count }, (_, position) => places.get(position));
  if (all.some((place) => place === undefined))
    throw new Malformed("the leaves shown do not have one position each");
  return all as Place[];
}

/** The box as the first record shows it or, if there is none, the first request. */
export function boxLeaves(case_: Case, envelope: Envelope): Place[] | undefined {
  for (const kind of ["record", "request"] as const)
    for (const name of case_.bundle.names(envelope.name, kind)) {
      let found: Place[] | undefined;
      case_.findings.attempt(envelope.evidence(kind, name), () => {
        const data = case_.bundle.evidence(envelope.name, kind, name);
        found = kind === "record" ? leavesOf(parseRecord(data)) : parseRequest(data).leaves;
      });
      if (found) return found;
    }
  return undefined;
}
