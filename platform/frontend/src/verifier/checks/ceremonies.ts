// Each envelope's key was made by the custodians of the roster, for this very notice.

import { equal } from "../../sealing/bytes";
import { verifyCertificate } from "../../sealing/certificate";
import { checkNotice } from "../../sealing/terms";
import { Envelope, type Case } from "../case";
import { named } from "../findings";
import { need, words } from "../words";

export function check(case_: Case): void {
  const { bundle, findings, roster, rosterBytes } = case_;
  if (!equal(bundle.roster, rosterBytes))
    findings.fault(
      named("roster.json"),
      words("it is not the roster that you gave", "与您提供的托管方名册不同"),
    );
  if (bundle.about.origin !== roster.origin)
    findings.fault(
      named("bundle.json"),
      words("it is of another platform than your roster", "与您提供的名册不属于同一平台"),
    );
  for (const name of bundle.envelopes()) {
    const where = words(`envelope ${name}, certificate`, `信封 ${name}，密钥证书`);
    findings.attempt(where, () => void case_.envelopes.push(envelope(case_, name)));
  }
}

function envelope({ bundle, rosterBytes }: Case, name: string): Envelope {
  const shown = bundle.evidence(name, "certificate");
  // 1. Signatures, keys and terms, by the roster that the auditor got elsewhere.
  const key = verifyCertificate(shown, rosterBytes);
  // 2. The notice that bidders read is the one that custodians agreed to.
  const notice = checkNotice(bundle.evidence(name, "notice"), key.terms);
  // 3. The key is used for the envelope it was made for.
  need(
    key.terms.tender === bundle.about.tender && key.terms.envelope === name,
    "the key was made for another envelope",
    "密钥是为另一信封生成的",
  );
  return new Envelope(name, key, notice, shown);
}
