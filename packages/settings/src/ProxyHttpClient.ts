/**
 * An HTTP client for Node that goes through the proxies that the environment names.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Agent, EnvHttpProxyAgent } from "@effect/platform-node/Undici"
import { Config, Effect, Layer, Option } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { InvalidSettings, type Problem } from "./Problem.ts"

/** Hosts that are never asked for through a proxy: to the proxy, these names mean another machine. */
const loopback = ["localhost", "127.0.0.1", "::1"]

/**
 * The HTTP client, through the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, and their lower-case forms, which win.
 *
 * - A proxy is an address such as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`; without a scheme, `http` is meant.
 * - `http` addresses go through `HTTP_PROXY`. `https` addresses go through a tunnel of `HTTPS_PROXY`, or of `HTTP_PROXY` if only
 *   that one is set.
 * - `NO_PROXY` lists hosts to ask directly, separated by commas: `example.com` and `.example.com` also mean its subdomains,
 *   `*.example.com` only those, `HOST:PORT` one port, and `*` every host. Loopback addresses are always asked directly.
 * - Fails with `InvalidSettings` if a variable does not hold such an address. Its value is not repeated, because it may hold a password.
 *
 * Without these variables it is `NodeHttpClient.layerUndici`. Bun has no Undici of its own; there it is `FetchHttpClient.layer`, and
 * Bun's `fetch` obeys the same variables.
 *
 * **Example** (a program for corporate networks)
 *
 * ```ts
 * import * as ProxyHttpClient from "@scanjobs/settings/proxy"
 * import { Effect } from "effect"
 * import { HttpClient } from "effect/http"
 *
 * export const program = HttpClient.get("https://vendor.example").pipe(Effect.provide(ProxyHttpClient.layer))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient, InvalidSettings> = Layer.unwrap(
  Effect.gen(function* () {
    const httpProxy = yield* proxyOf("HTTP_PROXY")
    const httpsProxy = yield* proxyOf("HTTPS_PROXY")
    const noProxy = yield* variable("NO_PROXY")
    if (!hasUndici()) return FetchHttpClient.layer
    if (httpProxy.value === "" && httpsProxy.value === "") return NodeHttpClient.layerUndici
    const dispatcher = Effect.acquireRelease(
      Effect.sync(
        () =>
          new EnvHttpProxyAgent({
            httpProxy: httpProxy.value,
            httpsProxy: httpsProxy.value,
            noProxy: [noProxy.value, ...loopback].join(",")
          })
      ),
      (agent) => Effect.promise(() => agent.destroy())
    )
    return Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, Layer.effect(NodeHttpClient.Dispatcher, dispatcher))
  })
)

/** Bun replaces Undici by a stub whose agents cannot send a request. */
const hasUndici = (): boolean => typeof Reflect.get(Agent.prototype, "request") === "function"

/** The value of a variable in either case, and the name that it was found by. The value is empty if neither is set. */
const variable = Effect.fnUntraced(function* (name: string) {
  for (const spelling of [name.toLowerCase(), name]) {
    const value = yield* Effect.orElseSucceed(Config.option(Config.String(spelling)), Option.none<string>)
    if (Option.isSome(value)) return { name: spelling, value: value.value.trim() }
  }
  return { name, value: "" }
})

const proxyOf = Effect.fnUntraced(function* (variableName: string) {
  const { name, value } = yield* variable(variableName)
  if (value === "") return { name, value }
  const address = value.includes("://") ? value : `http://${value}`
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    const problem: Problem = {
      code: "InvalidProxy",
      at: name,
      message: "expected the address of an HTTP proxy, such as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"
    }
    return yield* new InvalidSettings({ problems: [problem] })
  }
  return { name, value: address }
})
