#!/usr/bin/env node
// Plain JavaScript, so that an old Node can run it and say what is wrong. Bun and Deno report the Node that they are compatible with.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`scanjobs needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).`)
  process.exit(2)
}

// Members, and not named imports: Bun and Deno have only some of them.
const module = await import("node:module")
const { existsSync, lstatSync, mkdirSync, realpathSync } = await import("node:fs")
const { homedir } = await import("node:os")
const path = await import("node:path")
// Before the program itself is loaded, there is no `Config` to read variables with.
// oxlint-disable-next-line node/no-process-env
const { NODE_COMPILE_CACHE, XDG_CACHE_HOME = "" } = process.env

// Compiled code is kept where only this user can write, or nowhere: in the shared folder for temporary files, which Node takes by
// itself, another user of the machine could leave code for us to run.
const ownFolder = () => {
  const folder = path.join(
    path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), ".cache"),
    "scanjobs"
  )
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    // Windows has no such owners and modes; there, a profile is its user's own.
    const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
    return found.isDirectory() && isOwn ? folder : undefined
  } catch {
    // A home that cannot be written to costs some speed, and nothing else.
    return undefined
  }
}
const compiled = NODE_COMPILE_CACHE ?? ownFolder()
if (compiled !== undefined) module.enableCompileCache?.(compiled)

// The sources are there in the workspace only; what is published is one bundle.
if (existsSync(new URL("../src/main.ts", import.meta.url))) {
  // The same as `node --conditions=@scanjobs/source`, but from within, so that the file can be started in any way: a flag in the
  // first line is lost in `node bin/scanjobs.mjs`, and a second process would need its signals passed on. Without hooks, the
  // packages are used as `tsc -b` has built them.
  // A plugin that is installed elsewhere brings packages of its own, and Node runs no TypeScript of an installed package.
  const isInstalled = (specifier, parent) => {
    const manifest = specifier.startsWith("@scanjobs/") ? module.findPackageJSON(specifier, parent) : undefined
    return manifest !== undefined && /[\\/]node_modules[\\/]/.test(realpathSync(manifest))
  }
  module.registerHooks?.({
    resolve: (specifier, context, next) =>
      isInstalled(specifier, context.parentURL)
        ? next(specifier, context)
        : next(specifier, { ...context, conditions: ["@scanjobs/source", ...context.conditions] })
  })
  await import("../src/main.ts")
} else await import("../dist/bundle/main.js")
