// The platform's API as the bidder's page uses it: one method for each route.
//
// A line that drops is no answer: asking again is safe everywhere, because commits are signed
// statements that mean the same however often they arrive.

import type { Shown } from "../sealing/amendment";
import { fromBase64, toBase64, type Bytes } from "../sealing/bytes";
import type { Signed } from "../sealing/statement";
import type { Offered } from "../sealing/trust";
import { Trouble } from "./events";

const PATIENCE = [500, 1000, 2000, 4000, 8000, 15000, 30000];
const BUSY = new Set([429, 502, 503, 504, 507]);

/** The platform said no, in its own words. `kind` names the rule. */
export class Refusal extends Error {
  override name = "Refusal";

  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
  ) {
    super(`${status} ${kind}`);
  }
}

export interface Me {
  organization: { id: string; name: string };
  signing_key: string | null;
}

export interface SubmissionView {
  id: string;
  state: string;
  upload: string | null;
  promise: string | null;
  receipt: string | null;
  refusal: string | null;
}

export interface TenderView {
  deadline: string;
  status: string;
}

interface AmendmentView {
  amendment: string;
  signatures: string[];
  acknowledgements: { receipt: string | null }[];
}

export class Api {
  constructor(
    private readonly token: string,
    /** Told of each time that the platform does not answer, and of its answer after that. */
    private readonly heard: (answered: boolean) => void = () => {},
  ) {}

  /** What every request carries; the session's cookie counts beside it alone. */
  get headers(): Record<string, string> {
    return { "X-CSRF-Token": this.token };
  }

  me(): Promise<Me> {
    return this.#json("GET", "/api/v1/me");
  }

  tender(tender: string): Promise<TenderView> {
    return this.#json("GET", `/api/v1/tenders/${tender}`);
  }

  async roster(): Promise<Bytes> {
    return new Uint8Array(await (await this.#ask("GET", "/api/v1/roster")).arrayBuffer());
  }

  async offered(tender: string, envelope: string): Promise<Offered> {
    const notice = await this.#ask("GET", `/api/v1/tenders/${tender}/notice`);
    const view = await this.#json<{ certificate: string; receipt: string | null }>(
      "GET",
      `${place(tender, envelope)}/certificate`,
    );
    return {
      notice: new Uint8Array(await notice.arrayBuffer()),
      certificate: fromBase64(view.certificate, "certificate"),
      receipt: view.receipt ?? "",
    };
  }

  /** What the platform shows of the timetable's moves, to be checked. */
  async amendments(tender: string, envelope: string): Promise<Shown[]> {
    const path = `${place(tender, envelope)}/amendments`;
    const { amendments } = await this.#json<{ amendments: AmendmentView[] }>("GET", path);
    return amendments.map(({ amendment, signatures, acknowledgements }) => ({
      amendment: fromBase64(amendment, "amendment"),
      signatures: signatures.map((each) => fromBase64(each, "signature")),
      receipts: acknowledgements.flatMap(({ receipt }) => receipt ?? []),
    }));
  }

  enrol(key: Bytes, proof: Bytes): Promise<unknown> {
    const body = { public_key: toBase64(key), proof: toBase64(proof) };
    return this.#json("POST", "/api/v1/keys", body);
  }

  join(tender: string, envelope: string, { data, signature }: Signed): Promise<unknown> {
    const body = { joining: toBase64(data), signature: toBase64(signature) };
    return this.#json("POST", `${place(tender, envelope)}/joinings`, body);
  }

  /** The same submission however often the same statement is sent. */
  commit(tender: string, envelope: string, { data, signature }: Signed): Promise<SubmissionView> {
    const body = { statement: toBase64(data), signature: toBase64(signature) };
    return this.#json("POST", `${place(tender, envelope)}/submissions`, body);
  }

  submission(id: string): Promise<SubmissionView> {
    return this.#json("GET", `/api/v1/submissions/${id}`);
  }

  finalise(id: string): Promise<SubmissionView> {
    return this.#json("POST", `/api/v1/submissions/${id}/finalise`);
  }

  async #json<T>(method: string, path: string, body?: object): Promise<T> {
    return (await (await this.#ask(method, path, body)).json()) as T;
  }

  /** Throws Refusal, Trouble. */
  async #ask(method: string, path: string, body?: object): Promise<Response> {
    for (const pause of [...PATIENCE, 0]) {
      const answer = await this.#once(method, path, body);
      if (answer && !BUSY.has(answer.status)) {
        this.heard(true);
        if (answer.ok) return answer;
        throw refusalOf(answer.status, await answer.text());
      }
      this.heard(false);
      await sleep(pause);
    }
    throw new Trouble("offline");
  }

  async #once(method: string, path: string, body?: object): Promise<Response | undefined> {
    const headers = { ...this.headers, Accept: "application/json" };
    const json = body && { "Content-Type": "application/json" };
    try {
      return await fetch(path, {
        method,
        headers: { ...headers, ...json },
        body: body ? JSON.stringify(body) : null,
        cache: "no-store",
      });
    } catch {
      return undefined;
    }
  }
}

/** What an answer that is no good says: problem details (RFC 9457), or at least its status.
 *
 * In the language of the page, which the platform knows as it does for pages.
 */
export function refusalOf(status: number, body: string): Error {
  if (status === 401) return new Trouble("signed-out");
  const { type, detail, next } = problemIn(body);
  const kind = typeof type === "string" ? type.replace("urn:sunseal:problem:", "") : "";
  const said = [detail, next].filter((each) => typeof each === "string").join(" ");
  return new Refusal(status, kind, said || `status ${status}`);
}

function problemIn(body: string): { type?: unknown; detail?: unknown; next?: unknown } {
  try {
    return (JSON.parse(body) as object | null) ?? {};
  } catch {
    return {};
  }
}

function place(tender: string, envelope: string): string {
  return `/api/v1/tenders/${tender}/envelopes/${encodeURIComponent(envelope)}`;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
