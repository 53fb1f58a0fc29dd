// Builds the page into the server's package. The files are made anew with each build, and are not part of the repository.
import { cpSync, mkdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

const own = import.meta.dirname
const target = process.argv[2] ?? join(own, "../../packages/server/page")

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
const bundle = await rolldown({
  input: join(own, "src/main.tsx"),
  platform: "browser",
  tsconfig: join(own, "tsconfig.json")
})
await bundle.write({ file: join(target, "main.js"), format: "esm", minify: true })
// Its licence wants to be where its code is.
cpSync(
  join(dirname(fileURLToPath(import.meta.resolve("preact/package.json"))), "LICENSE"),
  join(target, "LICENCE-preact.txt")
)
for (const file of ["index.html", "style.css", "icon.svg"]) cpSync(join(own, "src", file), join(target, file))
