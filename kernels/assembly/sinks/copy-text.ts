// Copies the bytes of a text, most often a few: 16 at a time, up to 15 more than asked for.

export function copyText(target: usize, source: usize, length: usize): void {
  if (length > 256) memory.copy(target, source, length)
  else for (let i: usize = 0; i < length; i += 16) v128.store(target + i, v128.load(source + i))
}
