// The memory of the kernels: what is taken is zero, apart from everything else, and used again; what
// cannot be had is an error that an operator understands.
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import { ArenaOwner, addressOf, guardBytes, isInArena, takeBytes } from '../../../kernels/arena.ts'

test('buffers are apart by the guard, and survive that the memory grows', () => {
  const owner = new ArenaOwner()
  const views = [1, 63, 64, 65, 1_000, 70_000, 3_000_000].map((length) => owner.bytes(length))
  for (const [index, view] of views.entries()) view.fill(index + 1)
  for (const [index, view] of views.entries()) {
    expect(view.every((byte) => byte === index + 1)).toBe(true)
    expect(addressOf(view) % 64).toBe(0)
  }
  const places = views.map((view) => [view.byteOffset, view.byteOffset + view.length] as const)
  for (const [start] of places) {
    for (const [other, end] of places) {
      if (other < start) expect(start - end).toBeGreaterThanOrEqual(guardBytes)
    }
  }
  owner.release()
  owner.release()
})

test('a buffer given back is zero when it is taken again', () => {
  const owner = new ArenaOwner()
  const first = owner.int32(600).fill(-1)
  const address = first.byteOffset
  owner.drop(first)
  const second = owner.int32(590)
  expect(second.byteOffset).toBe(address)
  expect(second.every((word) => word === 0)).toBe(true)
  owner.release()
})

test('memory of elsewhere is not for kernels', () => {
  expect(isInArena(new Uint8Array(8))).toBe(false)
  expect(() => addressOf(new Uint8Array(8))).toThrow('their own memory')
})

test('more than there is ends as a shortage, not as a defect', () => {
  const take = (): Uint8Array => takeBytes(2 ** 31 - 1024)
  expect(take).toThrow(expect.objectContaining({ errorName: 'out_of_resources' }))
  try {
    take()
  } catch (error) {
    expect(isLandingError(error)).toBe(true)
  }
})
