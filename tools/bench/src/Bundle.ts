/**
 * Bundles the measured programs, as an application ships them, so that no run pays for loading sources as they lie here.
 */
import { join } from "node:path"
import { build } from "rolldown"

const source = import.meta.dirname

/** Where the bundles lie. */
export const folder = join(source, "../dist/bundle")

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
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs"
    }
  })
}

if (process.argv[1] === import.meta.filename) await make()
