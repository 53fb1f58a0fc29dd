// Builds the page into the server's package. The files are made anew with each build, and are not part of the repository.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

const own = import.meta.dirname
const target = process.argv[2] ?? join(own, "../../packages/server/page")

// Each file takes the place of the old one at once, so that a server that runs meanwhile has all of them.
mkdirSync(target, { recursive: true })
const fresh = mkdtempSync(`${target}-`)
const bundle = await rolldown({
  input: join(own, "src/main.tsx"),
  platform: "browser",
  tsconfig: join(own, "tsconfig.json")
})
await bundle.write({ file: join(fresh, "main.js"), format: "esm", minify: true })
// Its licence wants to be where its code is.
cpSync(
  join(dirname(fileURLToPath(import.meta.resolve("preact/package.json"))), "LICENSE"),
  join(fresh, "LICENCE-preact.txt")
)
for (const file of ["index.html", "style.css", "icon.svg"]) cpSync(join(own, "src", file), join(fresh, file))
const files = readdirSync(fresh)
for (const file of files) renameSync(join(fresh, file), join(target, file))
for (const file of readdirSync(target)) if (!files.includes(file)) rmSync(join(target, file))
rmSync(fresh, { recursive: true })
