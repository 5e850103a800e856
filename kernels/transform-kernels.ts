// Signatures of the kernels of transforms, as JavaScript calls them: addresses and counts. What each
// does, kernels/assembly/transforms says.

export interface TransformKernels {
  applyTextOutcomes(
    keys: number,
    rowCount: number,
    outcomes: number,
    entryMasks: number,
    entryRules: number,
    states: number,
    column: number,
    recorder: number,
  ): void
  applyValueOutcomes(
    entries: number,
    rowCount: number,
    outcomes: number,
    entryValues: number,
    entryMasks: number,
    entryRules: number,
    isWide: number,
    values: number,
    states: number,
    column: number,
    recorder: number,
  ): void
  checkCategoriesInt64(
    values: number,
    states: number,
    rowCount: number,
    categories: number,
    categoryCount: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  checkFirstOfMonth(
    days: number,
    states: number,
    rowCount: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  checkNotNull(
    states: number,
    rowCount: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  checkRangeDate(
    days: number,
    states: number,
    rowCount: number,
    minimum: number,
    maximum: number,
    step: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  checkRangeFloat64(
    values: number,
    states: number,
    rowCount: number,
    minimum: number,
    maximum: number,
    step: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  checkRangeInt64(
    values: number,
    states: number,
    rowCount: number,
    minimum: number,
    maximum: number,
    step: number,
    column: number,
    rule: number,
    recorder: number,
  ): void
  compactBits(bits: number, firstGap: number, kept: number, keptCount: number): number
  compactValues(
    values: number,
    isWide: number,
    firstGap: number,
    kept: number,
    keptCount: number,
  ): void
  countFlags(flags: number, validity: number, masks: number, rowCount: number, counts: number): void
  countLaterDates(days: number, states: number, rowCount: number, day: number): number
  countMarks(
    marks: number,
    masks: number,
    rowCount: number,
    ofRefused: number,
    counts: number,
  ): void
  fillBytes(target: number, length: number, byte: number): void
  gatherFlags(entries: number, rowCount: number, entryFlags: number, flags: number): number
  gatherMarks(entries: number, rowCount: number, entryMarks: number, marks: number): number
  internText(
    bytes: number,
    starts: number,
    ends: number,
    firstRow: number,
    rowCount: number,
    table: number,
    entries: number,
  ): number
  listEarlierDates(
    days: number,
    validity: number,
    otherDays: number,
    otherValidity: number,
    rowCount: number,
    target: number,
  ): number
  listRejects(
    recorder: number,
    rows: number,
    count: number,
    columns: number,
    rules: number,
    masks: number,
    counts: number,
  ): void
  moveSlots(slots: number, slotCount: number, newSlots: number, bits: number): void
  nullMarked(marks: number, rule: number, rowCount: number, states: number): void
  packBooleans(words: number, rowCount: number, target: number): void
  packValidity(states: number, rowCount: number, validity: number): number
  parseDate(
    bytes: number,
    starts: number,
    ends: number,
    rowCount: number,
    form: number,
    days: number,
    states: number,
    undecided: number,
    recorder: number,
    flags: number,
  ): number
  parseFloat64(
    bytes: number,
    starts: number,
    ends: number,
    rowCount: number,
    form: number,
    values: number,
    states: number,
    undecided: number,
    recorder: number,
  ): number
  parseInt64(
    bytes: number,
    starts: number,
    ends: number,
    rowCount: number,
    form: number,
    values: number,
    states: number,
    undecided: number,
    recorder: number,
  ): number
  recordStructure(structure: number, rowCount: number, recorder: number): void
  splitRows(masks: number, rowCount: number, refused: number, kept: number): number
  trimFields(
    bytes: number,
    starts: number,
    ends: number,
    rowCount: number,
    targetStarts: number,
    targetEnds: number,
    flags: number,
    flag: number,
  ): number
}
