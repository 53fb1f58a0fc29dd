import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder, run } from "./Program.ts"

/** What Bash offers for words, the last of which is being typed, once it has read the script. */
const ask = `
source "$1"; shift
function=$(complete -p scanjobs | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=\${#COMP_LINE}
"$function" scanjobs "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
echo "\${COMPREPLY[*]}"
`

/** How each shell reads a script without running it. */
const readers = [
  { shell: "bash", args: ["-n"] },
  { shell: "zsh", args: ["-n"] },
  { shell: "fish", args: ["--no-execute"] }
] as const

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0

const script = (shell: string, cwd: string) =>
  Effect.map(run(["--completions", shell], { cwd }), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual([code, stderr], [0, ""])
    const file = join(cwd, `scanjobs.${shell}`)
    writeFileSync(file, stdout)
    return file
  })

describe("scanjobs --completions", () => {
  it.live.skipIf(!isThere("bash"))("completes commands, options and their values in Bash", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const file = yield* script("bash", cwd)
      const offered = (...words: ReadonlyArray<string>) =>
        execFileSync("bash", ["--norc", "-c", ask, "bash", file, "scanjobs", ...words], { encoding: "utf8" }).trim()
      assert.includeMembers(offered("").split(" "), ["list", "check", "providers"])
      assert.strictEqual(offered("list", "--stat"), "--state")
      assert.strictEqual(offered("list", "--state", "f"), "failed")
      assert.strictEqual(offered("list", "--format", ""), "table json ndjson csv ocsf")
    })
  )

  it.live.skipIf(!isThere("fish"))("completes commands, options and their values in fish", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const file = yield* script("fish", cwd)
      const offered = (line: string) =>
        execFileSync("fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file, line], {
          encoding: "utf8"
        })
      assert.match(offered("scanjobs "), /^check\t/m)
      assert.match(offered("scanjobs list --stat"), /^--state\t/m)
      assert.match(offered("scanjobs list --state f"), /^failed\b/m)
    })
  )

  for (const { args, shell } of readers) {
    it.live.skipIf(!isThere(shell))(`gives a script that ${shell} can read`, () =>
      Effect.gen(function* () {
        const file = yield* script(shell, yield* folder({}))
        const { status, stderr } = spawnSync(shell, [...args, file], { encoding: "utf8" })
        assert.deepStrictEqual([status, stderr], [0, ""])
      })
    )
  }
})
