/**
 * Makes `apps/cli/dist/executable/scanjobs`: the command and Node in one file, for machines without Node. It is for the system that it is made on,
 * which must be Linux.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, copyFileSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { workspaceRoot } from "./projects.ts"

const cli = join(workspaceRoot, "apps/cli")
const target = join(cli, "dist/executable")
const program = join(target, "scanjobs")
const own = (name: string): string => join(target, name)

/** What the Node that stands in the file looks for, to know that there is a program in it. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"

const run = (command: string, ...args: ReadonlyArray<string>): void => {
  execFileSync(command, args, { cwd: cli, stdio: ["ignore", "ignore", "inherit"] })
}

if (process.platform !== "linux") throw new Error("npm run executable works on Linux only")

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
run("npm", "run", "prepack")

const { files, name, version } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8"))
const shipped = [
  "package.json",
  ...globSync(
    files.map((one: string) => `${one}/**/*`),
    { cwd: cli }
  )
]
  .filter((path) => statSync(join(cli, path)).isFile())
  .toSorted()
const hash = createHash("sha256")
for (const path of shipped) hash.update(`${path}\0`).update(readFileSync(join(cli, path)))
writeFileSync(own("digest"), hash.digest("hex").slice(0, 32))
writeFileSync(
  own("settings.json"),
  JSON.stringify({
    main: join(import.meta.dirname, "executable-main.cjs"),
    output: own("program.blob"),
    disableExperimentalSEAWarning: true,
    assets: { digest: own("digest"), ...Object.fromEntries(shipped.map((path) => [path, join(cli, path)])) }
  })
)
run(process.execPath, "--experimental-sea-config", own("settings.json"))
copyFileSync(process.execPath, program)
chmodSync(program, 0o755)
run("postject", program, "NODE_SEA_BLOB", own("program.blob"), "--sentinel-fuse", fuse)
for (const rest of ["digest", "settings.json", "program.blob"]) rmSync(own(rest))

const said = execFileSync(program, ["--version"], { encoding: "utf8" }).trim()
if (said !== `${name} v${version}`) throw new Error(`the executable says ${said}`)
console.log(`${program}: ${said}, ${Math.round(statSync(program).size / 1e6)} MB`)
