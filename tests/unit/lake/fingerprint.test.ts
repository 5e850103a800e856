// The fingerprint is GMAC: held to the definition of NIST SP 800-38D, written out slowly here.
import { createCipheriv } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { openFingerprint } from '../../../lake/fingerprint.ts'

const key = Buffer.from('safelanding/text')

function encryptBlock(block: Buffer): bigint {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return BigInt(`0x${Buffer.concat([cipher.update(block), cipher.final()]).toString('hex')}`)
}

/** Algorithm 1 of SP 800-38D. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n
  let factor = y
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n
  }
  return product
}

function authenticate(bytes: Buffer): string {
  const hashKey = encryptBlock(Buffer.alloc(16))
  const length = Buffer.alloc(16)
  length.writeBigUInt64BE(BigInt(bytes.length) * 8n)
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16), length])
  let state = 0n
  for (let at = 0; at < padded.length; at += 16) {
    const block = BigInt(`0x${padded.subarray(at, at + 16).toString('hex')}`)
    state = multiply(state ^ block, hashKey)
  }
  const counter = Buffer.concat([Buffer.alloc(15), Buffer.from([1])])
  return (state ^ encryptBlock(counter)).toString(16).padStart(32, '0')
}

const text = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 89 + 7) % 256))

test.each([0, 1, 15, 16, 17, 31, 48, 200])('of %i bytes, cut anywhere', (length) => {
  const bytes = text.subarray(0, length)
  for (const cut of [0, 1, 16, length >> 1]) {
    const fingerprint = openFingerprint()
    fingerprint.update(bytes.subarray(0, cut))
    fingerprint.update(bytes.subarray(cut))
    expect(fingerprint.digest()).toBe(authenticate(bytes))
  }
})
