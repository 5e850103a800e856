// Signatures of the kernels as JavaScript calls them. A test holds the module to this list.
import type { SinkKernels } from './sink-kernels.ts'

type Address = number

export interface KernelExports extends SinkKernels {
  sumBytes(bytes: Address, length: number): number
}
