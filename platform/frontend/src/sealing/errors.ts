// What reading and verifying throw; nothing here ever returns false.
//
// CryptoError
// ├── Malformed      the bytes are not of the form the format demands
// └── Unverified     well formed, but a signature, proof or hash does not hold

export class CryptoError extends Error {
  override name = "CryptoError";
}

export class Malformed extends CryptoError {
  override name = "Malformed";
}

export class Unverified extends CryptoError {
  override name = "Unverified";
}
