// Signing the minutes of an opening with the firm's own key, where this browser holds the one in force:
// beside what the account says, it is evidence that needs no platform.

import { Store } from "../bidder/store";
import { concat, toBase64, toHex, utf8 } from "../sealing/bytes";

const LABEL = "sunseal/minutes/v1\n";

async function signature(field: HTMLInputElement): Promise<string> {
  const { organization = "", key = "", digest = "" } = field.dataset;
  const held = await (await Store.open()).key(organization);
  if (held === undefined || toHex(held.public) !== key) return "";
  const bytes = Uint8Array.from(digest.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const message = concat(utf8(LABEL), bytes);
  return toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", held.private, message)));
}

const field = document.querySelector<HTMLInputElement>("input[data-sign]");
field?.form?.addEventListener("submit", (event) => {
  event.preventDefault();
  signature(field)
    .then((made) => (field.value = made))
    // Without the key, or where the browser refuses, the account's own word goes alone.
    .catch(() => (field.value = ""))
    .finally(() => field.form?.submit());
});
