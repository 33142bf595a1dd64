// Canonical JSON: one value, one spelling.
//
// A form says what a value may be and how it is spelled; `read` accepts bytes only if writing the
// value again gives the same bytes. So double keys, another order, spacing, other spellings of a
// number and bytes at the end are all refused by one rule.

import { fromBase64, text, toBase64, utf8, type Bytes } from "./bytes";
import { Malformed } from "./errors";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Form<T> {
  /** Throws Malformed. */
  decode(json: unknown, where: string): T;
  encode(value: T): Json;
  optional?: true;
}

export type Of<F> = F extends Form<infer T> ? T : never;

export const LIMIT = 1 << 20;

export function write<T>(form: Form<T>, value: T): Bytes {
  return utf8(spell(form.encode(value)));
}

/** Reads at most `limit` bytes. Throws Malformed. */
export function read<T>(form: Form<T>, data: Uint8Array, what: string, limit = LIMIT): T {
  if (data.length > limit) throw new Malformed(`${what}: ${data.length} bytes, at most ${limit}`);
  const written = text(data, what);
  const value = form.decode(parsed(written, what), what);
  if (spell(form.encode(value)) !== written)
    throw new Malformed(`${what}: not written canonically (order, spacing, spelling, double key)`);
  return value;
}

function parsed(written: string, what: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw new Malformed(`${what}: not JSON`);
  }
}

function spell(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(spell).join(",")}]`;
  if (json === null || typeof json !== "object") return JSON.stringify(json);
  const members = Object.keys(json).sort(byCodePoint);
  return `{${members.map((key) => `${JSON.stringify(key)}:${spell(json[key]!)}`).join(",")}}`;
}

const SURROGATES = /[\ud800-\udfff]/;

/** JavaScript compares halves of surrogate pairs, which is another order beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  if (!SURROGATES.test(a) && !SURROGATES.test(b)) return a < b ? -1 : Number(a > b);
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference) return difference;
  }
  return left.length - right.length;
}

function form<T>(decode: Form<T>["decode"], encode: Form<T>["encode"]): Form<T> {
  return { decode, encode };
}

interface Size {
  min?: number;
  max?: number;
}

function check(condition: boolean, where: string, what: string): asserts condition {
  if (!condition) throw new Malformed(`${where}: ${what}`);
}

export function string({ min = 0, max = Infinity }: Size = {}, pattern?: RegExp): Form<string> {
  const decode = (json: unknown, where: string): string => {
    check(typeof json === "string", where, "not a text");
    // Half of a surrogate pair has no UTF-8, so nobody else could have written it.
    check(!/\p{Surrogate}/u.test(json), where, "half of a surrogate pair");
    const length = [...json].length;
    check(min <= length && length <= max, where, `${length} characters, ${min} to ${max} allowed`);
    check(!pattern || pattern.test(json), where, "not of the form it must have");
    return json;
  };
  return form(decode, (value) => value);
}

export function literal<T extends string>(...allowed: T[]): Form<T> {
  const decode = (json: unknown, where: string): T => {
    check(allowed.includes(json as T), where, `not ${allowed.join(" or ")}`);
    return json as T;
  };
  return form(decode, (value) => value);
}

export function integer({ min = -Infinity, max = Infinity }: Size = {}): Form<number> {
  const decode = (json: unknown, where: string): number => {
    check(Number.isSafeInteger(json), where, "not an integer that stays exact");
    check(min <= (json as number) && (json as number) <= max, where, "out of its range");
    return json as number;
  };
  return form(decode, (value) => value);
}

export const boolean: Form<boolean> = form(
  (json, where) => {
    check(typeof json === "boolean", where, "neither true nor false");
    return json;
  },
  (value) => value,
);

export function bytes(length?: number): Form<Bytes> {
  const decode = (json: unknown, where: string): Bytes => {
    check(typeof json === "string", where, "not base64");
    return fromBase64(json, where, length);
  };
  return form<Bytes>(decode, toBase64);
}

export function list<T>(item: Form<T>, { min = 0, max = Infinity }: Size = {}): Form<T[]> {
  const decode = (json: unknown, where: string): T[] => {
    check(Array.isArray(json), where, "not a list");
    check(min <= json.length && json.length <= max, where, `${json.length} items`);
    return json.map((each, at) => item.decode(each, `${where}[${at}]`));
  };
  return form(decode, (value) => value.map(item.encode));
}

/** An array of exactly two values. */
export function pair<A, B>(first: Form<A>, second: Form<B>): Form<[A, B]> {
  const decode = (json: unknown, where: string): [A, B] => {
    check(Array.isArray(json) && json.length === 2, where, "not two values");
    return [first.decode(json[0], where), second.decode(json[1], where)];
  };
  return form(decode, ([a, b]) => [first.encode(a), second.encode(b)]);
}

export function nullable<T>(inner: Form<T>): Form<T | null> {
  return form(
    (json, where) => (json === null ? null : inner.decode(json, where)),
    (value) => (value === null ? null : inner.encode(value)),
  );
}

/** A member that is left out when there is nothing to say; null is not a way to leave it out. */
export function optional<T>(inner: Form<T>): Form<T | undefined> {
  const decode = (json: unknown, where: string) => inner.decode(json, where);
  return { decode, encode: (value) => inner.encode(value as T), optional: true };
}

/** Texts by text, in whatever keys. */
export const texts: Form<Map<string, string>> = form(
  (json, where) => {
    const value = string();
    const members = Object.entries(membersOf(json, where));
    return new Map(
      members.map(([key, each]) => [value.decode(key, where), value.decode(each, where)]),
    );
  },
  (value) => Object.fromEntries(value),
);

type Forms = Record<string, Form<any>>;
type Struct<F extends Forms> = { [K in keyof F]: Of<F[K]> };

/** An object with these members and no others. */
export function struct<F extends Forms>(forms: F): Form<Struct<F>> {
  const decode = (json: unknown, where: string): Struct<F> => {
    const members = membersOf(json, where);
    const unknown = Object.keys(members).find((key) => !Object.hasOwn(forms, key));
    check(unknown === undefined, where, `an unknown key ${unknown}`);
    const present = Object.entries(forms).filter(([key, each]) => {
      const found = Object.hasOwn(members, key);
      check(found || each.optional === true, where, `no ${key}`);
      return found;
    });
    const values = present.map(([key, each]) => [key, each.decode(members[key], `${where}.${key}`)]);
    return Object.fromEntries(values) as Struct<F>;
  };
  const encode = (value: Struct<F>): Json => {
    const present = Object.entries(forms).filter(([key]) => value[key] !== undefined);
    return Object.fromEntries(present.map(([key, each]) => [key, each.encode(value[key])]));
  };
  return form(decode, encode);
}

function membersOf(json: unknown, where: string): Record<string, unknown> {
  check(typeof json === "object" && json !== null && !Array.isArray(json), where, "not an object");
  return json as Record<string, unknown>;
}
