// The kernels of sources.

export { scanRecords } from './scan-records'
