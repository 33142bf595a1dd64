// age-encryption alone: the file in, the ciphertext counted and dropped.

import { Encrypter } from "../../platform/frontend/node_modules/age-encryption";

addEventListener("message", async ({ data }: MessageEvent<{ file: File; recipient: string }>) => {
  const encrypter = new Encrypter();
  encrypter.addRecipient(data.recipient);
  encrypter.addRecipient(data.recipient);
  const reader = (await encrypter.encrypt(data.file.stream())).getReader();
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read())
    size += next.value.length;
  postMessage(size);
});
