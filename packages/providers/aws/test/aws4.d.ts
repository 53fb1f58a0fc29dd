/** The part of aws4 that the tests use; the package has no types of its own. */
declare module "aws4" {
  export interface Request {
    readonly method: string
    readonly host: string
    readonly path: string
    readonly service: string
    readonly region: string
    readonly headers: { readonly [name: string]: string }
    readonly body?: string
    readonly extraHeadersToIgnore?: { readonly [name: string]: boolean }
  }

  export function sign(
    request: Request,
    credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  ): { readonly headers?: { readonly [name: string]: unknown } }
}
