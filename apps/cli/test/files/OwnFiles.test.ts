import { assert, describe, it } from "@effect/vitest"
import type { Emulator } from "@scanjobs/testing"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const modeOf = (path: string) => statSync(path).mode & 0o777

/** A page with a row that is left out, and then no other. */
const badPage = HttpServerResponse.jsonUnsafe({ jobs: [{ id: 5, type: 0, state: 2 }], totalCount: 1 })
const badRows: { readonly fault: Emulator.Fault } = {
  fault: ({ endpoint }) => (endpoint === "jobs" ? badPage : undefined)
}

/** The program as a shell starts it, such as with `> FILE` after its arguments. */
const shell = (
  line: string,
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
  before = ""
) => {
  const [args = "", ...redirections] = line.split(/(?= \d?>+ )/)
  return run(args.split(" "), {
    cwd,
    env,
    runtime: { command: "/bin/sh", args: ["-c", `${before}exec "$0" "$@"${redirections.join("")}`, process.execPath] }
  })
}

describe.skipIf(process.platform === "win32")("the files that the program writes", () => {
  it.live("are readable by their user alone, also where they existed and others could read them", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({ avepoint: badRows })
      const [state, rejected] = ["run.json", "rejected.ndjson"].map((name) => join(started.cwd, name))
      if (state === undefined || rejected === undefined) return assert.fail()
      const args = ["list", "-c", "ap", "--resume", state, "--rejected", rejected]
      assert.strictEqual((yield* runHere(args, started)).code, 3)
      assert.deepStrictEqual([modeOf(state), modeOf(rejected)], [0o600, 0o600])
      for (const path of [state, rejected]) chmodSync(path, 0o644)
      writeFileSync(state, readFileSync(state, "utf8").replace('"complete": true', '"complete": false'))
      assert.strictEqual((yield* runHere(args, started)).code, 3)
      assert.deepStrictEqual([modeOf(state), modeOf(rejected)], [0o600, 0o600])
    })
  )

  it.live("are refused at once where they are links, folders, pipes or devices, and nothing is asked or written", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { cwd } = vendors.started
      writeFileSync(join(cwd, "victim"), "precious")
      symlinkSync(join(cwd, "victim"), join(cwd, "link"))
      symlinkSync(join(cwd, "nowhere"), join(cwd, "dangling"))
      mkdirSync(join(cwd, "folder"))
      execFileSync("mkfifo", [join(cwd, "pipe")])
      const kinds = [
        ["link", "is a symbolic link, which is not followed; name the file that it leads to"],
        ["dangling", "is a symbolic link, which is not followed; name the file that it leads to"],
        ["folder", "is a folder; name a plain file"],
        ["pipe", "is a pipe; name a plain file"],
        ["/dev/zero", "is a device; name a plain file"],
        ["/dev/full", "is a device; name a plain file"],
        ["/dev/null", "is a device; name a plain file"]
      ] as const
      for (const option of ["--resume", "--rejected"]) {
        for (const [name, why] of kinds) {
          const ended = yield* runHere(["list", option, name.startsWith("/") ? name : join(cwd, name)], vendors.started)
          assert.deepStrictEqual([ended.code, ended.stdout], [2, ""])
          assert.include(ended.stderr, `${option}: `)
          assert.include(ended.stderr, `${name} ${why}\n`)
        }
      }
      // What lies beside the resume file is its own file, too.
      symlinkSync(join(cwd, "victim"), join(cwd, "run.json.journal"))
      const beside = yield* runHere(["list", "--resume", join(cwd, "run.json")], vendors.started)
      assert.strictEqual(beside.code, 2)
      assert.include(beside.stderr, "run.json.journal is a symbolic link")
      assert.strictEqual(readFileSync(join(cwd, "victim"), "utf8"), "precious")
      assert.isFalse(existsSync(join(cwd, "nowhere")))
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )

  it.live("are refused where one is meant for two purposes, by whatever names, before anything is read", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { started } = vendors
      const { cwd } = started
      const real = realpathSync(cwd)
      const settings = readFileSync(join(cwd, "scanjobs.json"), "utf8")
      symlinkSync(".", join(cwd, "same"))
      const options = [
        ["--resume a.json --rejected same/a.json", "--resume and --rejected are the same file"],
        ["--resume a.json --rejected same/../a.json.journal", "the journal of --resume and --rejected are the same"],
        ["--resume a.json --rejected a.json.lock", "the lock of --resume and --rejected are the same file"],
        ["--resume scanjobs.json", "the settings file and --resume are the same file"],
        ["--rejected same/scanjobs.json", "the settings file and --rejected are the same file"],
        ["--config x.json --rejected x.json", "the settings file and --rejected are the same file"]
      ] as const
      for (const [line, words] of options) {
        const args = line.split(" ").map((word) => (word.startsWith("--") ? word : `${cwd}/${word}`))
        const { code, stderr } = yield* runHere(["list", ...args], started)
        assert.deepStrictEqual([line, code], [line, 2])
        assert.include(stderr, words, line)
      }
      const redirections = [
        ["list --resume a.json > a.json", "and that is --resume"],
        ["list --rejected a.json > same/a.json", "and that is --rejected"],
        ["list --resume a.json > a.json.journal", "and that is the journal of --resume"],
        ["check >> scanjobs.json", "and that is the settings file"],
        ["schema >> scanjobs.json", "and that is the settings file"],
        ["emulate --config scanjobs.json >> scanjobs.json", "and that is the settings file"]
      ] as const
      for (const [line, words] of redirections) {
        const { code, stderr } = yield* shell(line, started)
        assert.deepStrictEqual([line, code], [line, 2])
        assert.include(stderr, `standard output goes to ${real}/`, line)
        assert.include(stderr, words, line)
      }
      const { code, stderr } = yield* shell("list --rejected a.json 2>> a.json", started)
      assert.deepStrictEqual([code, stderr], [2, ""])
      assert.include(readFileSync(join(cwd, "a.json"), "utf8"), `standard error goes to ${join(real, "a.json")}, and that is`)
      assert.strictEqual(readFileSync(join(cwd, "scanjobs.json"), "utf8"), settings)
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )

  it.live("begin a new line where an earlier run was killed within one", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({ avepoint: badRows })
      const [state, rejected] = [join(started.cwd, "run.json"), join(started.cwd, "rejected.ndjson")]
      const args = ["list", "-c", "ap", "--resume", state, "--rejected", rejected]
      yield* runHere(args, started)
      const whole = readFileSync(rejected, "utf8")
      const content: object = JSON.parse(readFileSync(state, "utf8"))
      writeFileSync(state, JSON.stringify({ ...content, complete: false, cursors: [] }))
      writeFileSync(rejected, `${whole}${whole.slice(0, 20)}`)
      yield* runHere(args, started)
      assert.strictEqual(readFileSync(rejected, "utf8"), `${whole}${whole.slice(0, 20)}\n${whole}`)
    })
  )

  it.live("say which of them cannot be written any more, and all other rows are there", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 50 }, (_, id) => ({ id, type: 0, state: 2 }))
      const { started } = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) =>
            endpoint === "jobs"
              ? HttpServerResponse.jsonUnsafe({ jobs: [{ id: "good", type: 0, state: 2 }, ...rows], totalCount: 51 })
              : undefined
        }
      })
      // Blocks of 512 bytes, or of 1024.
      const { code, stderr, stdout } = yield* shell("list -c ap --rejected r.ndjson", started, "ulimit -f 4; ")
      assert.deepStrictEqual([code, linesOf(stdout).length], [3, 1])
      assert.match(
        stderr,
        /^--rejected: r\.ndjson cannot be written any more \(the file would be larger than is allowed, EFBIG\)$/m
      )
    })
  )

  it.live("leave nothing behind of replacements that were killed", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const leftover = join(started.cwd, "run.json.0123456789abcdef.new")
      const other = join(started.cwd, "run.json.new")
      for (const path of [leftover, other]) writeFileSync(path, "{")
      const ended = yield* run(["list", "--resume", "run.json"], started)
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.deepStrictEqual([existsSync(leftover), existsSync(other)], [false, true])
    })
  )
})

const mayMount = process.platform === "linux" && spawnSync("unshare", ["-rm", "true"]).status === 0

describe.skipIf(!mayMount)("a disk that is full", () => {
  it.live("is named, with the file that could not be written", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      mkdirSync(join(started.cwd, "small"))
      const inside = (line: string, env: Record<string, string> = {}) =>
        run(line.split(" "), {
          cwd: started.cwd,
          env: { ...started.env, ...env },
          runtime: {
            command: "unshare",
            args: [
              "-rm",
              "/bin/sh",
              "-c",
              'mount -t tmpfs -o size=16k none small && head -c 99999 /dev/zero > small/zero 2>/dev/null; exec "$0" "$@" > "${OUT:-/dev/null}"',
              process.execPath
            ]
          }
        })
      const state = yield* inside("list --resume small/run.json")
      assert.strictEqual(state.code, 2)
      assert.match(state.stderr, /--resume: \S*small\/run\.json\S* cannot be written \(the disk is full, ENOSPC\)/)
      const output = yield* inside("list --format ndjson", { OUT: "small/out" })
      assert.strictEqual(output.code, 3)
      assert.include(output.stderr, "standard output cannot be written to (the disk is full, ENOSPC)")
    })
  )
})

const mayChangeUser = process.getuid?.() === 0 && spawnSync("setpriv", ["--version"]).status === 0

describe.skipIf(!mayChangeUser)("a file of another user", () => {
  it.live("is refused, also where everybody may write it", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { cwd, env } = vendors.started
      chmodSync(cwd, 0o777)
      for (const [name, owner] of [
        ["theirs", 1234],
        ["own", 65_534]
      ] as const) {
        writeFileSync(join(cwd, name), "")
        chmodSync(join(cwd, name), 0o666)
        chownSync(join(cwd, name), owner, owner)
      }
      const asNobody = (name: string) =>
        run(["list", "--rejected", name], {
          cwd,
          env: { ...env, HOME: cwd },
          runtime: { command: "setpriv", args: ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath] }
        })
      const theirs = yield* asNobody("theirs")
      assert.deepStrictEqual([theirs.code, theirs.stdout], [2, ""])
      assert.strictEqual(
        theirs.stderr,
        "--rejected: theirs belongs to another user; name a file of your own\n"
      )
      const own = yield* asNobody("own")
      assert.deepStrictEqual([own.code, modeOf(join(cwd, "own"))], [0, 0o600], own.stderr)
    })
  )
})
