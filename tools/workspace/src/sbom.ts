/**
 * Writes a bill of materials (CycloneDX, by `npm sbom`) of each public package, and checks the licences of what users install.
 *
 * The command's own bill includes its development dependencies, because it is published as a bundle of them.
 *
 * Usage: `node sbom.ts FOLDER` writes `NAME.cdx.json` files; `node sbom.ts --check` only checks.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { readProjects, workspaceRoot } from "./projects.ts"

/** Licences that allow use and redistribution with no more than a notice (SPDX). */
const permitted: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense"
])

export interface Component {
  readonly name: string
  readonly version: string
  readonly licenses?: ReadonlyArray<{
    readonly license?: { readonly id?: string; readonly name?: string }
    readonly expression?: string
  }>
}

interface Bill {
  readonly components?: ReadonlyArray<Component>
}

/** What `npm sbom` says of a workspace. Its form is CycloneDX 1.5. */
const billOf = (workspace: string, withDevelopment: boolean): Bill =>
  JSON.parse(
    execFileSync(
      "npm",
      [
        "sbom",
        "--sbom-format",
        "cyclonedx",
        "--package-lock-only",
        "--workspace",
        workspace,
        ...(withDevelopment ? [] : ["--omit", "dev"])
      ],
      { cwd: workspaceRoot, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }
    )
  )

/** Whether a licence, or one that an expression such as `(MIT OR CC0-1.0)` offers, is permitted. */
export const isPermitted = ({ licenses = [] }: Component): boolean =>
  licenses.length > 0 &&
  licenses.every(({ expression, license }) => {
    const text = expression ?? license?.id ?? license?.name ?? ""
    return text
      .replaceAll(/[()]/g, "")
      .split(/\s+OR\s+/)
      .some((offer) => offer.split(/\s+AND\s+/).every((id) => permitted.has(id)))
  })

const describe = ({ licenses = [], name, version }: Component): string =>
  `${name} ${version}: ${licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name).join(", ") || "no licence"}`

if (process.argv[1] === import.meta.filename) {
  const [, , target = "--check"] = process.argv
  const folder = target === "--check" ? undefined : resolve(target)
  const problems = new Set<string>()
  let packages = 0
  let components = 0
  for (const { manifest } of readProjects(workspaceRoot)) {
    const { name } = manifest
    if (manifest.private === true || name === undefined) continue
    const bill = billOf(name, name === "scanjobs")
    const all = bill.components ?? []
    packages++
    components += all.length
    for (const component of all) if (!isPermitted(component)) problems.add(`${name}: ${describe(component)}`)
    if (folder === undefined) continue
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, `${name.replace("@", "").replace("/", "-")}.cdx.json`),
      `${JSON.stringify(bill, null, 2)}\n`
    )
  }
  for (const problem of problems) console.error(`this licence is not on the list: ${problem}`)
  console.log(
    `${packages} packages with ${components} components: ${problems.size === 0 ? "all licences are on the list" : `${problems.size} are not`}`
  )
  if (packages === 0 || components === 0 || problems.size > 0) process.exitCode = 1
}
