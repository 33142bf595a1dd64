// Signing keys that live in the browser: WebCrypto's, which no script can read out again.
//
// A key's only copy outside is made at its birth: an age file under a passphrase, which `age -d`
// opens as well, holding the 32 bytes that `sunseal-bid` keeps as organization.key.

import { Decrypter, Encrypter } from "age-encryption";

import { concat, fromBase64, type Bytes } from "../sealing/bytes";
import { checkPublicKey, type Signer } from "../sealing/signing";
import { Trouble } from "./events";
import type { StoredKey } from "./store";

const ED25519 = "Ed25519";
const SEED_BYTES = 32;
// The fixed beginning of PKCS #8 for Ed25519 (RFC 8410); the seed follows.
const PKCS8 = new Uint8Array([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);
const AGE = "age-encryption.org/";

export function signer(key: StoredKey): Signer {
  return {
    public: key.public,
    sign: async (message: Bytes) =>
      new Uint8Array(await crypto.subtle.sign(ED25519, key.private, message)),
  };
}

/** A key of which there is no copy: for a pseudonym, whose loss costs no more than a new bid. */
export async function makeKey(): Promise<StoredKey> {
  const pair = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  return stored(pair.privateKey, await crypto.subtle.exportKey("raw", pair.publicKey));
}

/** A key, and its encrypted copy for a safe place. */
export async function makeKeyWithCopy(
  passphrase: string,
): Promise<{ key: StoredKey; copy: Bytes }> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const copy = new Uint8Array(await encrypter.encrypt(seed));
  const key = await keyOf(seed);
  seed.fill(0);
  return { key, copy };
}

/** The key in such a copy, or in a file of `sunseal-bid`. Throws Trouble. */
export async function loadKey(file: Bytes, passphrase: string): Promise<StoredKey> {
  const seed = await seedOf(file, passphrase);
  if (seed.length !== SEED_BYTES) throw new Trouble("wrong-key-file");
  const key = await keyOf(seed);
  seed.fill(0);
  return key;
}

async function seedOf(file: Bytes, passphrase: string): Promise<Bytes> {
  if (!String.fromCharCode(...file.subarray(0, AGE.length)).startsWith(AGE)) return file.slice();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return new Uint8Array(await decrypter.decrypt(file));
  } catch {
    throw new Trouble("wrong-key-file");
  }
}

async function keyOf(seed: Bytes): Promise<StoredKey> {
  const pkcs8 = concat(PKCS8, seed);
  // Readable for as long as its public half takes to compute, which WebCrypto tells in no other way.
  const readable = await crypto.subtle.importKey("pkcs8", pkcs8, ED25519, true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", readable);
  const kept = await crypto.subtle.importKey("pkcs8", pkcs8, ED25519, false, ["sign"]);
  pkcs8.fill(0);
  const padded = x.replaceAll("-", "+").replaceAll("_", "/").padEnd(44, "=");
  return stored(kept, fromBase64(padded, "public key").buffer);
}

function stored(key: CryptoKey, raw: ArrayBuffer): StoredKey {
  const found = { private: key, public: new Uint8Array(raw) };
  checkPublicKey(found.public);
  return found;
}

/** Whether this browser can hold such keys. */
export async function canSign(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}
