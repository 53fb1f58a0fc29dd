import { Effect, type Scope } from "effect"
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto"
import * as Http from "node:http"
import OidcProvider, { type Token } from "oidc-provider"

/** The permission that the clients may ask for. */
export const scope = "autodiscovery.readwrite.all"

/** Clients of the server: by secret, with tokens of an hour and of 100 seconds, and by certificate with RS256 and PS256. */
export const clients = {
  secret: "by-secret",
  brief: "by-secret-briefly",
  basic: "by secret: +1",
  certificate: "by-certificate",
  pss: "by-certificate-pss"
} as const

export const clientSecret = "canary-s3cret/&+=%"

const lives: Readonly<Record<string, number>> = { [clients.brief]: 100 }

/** What an authorization server of somebody else's making knows and can be made to do. */
export interface AuthorizationServer {
  readonly tokenUrl: string
  /** How many requests for a token have arrived. */
  readonly requests: Effect.Effect<number>
  /** What it says of a token. */
  readonly find: (token: string) => Effect.Effect<Token | undefined>
  /** The answer to the next request is made and then lost on its way. */
  readonly loseNextAnswer: Effect.Effect<void>
}

/** Serves oidc-provider, which is certified for OpenID Connect, on loopback. */
export const serve = (options: {
  readonly certificate: string
  readonly signingKey: string
}): Effect.Effect<AuthorizationServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const server = Http.createServer()
    const port = yield* Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    })
    yield* Effect.addFinalizer(() =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
    )
    const issuer = `http://127.0.0.1:${port}`
    const provider = new OidcProvider(issuer, configuration(options))
    const answer = provider.callback()
    let requests = 0
    let losing = false
    server.on("request", (request, response) => {
      requests++
      if (losing) {
        losing = false
        response.end = () => response.destroy()
      }
      void answer(request, response)
    })
    return {
      tokenUrl: `${issuer}/token`,
      requests: Effect.sync(() => requests),
      find: (token) => Effect.promise(() => provider.ClientCredentials.find(token)),
      loseNextAnswer: Effect.sync(() => {
        losing = true
      })
    }
  })

const configuration = ({ certificate, signingKey }: { readonly certificate: string; readonly signingKey: string }) => {
  const client = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }
  const bySecret = { ...client, client_secret: clientSecret, token_endpoint_auth_method: "client_secret_post" }
  const publicKey = createPublicKey(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "pem" }))
  return {
    adapter: Memory,
    clients: [
      { ...bySecret, client_id: clients.secret },
      { ...bySecret, client_id: clients.brief },
      { ...bySecret, client_id: clients.basic, token_endpoint_auth_method: "client_secret_basic" },
      {
        ...client,
        client_id: clients.certificate,
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "RS256",
        jwks: { keys: [publicKey.export({ format: "jwk" })] }
      },
      {
        ...client,
        client_id: clients.pss,
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "PS256",
        jwks: { keys: [publicKey.export({ format: "jwk" })] }
      }
    ],
    cookies: { keys: ["not used"] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: () => undefined,
    jwks: { keys: [createPrivateKey(signingKey).export({ format: "jwk" })] },
    scopes: [scope],
    ttl: { ClientCredentials: (_: unknown, token: Token) => lives[token.clientId] ?? 3600 }
  }
}

/** The storage that oidc-provider asks for; its own warns that it is for development only. */
class Memory {
  readonly #rows = new Map<string, unknown>()
  async upsert(id: string, row: unknown) {
    this.#rows.set(id, row)
  }
  async find(id: string) {
    return this.#rows.get(id)
  }
  async destroy(id: string) {
    this.#rows.delete(id)
  }
}
