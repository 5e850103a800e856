// The kernels of the hot path, compiled to one WebAssembly module (docs/decisions/0019). Written in
// AssemblyScript: `usize` is an address in the memory that kernels/arena.ts hands out, lengths are
// counts of elements, and no bounds are checked here: callers assert them once a call.

export * from './sinks/index'
export * from './sources/index'
export * from './transforms/index'
