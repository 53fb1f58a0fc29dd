/**
 * A provider as a package of its own, with everything that it needs outside this repository.
 *
 * **Example** (the files of a provider)
 *
 * ```ts
 * import { Name, Options, StandAlone, readmeOf, sourcesOf, testsOf } from "create-scanjobs-provider"
 *
 * const name = Name.parse("acme")
 * const choices = Options.parse({})
 *
 * export const files = () => {
 *   if (typeof name === "string" || typeof choices === "string") throw new Error(`${name} ${choices}`)
 *   const options = { ...choices, name, packageName: "@acme/scanjobs-acme" }
 *   const own = { ...sourcesOf(options), ...testsOf(options), "README.md": readmeOf(options, "## Work on it") }
 *   return { own, package: StandAlone.filesOf(options) }
 * }
 * ```
 */
import type { Options } from "./Options.ts"
import { readmeOf } from "./Readme.ts"
import { type Files, sourcesOf } from "./Sources.ts"
import { testsOf } from "./Tests.ts"
import { text } from "./Text.ts"
import * as Versions from "./Versions.ts"

/**
 * Every file of the package.
 *
 * @since 0.1.0
 * @category constructors
 */
export const filesOf = (options: Options): Files => ({
  ".gitignore": "node_modules/\ndist/\n",
  "README.md": readmeOf(options, development),
  "package.json": json(manifestOf(options)),
  "tsconfig.build.json": json({
    extends: "./tsconfig.json",
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      rootDir: "src",
      outDir: "dist",
      declaration: true,
      sourceMap: true
    },
    include: ["src"]
  }),
  "tsconfig.json": json({
    compilerOptions: {
      target: "es2024",
      lib: ["es2024", "esnext.disposable", "dom"],
      module: "nodenext",
      types: ["node"],
      noEmit: true,
      allowImportingTsExtensions: true,
      // The tests import the package by its name, and get its sources without a build.
      customConditions: [conditionOf(options)],
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      skipLibCheck: true
    },
    include: ["src", "test"]
  }),
  "vitest.config.ts": text`
    import { defineConfig } from "vitest/config"

    /** Resolves the package's own name to its sources. */
    const conditions = ["${conditionOf(options)}"]

    export default defineConfig({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: { include: ["test/**/*.test.ts"], testTimeout: 60_000 }
    })
    `,
  ...sourcesOf(options),
  ...testsOf(options)
})

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

/** The export condition that selects the sources of this package, and of no other. */
const conditionOf = ({ packageName }: Options): string => `${packageName}/source`

const manifestOf = (options: Options): object => {
  const { name, packageName } = options
  const entry = (file: string) => ({
    [conditionOf(options)]: `./src/${file}.ts`,
    types: `./dist/${file}.d.ts`,
    default: `./dist/${file}.js`
  })
  return {
    name: packageName,
    version: "0.1.0",
    description: `${name.title}'s scan jobs, for scanjobs`,
    keywords: ["scanjobs", "scanjobs-provider", name.id],
    files: ["dist", "src"],
    type: "module",
    sideEffects: false,
    exports: { ".": entry("index"), "./emulator": entry("Emulator"), "./package.json": "./package.json" },
    scripts: {
      types: "tsc",
      test: "vitest run",
      build: "tsc -p tsconfig.build.json",
      prepack: "npm run build"
    },
    peerDependencies: Versions.peerDependencies,
    peerDependenciesMeta: Versions.peerDependenciesMeta,
    devDependencies: Versions.devDependencies,
    engines: { node: ">=22.19.0" }
  }
}

const development = text`
  ## Work on it

  \`\`\`sh
  npm install
  npm run types    # check the types
  npm test         # run the tests: the emulator, the conformance suite and random faults
  npm run build    # build what is published
  \`\`\`

  To try the package on the command line before you publish it, build it and run \`npm install\` with this folder's path where \`scanjobs.json\` is.`
