// The version of the software, as written into files and printed by `--version`. A constant, because
// stages read no files of their own; a test keeps it equal to package.json.

export const softwareVersion = '0.1.0'
