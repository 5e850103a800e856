// What the compiled module exports, stage by stage.
import type { QuarantineKernels } from './quarantine-kernels.ts'
import type { SourceKernels } from './source-kernels.ts'
import type { TransformKernels } from './transform-kernels.ts'

export interface KernelExports extends QuarantineKernels, SourceKernels, TransformKernels {}
