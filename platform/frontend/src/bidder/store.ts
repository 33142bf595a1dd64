// What this browser remembers: keys that never leave it, and how far each bid has come.
//
// Each step is written down before the next is taken, so that closing the browser at any moment
// loses nothing but time.

import type { Shown } from "../sealing/amendment";
import type { Bytes } from "../sealing/bytes";

const DATABASE = "sunseal";
const STORES = ["keys", "envelopes"] as const;
type StoreName = (typeof STORES)[number];

/** A key that signs and cannot be read out. */
export interface StoredKey {
  private: CryptoKey;
  public: Bytes;
}

// sealed: on this machine only. rehearsed: and it opens. committed: the platform has the statement.
// received: the promise is here, the bid counts. complete: the log proves it. refused, abandoned:
// it is no part of the chain.
export type Stage =
  | "sealed"
  | "rehearsed"
  | "committed"
  | "received"
  | "complete"
  | "refused"
  | "abandoned";

export interface Attempt {
  number: number;
  stage: Stage;
  action: "submit" | "replace" | "withdraw";
  statement: Bytes;
  signature: Bytes;
  /** The sealed file's name in this browser's own folder; empty for a withdrawal. */
  file: string;
  size: number;
  price: string;
  documents: { name: string; size: number }[];
  submission: string;
  upload: string;
  promise: string;
  receipt: string;
}

/** All that belongs to one envelope; `recovery` is the recipient, never the identity. */
export interface EnvelopeRecord {
  roster?: Bytes;
  certificate?: Bytes;
  notice?: Bytes;
  certificateReceipt?: string;
  pseudonym?: StoredKey;
  joined: boolean;
  recovery: string;
  attempts: Attempt[];
  /** Set once a bid came that was sealed without a network: its keys are not in this browser. */
  elsewhere?: { key: Bytes; pseudonym: Bytes };
  /** Amendments that were proved to be in force, with what proves them. */
  amendments?: Shown[];
}

export const NEW: EnvelopeRecord = { joined: false, recovery: "", attempts: [] };

export class Store {
  private constructor(private readonly database: IDBDatabase) {}

  static async open(): Promise<Store> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      for (const name of STORES) request.result.createObjectStore(name);
    };
    return new Store(await settled(request));
  }

  key(organization: string): Promise<StoredKey | undefined> {
    return this.#get("keys", organization);
  }

  keepKey(organization: string, key: StoredKey): Promise<void> {
    return this.#put("keys", organization, key);
  }

  envelope(id: string): Promise<EnvelopeRecord | undefined> {
    return this.#get("envelopes", id);
  }

  keepEnvelope(id: string, record: EnvelopeRecord): Promise<void> {
    return this.#put("envelopes", id, record);
  }

  #get<T>(name: StoreName, id: string): Promise<T | undefined> {
    const store = this.database.transaction(name).objectStore(name);
    return settled(store.get(id) as IDBRequest<T | undefined>);
  }

  /** Returns once the browser has it on the disk. */
  #put(name: StoreName, id: string, value: object): Promise<void> {
    const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
    transaction.objectStore(name).put(value, id);
    return new Promise((done, failed) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
