/**
 * Writes down the public API of each public package, one file an entry point, from what the compiler emitted: a change of
 * API is then a change of a file that a reviewer sees. With `--check`, fails where a file is not what it would be.
 */
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor"
import { globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, relative } from "node:path"
import { type Project, readProjects, workspaceRoot } from "./projects.ts"

interface Entry {
  /** Of the report: `core`, `avepoint-emulator`. */
  readonly name: string
  /** What the compiler emitted, relative to the project. */
  readonly types: string
}

const entriesOf = ({ manifest }: Project): ReadonlyArray<Entry> =>
  Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    const types = typeof target === "object" && target !== null && "types" in target ? target.types : undefined
    const name = [basename(manifest.name), ...path.split("/").slice(1)].join("-")
    return typeof types === "string" ? [{ name, types }] : []
  })

/** Gives what is wrong with a report, if anything; without `isCheck`, it is written. */
const report = (project: Project, { name, types }: Entry, isCheck: boolean, scratch: string): string | undefined => {
  const folder = join(workspaceRoot, project.dir)
  const reportFolder = join(folder, "api")
  mkdirSync(reportFolder, { recursive: true })
  const messages: Array<string> = []
  const { apiReportChanged } = Extractor.invoke(
    ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, "package.json"),
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, types),
        newlineKind: "lf",
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              target: "es2024",
              lib: ["es2024", "esnext.disposable", "dom"],
              module: "nodenext",
              strict: true,
              skipLibCheck: true,
              types: ["node"]
            },
            files: [join(folder, types)]
          }
        },
        // The schemas that the types of exported classes are made of have no name of their own outside, and belong to the API.
        apiReport: {
          enabled: true,
          includeForgottenExports: true,
          reportFolder,
          reportTempFolder: scratch,
          reportFileName: `${name}.api.md`
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } }
        }
      }
    }),
    {
      localBuild: !isCheck,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) messages.push(message.text)
        message.handled = true
      }
    }
  )
  const file = relative(workspaceRoot, join(reportFolder, `${name}.api.md`))
  if (messages.length > 0) return `${file}: ${messages.join("\n")}`
  return isCheck && apiReportChanged ? `${file} is not what the API is now: see npm run api` : undefined
}

const isCheck = process.argv.includes("--check")
const scratch = mkdtempSync(join(tmpdir(), "scanjobs-api-"))
try {
  const written = new Set<string>()
  const problems: Array<string> = []
  for (const project of readProjects(workspaceRoot)) {
    if (project.manifest.private === true) continue
    for (const entry of entriesOf(project)) {
      written.add(join(project.dir, "api", `${entry.name}.api.md`))
      const problem = report(project, entry, isCheck, scratch)
      if (problem !== undefined) problems.push(problem)
    }
  }
  for (const file of globSync("packages/{*,providers/*}/api/*.api.md", { cwd: workspaceRoot })) {
    if (!written.has(file)) problems.push(`${file} is of no entry point: delete it`)
  }
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  console.log(`${written.size} API reports ${isCheck ? "checked" : "written"}`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
