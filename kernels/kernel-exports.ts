// What the compiled module exports, stage by stage.
import type { SourceKernels } from './source-kernels.ts'

export interface KernelExports extends SourceKernels {}
