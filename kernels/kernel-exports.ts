// Signatures of the kernels as JavaScript calls them. A test holds the module to this list.

import type { QuarantineKernels } from './quarantine-kernels.ts'
import type { TransformKernels } from './transform-kernels.ts'

type Address = number

export interface KernelExports extends QuarantineKernels, TransformKernels {
  sumBytes(bytes: Address, length: number): number
}
