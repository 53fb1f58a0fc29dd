#!/usr/bin/env node
// Plain JavaScript, so that an old Node can run it and say what is wrong.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`scanjobs needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).`)
  process.exit(2)
}

// What `node --conditions=@scanjobs/source` does, but in this process: no second Node to start or to pass signals to,
// and no flag in the first line, which the command files that npm writes on Windows could not carry.
const { registerHooks } = await import("node:module")
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, { ...context, conditions: ["@scanjobs/source", ...context.conditions] })
})
await import("../src/main.ts")
