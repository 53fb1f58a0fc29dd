/** Checks the files of docs/deploy, which run on machines that are not here. */
import { execFileSync, spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DockerfileParser } from "dockerfile-ast"
import { validate } from "dockerfile-utils"
import { assert, describe, it } from "vitest"
import { parse, parseAllDocuments } from "yaml"
import { workspaceRoot } from "../src/projects.ts"

const folder = join(workspaceRoot, "docs/deploy")
const read = (name: string): string => readFileSync(join(folder, name), "utf8")

/** The options that a command of the program has. */
const optionsOf = (command: string): ReadonlyArray<string> => {
  const program = join(workspaceRoot, "apps/cli/bin/scanjobs.mjs")
  const help = execFileSync(process.execPath, [program, command, "--help"], { encoding: "utf8" })
  return help.match(/--[a-z][a-z-]*/g) ?? []
}

const textsOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(textsOf)
      : []

const dockerfile = DockerfileParser.parse(read("Dockerfile"))
const instructions = dockerfile.getInstructions().map((one) => ({
  name: one.getKeyword(),
  text: one.getArgumentsContent() ?? ""
}))
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"))
const argumentsOf = (name: string): ReadonlyArray<string> =>
  last.filter((one) => one.name === name).flatMap(({ text }) => JSON.parse(text))

describe("docs/deploy", () => {
  it("is described file by file", () => {
    const described = readFileSync(join(workspaceRoot, "docs/deploy.md"), "utf8")
    for (const name of readdirSync(folder)) assert.include(described, `(deploy/${name})`)
  })

  it("has a Dockerfile without a mistake, whose image runs as nobody in particular and says whether it is well", () => {
    assert.deepStrictEqual(validate(read("Dockerfile")), [])
    const names = last.map(({ name }) => name)
    assert.includeMembers(names, ["USER", "HEALTHCHECK", "VOLUME", "ENTRYPOINT", "CMD"])
    const user = last.findLast(({ name }) => name === "USER")
    assert.strictEqual(user?.text, "node")
    // Nothing is built in the stage that ships.
    assert.isAbove(names.indexOf("USER"), names.lastIndexOf("RUN"))
    assert.isAtLeast(dockerfile.getFROMs().length, 2)
  })

  it("has a compose file whose container may write to its store only", () => {
    const { secrets, services, volumes } = parse(read("compose.yaml"), { strict: true })
    const { scanjobs } = services
    assert.isTrue(scanjobs.read_only)
    assert.deepStrictEqual(scanjobs.cap_drop, ["ALL"])
    assert.deepStrictEqual(scanjobs.volumes, [
      "./scanjobs.json:/etc/scanjobs/scanjobs.json:ro",
      "store:/var/lib/scanjobs"
    ])
    assert.sameMembers(scanjobs.secrets, Object.keys(secrets))
    assert.property(volumes, "store")
    assert.strictEqual(scanjobs.build.dockerfile, "docs/deploy/Dockerfile")
    for (const port of scanjobs.ports) assert.match(port, /^127\.0\.0\.1:/)
  })

  it("has objects for Kubernetes that fit together and pass the restricted pod standard", () => {
    const documents = parseAllDocuments(read("kubernetes.yaml"))
    assert.deepStrictEqual(
      documents.flatMap(({ errors }) => errors),
      []
    )
    const objects = documents.map((one) => one.toJS())
    const of = (kind: string) => objects.find((one) => one.kind === kind)
    const { spec } = of("Deployment").spec.template
    const [container] = spec.containers
    assert.isTrue(spec.securityContext.runAsNonRoot)
    assert.strictEqual(spec.securityContext.seccompProfile.type, "RuntimeDefault")
    assert.deepStrictEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] }
    })
    assert.strictEqual(of("Deployment").spec.replicas, 1)
    assert.deepStrictEqual(of("Service").spec.selector, of("Deployment").spec.selector.matchLabels)
    assert.deepStrictEqual(of("Deployment").spec.template.metadata.labels, of("Service").spec.selector)
    const namesOf = (all: ReadonlyArray<{ readonly name: string }>) => all.map(({ name }) => name)
    assert.sameMembers(namesOf(container.volumeMounts), namesOf(spec.volumes))
    const claims = spec.volumes.flatMap((volume: { readonly persistentVolumeClaim?: { readonly claimName: string } }) =>
      volume.persistentVolumeClaim === undefined ? [] : [volume.persistentVolumeClaim.claimName]
    )
    assert.deepStrictEqual(claims, [of("PersistentVolumeClaim").metadata.name])
    const port = container.ports[0].name
    assert.deepStrictEqual(
      [container.readinessProbe.httpGet.port, of("Service").spec.ports[0].targetPort],
      [port, port]
    )
  })

  it.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)(
    "has a unit that systemd understands, and that can do little (skipped where there is no systemd-analyze)",
    () => {
      const unit = join(folder, "scanjobs.service")
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" })
      assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
      const limit = ["security", "--offline=true", "--threshold=20", unit]
      assert.strictEqual(spawnSync("systemd-analyze", limit).status, 0)
    }
  )

  it("has lines for cron with five times, a user and a command", () => {
    const lines = read("scanjobs.cron")
      .split("\n")
      .filter((line) => /^[\d*]/.test(line))
    assert.isAtLeast(lines.length, 2)
    for (const line of lines) assert.match(line, /^(?:[\d*,/-]+\s+){5}[a-z]+\s+cd ~ && scanjobs [a-z]+/)
  })

  it("uses options that the program has", () => {
    const lines = [
      argumentsOf("CMD").join(" "),
      ...textsOf(parse(read("compose.yaml"))),
      ...parseAllDocuments(read("kubernetes.yaml")).map((one) => {
        const found: { readonly kind: string; readonly spec: { readonly template?: { readonly spec: object } } } =
          one.toJS()
        return found.kind === "Deployment" ? textsOf(found.spec.template).join(" ") : ""
      }),
      ...read("scanjobs.service").split("\n"),
      ...read("scanjobs.cron").split("\n")
    ].filter((line) => /(?:^| )(?:serve|sync|missed) /.test(line) && !line.startsWith("#"))
    const calls = lines.flatMap((line) => {
      const [, command = "", rest = ""] = /(?:^| )(serve|sync|missed) (.*)$/.exec(line) ?? []
      return [{ command, used: rest.match(/--[a-z][a-z-]*/g) ?? [] }]
    })
    assert.sameMembers([...new Set(calls.map(({ command }) => command))], ["serve", "sync", "missed"])
    assert.isAbove(calls.flatMap(({ used }) => used).length, 8)
    for (const [command, all] of Map.groupBy(calls, (call) => call.command)) {
      assert.includeMembers(
        [...optionsOf(command)],
        all.flatMap(({ used }) => used)
      )
    }
  })
})
