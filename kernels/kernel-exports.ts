// Signatures of the kernels as JavaScript calls them. A test holds the module to this list.

type Address = number

export interface KernelExports {
  sumBytes(bytes: Address, length: number): number
}
