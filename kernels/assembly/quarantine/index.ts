// The kernels of quarantine: what is kept of refused rows.

export { gatherRecords } from './gather-records'
export { locateRecords } from './locate-records'
export { measureRecords } from './measure-records'
export { nullableKeys } from './nullable-keys'
export { widenKeys } from './widen-keys'
