// The name that a run gets where nobody gives it one.

/** `20261122T020000Z-7f3a`: sorts by time. */
export function newRunId(now: Date, suffix: string): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${suffix}`
}
