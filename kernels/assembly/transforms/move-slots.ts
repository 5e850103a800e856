// The slots of a table of distinct texts into a larger table (kernels/assembly/transforms/intern-text).

/** `bits`: of a slot number of the new slots, all of which are empty. */
export function moveSlots(slots: usize, slotCount: i32, newSlots: usize, bits: i32): void {
  const slotMask = ((<usize>32) << bits) - 1
  for (let i = 0; i < slotCount; i++) {
    const slot = slots + ((<usize>i) << 5)
    if (load<i32>(slot, 24) === 0) continue
    let place = (<usize>(load<u32>(slot, 20) >>> (32 - bits))) << 5
    while (load<i32>(newSlots + place, 24) !== 0) place = (place + 32) & slotMask
    v128.store(newSlots + place, v128.load(slot))
    v128.store(newSlots + place, v128.load(slot, 16), 16)
  }
}
