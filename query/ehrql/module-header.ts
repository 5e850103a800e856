// The first line of every module that is written: by it a file is known as one that may be replaced.

const opening = '# Written by Safe Landing'

/** First line of a module, saying which command writes it. */
export const moduleHeader = (command: string): string =>
  `${opening} (\`${command}\`): written anew, changes are lost.`

/** Whether a file is a module of ours. */
export const isOwnModule = (source: string): boolean => source.startsWith(`${opening} (`)
