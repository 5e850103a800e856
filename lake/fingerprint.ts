// Tells whether bytes are the same as before, several times faster than SHA-256: GMAC (NIST SP
// 800-38D), a polynomial over GF(2^128) for which processors have an instruction. The key is fixed
// and public, so this finds change and damage, not malice; what manifests seal is SHA-256.
import { createCipheriv } from 'node:crypto'

const key = Buffer.from('safelanding/text')
const nonce = Buffer.alloc(12)

export interface Fingerprint {
  update(bytes: Uint8Array): void
  /** 32 hexadecimal digits; the last call. */
  digest(): string
}

/** The fingerprint of all bytes that it is given, however they are cut. */
export function openFingerprint(): Fingerprint {
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  return {
    update(bytes) {
      if (bytes.length > 0) cipher.setAAD(bytes)
    },
    digest() {
      cipher.final()
      return cipher.getAuthTag().toString('hex')
    },
  }
}
