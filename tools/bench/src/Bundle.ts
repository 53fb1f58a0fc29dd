/**
 * Bundles the measured programs as an application would, so that no run includes the time to load and compile TypeScript.
 */
import { spawnSync } from "node:child_process"
import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import { build } from "rolldown"

const source = import.meta.dirname

/** The folder of the bundles. */
export const folder = join(source, "../dist/bundle")

const app = join(source, "../../../apps/cli")
const published = join(source, "../dist/cli")

/** The command line as it is published, away from its sources. */
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

/** Builds all bundles. */
export const make = async (): Promise<void> => {
  await build({
    input: { Child: join(source, "Child.ts"), Server: join(source, "Server.ts"), Preload: join(source, "Preload.ts") },
    platform: "node",
    // Bundling its CommonJS loses named exports that a module re-exports with `*`.
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
