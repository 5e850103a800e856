// What the compiled module exports, stage by stage. A test holds the module to these lists.
import type { SinkKernels } from './sink-kernels.ts'
import type { SourceKernels } from './source-kernels.ts'
import type { TransformKernels } from './transform-kernels.ts'

export interface KernelExports extends SinkKernels, SourceKernels, TransformKernels {}
