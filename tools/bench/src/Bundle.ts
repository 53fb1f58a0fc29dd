/**
 * Bundles the measured programs, as an application ships them, so that no run pays for loading sources as they lie here.
 */
import { spawnSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { build } from "rolldown"

const source = import.meta.dirname

/** Where the bundles lie. */
export const folder = join(source, "../dist/bundle")

const app = join(source, "../../../apps/cli")
const published = join(source, "../dist/cli")

/** The command line as it is published, beside no sources. */
export const cli = join(published, "bin/scanjobs.mjs")

const makeCli = () => {
  const { status } = spawnSync("npm", ["run", "--silent", "prepack"], {
    cwd: app,
    stdio: ["ignore", "ignore", "inherit"]
  })
  if (status !== 0) throw new Error("the command line could not be bundled")
  rmSync(published, { recursive: true, force: true })
  for (const part of ["bin", "dist/bundle", "package.json"])
    cpSync(join(app, part), join(published, part), { recursive: true })
}

/** Makes the bundles anew. */
export const make = async (): Promise<void> => {
  await build({
    input: { Child: join(source, "Child.ts"), Server: join(source, "Server.ts"), Preload: join(source, "Preload.ts") },
    platform: "node",
    // Its CommonJS loses its names where a module re-exports all of them.
    external: ["undici"],
    resolve: { conditionNames: ["@scanjobs/source", "node", "import", "default"] },
    logLevel: "silent",
    output: {
      dir: folder,
      format: "esm",
      cleanDir: true,
      sourcemap: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs"
    }
  })
  makeCli()
}

if (process.argv[1] === import.meta.filename) await make()
