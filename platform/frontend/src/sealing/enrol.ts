// Enrolling an organization's signing key: the key itself says whose it is to be.

import { utf8, type Bytes } from "./bytes";
import { fields } from "./framing";
import { signLabelled, type Signer } from "./signing";

const LABEL = "sunseal/enrol-key/v1";

/** The proof that goes with the public key. */
export function proveEnrolment(key: Signer, origin: string, organization: string): Promise<Bytes> {
  return signLabelled(key, LABEL, fields(utf8(origin), utf8(organization), key.public));
}
