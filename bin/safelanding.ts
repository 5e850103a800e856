#!/usr/bin/env node
// The command `safelanding`: hands the words of the command line to the frame and ends with its
// exit code. Nothing else is imported here, so that help and usage errors are there at once.
import { runCommandLine } from './command-line.ts'

const exit = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  variables: process.env,
  workingFolder: process.cwd(),
})
// Worker threads and native libraries may keep the loop alive: the last word is said, so end.
process.exit(exit)
