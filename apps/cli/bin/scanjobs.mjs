#!/usr/bin/env node
// Plain JavaScript, so that an old Node can run it and say what is wrong. Bun and Deno report the Node that they are compatible with.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`scanjobs needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).`)
  process.exit(2)
}

// Members, and not named imports: Bun and Deno have only some of them.
const module = await import("node:module")
const { existsSync } = await import("node:fs")
module.enableCompileCache?.()

// The sources are there in the workspace only; what is published is one bundle.
if (existsSync(new URL("../src/main.ts", import.meta.url))) {
  // The same as `node --conditions=@scanjobs/source`, but from within, so that the file can be started in any way: a flag in the
  // first line is lost in `node bin/scanjobs.mjs`, and a second process would need its signals passed on. Without hooks, the
  // packages are used as `tsc -b` has built them.
  module.registerHooks?.({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ["@scanjobs/source", ...context.conditions] })
  })
  await import("../src/main.ts")
} else await import("../dist/bundle/main.js")
