// Signed notes (c2sp.org/signed-note): text, an empty line, signature lines; and who may sign them.

import { concat, decimal, equal, fromBase64, lines, text, toHex, utf8, type Bytes } from "./bytes";
import { Malformed, Unverified } from "./errors";
import { sha256 } from "./hash";
import { checkPublicKey, SIGNATURE_BYTES, verify } from "./signing";

export const NOTE_KEY = 0x01;
export const COSIGNER_KEY = 0x04;

const MAX_BYTES = 1 << 20;
const MAX_SIGNATURES = 64;
const MAX_NAME_BYTES = 255;
const ID_BYTES = 4;
const TIME_BYTES = 8;
// Python's and JavaScript's ideas of white space differ, so both of them are refused.
const NOT_IN_NAMES = /[\s+\u0000-\u001f\u0085]/u;

/** `kind` says what the key signs, and is part of its id. */
export interface VerifierKey {
  name: string;
  kind: number;
  public: Bytes;
  id: Bytes;
}

interface NoteSignature {
  name: string;
  id: Bytes;
  signature: Bytes;
}

/** A parsed note. Nothing in it has been verified. */
export interface Note {
  text: Bytes;
  signatures: NoteSignature[];
}

export function checkName(name: string): void {
  const size = utf8(name).length;
  if (size === 0 || size > MAX_NAME_BYTES || NOT_IN_NAMES.test(name))
    throw new Malformed("key name: empty, too long, or with a character not allowed in it");
}

/** Reads a verifier string of the expected kind. Throws Malformed. */
export function parseKey(spelled: string, kind: number): VerifierKey {
  const [name, id, ...rest] = spelled.split("+");
  if (name === undefined || id === undefined || rest.length === 0)
    throw new Malformed("verifier key: not of the form name+id+key");
  checkName(name);
  const material = fromBase64(rest.join("+"), "verifier key", 33);
  // A key of the log must not slip in as a cosigner's.
  if (material[0] !== kind) throw new Malformed("verifier key: of another type");
  const key = material.slice(1);
  checkPublicKey(key);
  const expected = sha256(utf8(`${name}\n`), material).slice(0, ID_BYTES);
  if (toHex(expected) !== id) throw new Malformed("verifier key: its id is another");
  return { name, kind, public: key, id: expected };
}

/** Throws Malformed. */
export function parseNote(data: Uint8Array): Note {
  const written = checkedText(data);
  const end = written.lastIndexOf("\n\n");
  if (end < 0) throw new Malformed("note: no empty line between text and signatures");
  const signed = written.slice(end + 2).split("\n").slice(0, -1);
  if (signed.length < 1 || signed.length > MAX_SIGNATURES)
    throw new Malformed(`note: ${signed.length} signatures`);
  return { text: utf8(written.slice(0, end + 1)), signatures: signed.map(parseLine) };
}

function checkedText(data: Uint8Array): string {
  if (data.length > MAX_BYTES) throw new Malformed("note: too large");
  const written = text(data, "note");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(written)) throw new Malformed("note: a control character");
  if (!written.endsWith("\n")) throw new Malformed("note: the last line has no newline");
  return written;
}

function parseLine(line: string): NoteSignature {
  const [dash, name, encoded, ...more] = line.split(" ");
  if (dash !== "—" || name === undefined || encoded === undefined || more.length > 0)
    throw new Malformed("note: not a signature line");
  checkName(name);
  const data = fromBase64(encoded, "note signature");
  if (data.length <= ID_BYTES) throw new Malformed("note: a signature too short for a key id");
  return { name, id: data.slice(0, ID_BYTES), signature: data.slice(ID_BYTES) };
}

/** What `key` is said to have signed with. Throws Malformed when there are two lines. */
function signatureOf(note: Note, key: VerifierKey): Bytes | undefined {
  const own = note.signatures.filter((each) => each.name === key.name && equal(each.id, key.id));
  // With two lines, readers could disagree on which of them counts.
  if (own.length > 1) throw new Malformed(`note: ${key.name} signed twice`);
  return own[0]?.signature;
}

/** The text, if `key` signed it. Throws Malformed, Unverified. */
export function openNote(data: Uint8Array, key: VerifierKey): Bytes {
  const note = parseNote(data);
  const signature = signatureOf(note, key);
  if (!signature) throw new Unverified("note: the known key did not sign it");
  verify(key.public, note.text, signature);
  return note.text;
}

/** Size and root of a log. */
export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Bytes;
}

/** The log's checkpoint under at least `quorum` cosignatures. Throws Malformed, Unverified. */
export function openCosigned(
  data: Uint8Array,
  log: VerifierKey,
  cosigners: VerifierKey[],
  quorum: number,
): Checkpoint {
  const checkpoint = openCheckpoint(data, log);
  const given = cosignedAt(data, cosigners).length;
  if (given < quorum)
    throw new Unverified(`checkpoint: ${given} cosignatures where ${quorum} are needed`);
  return checkpoint;
}

/** The log's checkpoint, whoever else signed it. Throws Malformed, Unverified. */
export function openCheckpoint(data: Uint8Array, log: VerifierKey): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(data, log));
  if (checkpoint.origin !== log.name) throw new Unverified("checkpoint: of another log");
  return checkpoint;
}

/** When each of those `cosigners` who vouched for it did so, in seconds. Throws as above. */
export function cosignedAt(data: Uint8Array, cosigners: VerifierKey[]): bigint[] {
  const note = parseNote(data);
  const times = cosigners.map((key) => cosignedBy(note, key));
  return times.filter((time) => time !== undefined);
}

function parseCheckpoint(note: Bytes): Checkpoint {
  // An extension line would seem to be vouched for by those who never looked at it.
  const [origin, size, root] = lines(note, "checkpoint", 3) as [string, string, string];
  checkName(origin);
  const parsed = {
    origin,
    size: decimal(size, "checkpoint size"),
    root: fromBase64(root, "checkpoint root", 32),
  };
  if (parsed.size === 0n && !equal(parsed.root, sha256()))
    throw new Malformed("checkpoint: an empty log with a root of its own");
  return parsed;
}

/** A cosignature that is there must hold: one that does not spoils the note. */
export function cosignedBy(note: Note, key: VerifierKey): bigint | undefined {
  const timed = signatureOf(note, key);
  if (!timed) return undefined;
  if (timed.length !== TIME_BYTES + SIGNATURE_BYTES)
    throw new Malformed(`cosignature of ${key.name}: ${timed.length} bytes long`);
  const seconds = new DataView(timed.buffer).getBigUint64(0);
  const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), note.text);
  verify(key.public, message, timed.slice(TIME_BYTES));
  // The last second of the year 9999.
  if (seconds > 253_402_300_799n) throw new Malformed("cosignature: a time beyond the calendar");
  return seconds;
}
