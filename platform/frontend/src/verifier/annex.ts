// The annex: headers of revoked bids, which only supervisors may see.
//
// With a header and the proved points anyone computes what custodians together made possible, and
// sees whether the bid could be opened by it.

import { checkHeader, checkOpens } from "../sealing/age";
import { equal, type Bytes } from "../sealing/bytes";
import { read } from "../sealing/canonical";
import type { EnvelopeKey } from "../sealing/certificate";
import { CryptoError } from "../sealing/errors";
import { multiplyPublic, parsePoint, Point, toMontgomery } from "../sealing/group";
import { sha256 } from "../sealing/hash";
import type { Statement } from "../sealing/statement";
import { annex } from "./forms";
import { need, words, type Words } from "./words";

const MAX_ANNEX = 512 << 20;

/** Where the header of a leaf is found. */
export function placeOf(envelope: string, position: number): string {
  return `${envelope}/${position}`;
}

/** Throws Malformed. */
export function parseAnnex(data: Bytes): Map<string, Bytes> {
  const { headers } = read(annex, data, "annex", MAX_ANNEX);
  return new Map(
    headers.map(({ envelope, position, header }) => [placeOf(envelope, position), header]),
  );
}

/** Why a bid was revoked, as far as its header tells. Throws CryptoError for another one. */
export function cause(
  key: EnvelopeKey,
  points: Map<number, Bytes>,
  head: Statement,
  data: Bytes,
): Words {
  const header = checkHeader(data);
  // 1. It is the header that the bidder's statement, and the custodians' answers, are about.
  need(
    equal(header.share, head.share) && equal(sha256(header.body), head.body_hash),
    "the annex holds another header than the statement names",
    "附件中的文件头不是投标声明所指的那一个",
  );
  // 2. What any t custodians make of it.
  const chosen = [...points].sort(([a], [b]) => a - b).slice(0, key.terms.t);
  try {
    checkOpens(header, combined(new Map(chosen)), key.recipient);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return words(
      `confirmed: its header does not open (${error.message})`,
      "已证实：它的文件头无法打开",
    );
  }
  return words(
    "its header opens: the cause is in the payload, which the annex does not hold",
    "它的文件头可以打开：原因在正文中，而附件不含正文",
  );
}

/** The X25519 secret, from proved points by custodian: Lagrange at zero, in the exponent. */
function combined(points: Map<number, Bytes>): Bytes {
  const indexes = [...points.keys()];
  const sum = [...points].reduce(
    (total, [index, point]) =>
      total.add(multiplyPublic(parsePoint(point), weight(index, indexes))),
    Point.ZERO,
  );
  return toMontgomery(sum);
}

function weight(index: number, indexes: number[]): bigint {
  const { Fn } = Point;
  return indexes
    .filter((other) => other !== index)
    .reduce((product, other) => {
      const [above, below] = [BigInt(other), Fn.create(BigInt(other - index))];
      return Fn.mul(product, Fn.mul(above, Fn.inv(below)));
    }, 1n);
}
