// Times: RFC 3339 in UTC, six decimals when the microseconds are not zero and none otherwise.

import type { Form } from "./canonical";
import { Malformed } from "./errors";

const SPELLING = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{6}))?Z$/;

/** A time as it is written, and as microseconds since 1970 for comparing. */
export interface Time {
  text: string;
  micros: bigint;
}

export const time: Form<Time> = {
  decode: (json, where) => parse(typeof json === "string" ? json : "", where),
  encode: (value) => value.text,
};

/** Throws Malformed. */
export function parse(spelled: string, where: string): Time {
  const found = SPELLING.exec(spelled);
  if (!found || found[2] === "000000") throw new Malformed(`${where}: not a time in UTC`);
  const milliseconds = inCalendar(`${found[1]}.000Z`, where);
  return { text: spelled, micros: BigInt(milliseconds) * 1000n + BigInt(found[2] ?? 0) };
}

/** Milliseconds since 1970; 31 April and 24:00 are read by some and refused by others, so by us. */
export function inCalendar(spelled: string, where: string): number {
  const moment = new Date(spelled);
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== spelled || /^0000/.test(spelled))
    throw new Malformed(`${where}: not in the calendar`);
  return moment.getTime();
}

export function toDate(value: Time): Date {
  return new Date(Number(value.micros / 1000n));
}
