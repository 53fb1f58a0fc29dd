#!/usr/bin/env node
// Plain JavaScript, so that an old Node can run it and say what is wrong.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`scanjobs needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).`)
  process.exit(2)
}

const { enableCompileCache, registerHooks } = await import("node:module")
const { existsSync } = await import("node:fs")
enableCompileCache()

// The sources are there in the workspace only; what is published is one bundle.
if (existsSync(new URL("../src/main.ts", import.meta.url))) {
  // What `node --conditions=@scanjobs/source` does, but from within, so that the file can be started in any way:
  // a flag in the first line is lost in `node bin/scanjobs.mjs`, and a second process needs its signals passed on.
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ["@scanjobs/source", ...context.conditions] })
  })
  await import("../src/main.ts")
} else await import("../dist/bundle/main.js")
