/**
 * A reverse proxy that shows a server below a path, as nginx does with `location /scans/ { proxy_pass http://…/; }`.
 */
import { Effect } from "effect"
import { createServer, request, type Server } from "node:http"

/** The address of the server behind it, which ends with `/`. It says that readers speak HTTPS with it. */
export const serve = (target: string, prefix: `/${string}/`) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const proxy = createServer((asked, answer) => {
          const path = asked.url ?? ""
          if (!path.startsWith(prefix)) {
            answer.writeHead(404).end()
            return
          }
          const { host: _, ...headers } = asked.headers
          const forwarded = request(
            new URL(path.slice(prefix.length - 1), target),
            { method: asked.method, headers: { ...headers, "x-forwarded-proto": "https" } },
            (given) => {
              answer.writeHead(given.statusCode ?? 502, given.headers)
              given.pipe(answer)
            }
          )
          answer.on("close", () => forwarded.destroy())
          forwarded.on("error", () => answer.destroy())
          asked.pipe(forwarded)
        })
        proxy.listen(0, "127.0.0.1", () => resume(Effect.succeed(proxy)))
      }),
      (proxy) =>
        Effect.sync(() => {
          proxy.close()
          proxy.closeAllConnections()
        })
    ),
    (proxy) => {
      const address = proxy.address()
      return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}${prefix}`
    }
  )
