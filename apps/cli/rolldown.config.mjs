// The published command: everything that it needs in a few files, so that it starts at once and depends on nothing.
import { globSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { defineConfig } from "rolldown"

/** Writes the licences of the packages whose code is in the bundle beside it. */
const licences = {
  name: "licences",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((part) => (part.type === "chunk" ? part.moduleIds : []))
    const folders = modules.flatMap(
      (id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.slice(0, 1) ?? []
    )
    const packages = [...new Set(folders)].toSorted().map((folder) => {
      const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
      const texts = globSync("{licen[cs]e,LICEN[CS]E}*", { cwd: folder }).map((file) =>
        readFileSync(join(folder, file), "utf8").trim()
      )
      return `${name} ${version} (${license})\n\n${texts.join("\n\n")}`
    })
    this.emitFile({
      type: "asset",
      fileName: "LICENCES.txt",
      source: `${packages.join("\n\n---\n\n")}\n`
    })
  }
}

const eager = 'new Intl.Segmenter(undefined, {\n  granularity: "grapheme"\n})'
const lazy = `{
  segment: (text) =>
    /^[\\x20-\\x7e]*$/.test(text)
      ? Array.from(text, (segment) => ({ segment }))
      : (graphemeSegmenter.intl ??= ${eager}).segment(text)
}`

/** Effect makes a segmenter as it loads, and asks it also for plain text: a third of the time in which Node itself starts. */
const quickHelp = {
  name: "quick-help",
  transform: {
    filter: { id: /[\\/]effect[\\/]dist[\\/]cli[\\/]CliOutput\.js$/ },
    handler(code) {
      if (!code.includes(`const graphemeSegmenter = /*#__PURE__*/${eager}`))
        this.error("Effect makes it in another way now")
      return code.replace(`/*#__PURE__*/${eager}`, lazy)
    }
  }
}

const require = createRequire(import.meta.resolve("@effect/platform-node/NodeHttpClient"))

/** `export *` of a CommonJS package gives a bundle nothing, so that its names are written down. */
const undici = {
  name: "undici",
  transform: {
    filter: { id: /[\\/]platform-node[\\/]dist[\\/]Undici\.js$/ },
    handler(code) {
      const all = 'export * from "undici";'
      if (!code.includes(all)) this.error("Effect exports Undici in another way now")
      return code.replace(all, `export const { ${Object.keys(require("undici")).join(", ")} } = Undici;`)
    }
  }
}

export default defineConfig({
  input: { main: join(import.meta.dirname, "src/main.ts") },
  platform: "node",
  resolve: { conditionNames: ["@scanjobs/source", "node", "import", "default"] },
  plugins: [quickHelp, undici, licences],
  output: {
    dir: join(import.meta.dirname, "dist/bundle"),
    cleanDir: true,
    format: "esm",
    minify: true,
    chunkFileNames: "[name].js"
  }
})
