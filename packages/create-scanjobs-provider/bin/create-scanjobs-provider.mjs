#!/usr/bin/env node
// Plain JavaScript, so that an old Node can run it and say what is wrong.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`create-scanjobs-provider needs Node 22.19 or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}
await import("../dist/main.js")
