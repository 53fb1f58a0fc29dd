/** The part of oidc-provider that the tests use; the package has no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http"

  export interface Token {
    readonly clientId: string
    readonly scope?: string
    readonly isValid: boolean
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    readonly ClientCredentials: { find(token: string): Promise<Token | undefined> }
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
  }
}
