// Passkeys. The platform says what to ask, the browser asks the authenticator, and the answer goes
// back with the page's own form: what comes of it is said by the page that answers.

type Bytes = Uint8Array<ArrayBuffer>;
type Named = { id: string; type: "public-key" };
type Asked = { challenge: string; timeout: number };
type ToCreate = Asked & {
  rp: PublicKeyCredentialRpEntity;
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: PublicKeyCredentialParameters[];
  authenticatorSelection: AuthenticatorSelectionCriteria;
  excludeCredentials?: Named[];
};
type ToGet = Asked & {
  rpId: string;
  userVerification: UserVerificationRequirement;
  allowCredentials?: Named[];
};

function bytes(text: string): Bytes {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(data: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(data));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function named(list: Named[] = []): PublicKeyCredentialDescriptor[] {
  return list.map(({ id, type }) => ({ id: bytes(id), type }));
}

async function create(asked: ToCreate): Promise<Credential | null> {
  const { challenge, user, excludeCredentials } = asked;
  return navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(challenge),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: named(excludeCredentials),
    },
  });
}

async function get(asked: ToGet): Promise<Credential | null> {
  const { challenge, allowCredentials } = asked;
  return navigator.credentials.get({
    publicKey: {
      ...asked,
      challenge: bytes(challenge),
      allowCredentials: named(allowCredentials),
    },
  });
}

function answered(response: AuthenticatorResponse): Record<string, string | null> {
  const clientDataJSON = text(response.clientDataJSON);
  if (response instanceof AuthenticatorAttestationResponse)
    return { clientDataJSON, attestationObject: text(response.attestationObject) };
  const { authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse;
  return {
    clientDataJSON,
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle && text(userHandle),
  };
}

async function asked(form: HTMLFormElement): Promise<ToCreate & ToGet> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  const headers = { "X-CSRF-Token": token };
  const answer = await fetch(`${form.action}/ask`, { method: "POST", headers });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()) as ToCreate & ToGet;
}

async function send(form: HTMLFormElement): Promise<void> {
  const make = form.dataset["passkey"] === "create" ? create : get;
  const credential = (await make(await asked(form))) as PublicKeyCredential | null;
  if (credential === null) throw new DOMException("", "NotAllowedError");
  const { id, rawId, type } = credential;
  const answer = { id, rawId: text(rawId), type, response: answered(credential.response) };
  form.querySelector<HTMLInputElement>("[name=answer]")!.value = JSON.stringify(answer);
  form.submit();
}

function said(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  const known: Record<string, string> = {
    NotAllowedError: "cancelled",
    AbortError: "cancelled",
    InvalidStateError: "known",
    SecurityError: "elsewhere",
  };
  return known[name] ?? "failed";
}

function say(form: HTMLFormElement, which: string): void {
  for (const sentence of form.querySelectorAll<HTMLElement>("[data-said]"))
    sentence.hidden = sentence.dataset["said"] !== which;
}

function start(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]")!;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(form, "");
    button.disabled = true;
    void send(form)
      .catch((error: unknown) => say(form, said(error)))
      .finally(() => (button.disabled = false));
  });
}

export function startPasskeys(): void {
  if (!("PublicKeyCredential" in window)) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) start(form);
  for (const without of document.querySelectorAll<HTMLElement>("[data-passkey-without]"))
    without.hidden = true;
}
