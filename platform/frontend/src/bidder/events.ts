// What the controller tells whoever shows it. It knows no page: a test can listen as well.

/** Where a bidder stands for one envelope; each step can be done only after the one before it. */
export type Step =
  | "roster"
  | "key"
  | "join"
  | "recovery"
  | "offer"
  | "rehearse"
  | "submit"
  | "received"
  | "complete"
  | "withdrawn";

/** Every sentence that a bidder can meet; the page has the words for each. */
export type Code =
  | "insecure"
  | "old-browser"
  | "second-tab"
  | "wrong-roster"
  | "not-logged"
  | "untrusted"
  | "other-certificate"
  | "wrong-key-file"
  | "other-key-enrolled"
  | "joined-elsewhere"
  | "no-space"
  | "price-form"
  | "above-ceiling"
  | "bad-offer"
  | "document-changed"
  | "sealing-failed"
  | "wrong-recovery-file"
  | "wrong-handing-in"
  | "rehearsal-failed"
  | "offline"
  | "refused"
  | "signed-out"
  | "deadline-moved"
  | "deadline-unsure"
  | "amendment-hidden"
  | "deadline-passed"
  | "cancelled"
  | "void"
  | "file-gone"
  | "bid-refused"
  | "false-word"
  | "passphrase-short"
  | "passphrases-differ"
  | "no-file"
  | "fault"
  | "no-local-state";

export interface Events {
  /** The bidder stands somewhere else now. */
  step: { step: Step };
  /** Something a bidder should read; `facts` go into the words. */
  message: { code: Code; facts: Record<string, string> };
  /** The last message is over. */
  quiet: Record<string, never>;
  /** Bytes of `total`, in what is going on. */
  progress: { work: "measuring" | "sealing" | "opening" | "uploading"; done: number; total: number };
  /** Until when a bid may be handed in: for sure, as soon as the key has been checked. */
  deadline: { deadline: Date };
}

type Listener<E> = (event: E) => void;

export class Emitter {
  readonly #listeners = new Map<keyof Events, Listener<never>[]>();

  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of this.#listeners.get(name) ?? [])
      (listener as Listener<Events[K]>)(event);
  }
}

/** Ends what is being done with a sentence for the bidder. */
export class Trouble extends Error {
  override name = "Trouble";

  constructor(
    readonly code: Code,
    readonly facts: Record<string, string> = {},
  ) {
    super(code);
  }
}
