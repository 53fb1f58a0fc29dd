// The first code of the executable. It puts the program's files where only this user can write, once for each version, and runs them
// there. Node gives it its own modules only, and no `import`.
const fs = require("node:fs")
const { createRequire, enableCompileCache } = require("node:module")
const { homedir, tmpdir } = require("node:os")
const path = require("node:path")
const { getAsset, getAssetKeys } = require("node:sea")

const isOwn = (folder) => {
  const found = fs.lstatSync(folder)
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0
}

const unpack = (folder) => {
  for (const key of getAssetKeys()) {
    const file = path.join(folder, key)
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    fs.writeFileSync(file, Buffer.from(getAsset(key)), { mode: 0o600 })
  }
}

/** The folder of this version in the user's cache; `undefined` where there can be none. */
const cached = () => {
  // oxlint-disable-next-line node/no-process-env
  const { XDG_CACHE_HOME = "" } = process.env
  const home = path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), ".cache")
  const cache = path.join(home, "scanjobs")
  try {
    fs.mkdirSync(cache, { recursive: true, mode: 0o700 })
    if (!isOwn(cache)) return undefined
    const folder = path.join(cache, `program-${getAsset("digest", "utf8")}`)
    if (!fs.existsSync(folder)) {
      // Another process may do the same: who is first leaves a folder that is whole.
      const begun = fs.mkdtempSync(`${folder}-`)
      unpack(begun)
      try {
        fs.renameSync(begun, folder)
      } catch {
        fs.rmSync(begun, { recursive: true, force: true })
      }
    }
    if (!fs.existsSync(folder)) return undefined
    enableCompileCache(cache)
    return folder
  } catch {
    return undefined
  }
}

/** A folder that goes when the program does. */
const fleeting = () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), "scanjobs-"))
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }))
  unpack(folder)
  return folder
}

const main = path.join(cached() ?? fleeting(), "dist/bundle/main.js")
createRequire(main)(main)
