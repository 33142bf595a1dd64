// The key file: one for each bidder and envelope, under a passphrase, which `age -d` opens as well.

import { Decrypter, Encrypter } from "age-encryption";

import type { Bytes } from "../../src/sealing/bytes";
import {
  readKeys,
  writeKeys,
  type Kit,
  type SealingKeys,
} from "../../src/sealing/offline";
import { makeRecovery } from "../../src/sealing/recovery";
import { Fault } from "../../src/verifier/words";

const SEED_BYTES = 32;
const SHORTEST = 12;
const AGE = "age-encryption.org/";

/** New secrets; the firm's own signing key, where it has one, stays the same. */
export async function makeKeys(kit: Kit, organization: Bytes | undefined): Promise<SealingKeys> {
  return {
    version: "sunseal/sealing-keys/v1",
    tender: kit.tender,
    envelope: kit.envelope,
    organization: organization ?? random(),
    pseudonym: random(),
    recovery: (await makeRecovery()).identity,
  };
}

function random(): Bytes {
  return crypto.getRandomValues(new Uint8Array(SEED_BYTES));
}

/** Throws Fault for a passphrase that protects nothing. */
export async function lock(keys: SealingKeys, passphrase: string, again: string): Promise<Bytes> {
  if (passphrase.length < SHORTEST)
    throw new Fault("The passphrase needs 12 characters at least.", "口令至少 12 个字符。");
  if (passphrase !== again)
    throw new Fault("The two passphrases differ.", "两次输入的口令不一样。");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return new Uint8Array(await encrypter.encrypt(writeKeys(keys)));
}

/** Throws Fault, Malformed. */
export async function unlock(file: Bytes, passphrase: string, kit: Kit): Promise<SealingKeys> {
  return readKeys(await opened(file, passphrase), kit);
}

/** A firm's signing key as the platform's page or `sunseal-bid` keeps it. Throws Fault. */
export async function signingKey(file: Bytes, passphrase: string): Promise<Bytes> {
  const sealed = String.fromCharCode(...file.subarray(0, AGE.length)) === AGE;
  const seed = sealed ? await opened(file, passphrase) : file;
  if (seed.length !== SEED_BYTES) throw new Fault("That is no signing key.", "这不是签名密钥文件。");
  return seed;
}

async function opened(file: Bytes, passphrase: string): Promise<Bytes> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return new Uint8Array(await decrypter.decrypt(file));
  } catch {
    throw new Fault(
      "The key file does not open: another file, or another passphrase.",
      "密钥文件打不开：文件不对，或者口令不对。",
    );
  }
}
