// The bidder's own way into its sealed bid: an age identity that never leaves its machine.

import { generateX25519Identity, identityToRecipient } from "age-encryption";

import { text, utf8, type Bytes } from "./bytes";
import { Malformed } from "./errors";

/** `identity` is AGE-SECRET-KEY-1…, `recipient` its age1…. */
export interface Recovery {
  identity: string;
  recipient: string;
}

export async function makeRecovery(): Promise<Recovery> {
  return recoveryOf(await generateX25519Identity());
}

/** Throws Malformed, and never repeats what may be a secret. */
export async function recoveryOf(identity: string): Promise<Recovery> {
  try {
    return { identity, recipient: await identityToRecipient(identity) };
  } catch {
    throw new Malformed("not an age identity (AGE-SECRET-KEY-1…)");
  }
}

/** A file that `age -d -i` takes as it is. */
export function writeRecovery(recovery: Recovery, tender: string): Bytes {
  return utf8(`# tender: ${tender}\n# public key: ${recovery.recipient}\n${recovery.identity}\n`);
}

/** Reads such a file. Throws Malformed. */
export function readRecovery(data: Uint8Array): Promise<Recovery> {
  const said = text(data, "recovery file")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (said.length !== 1) throw new Malformed("recovery file: not one identity");
  return recoveryOf(said[0]!);
}
