/**
 * Why a connection failed, as the HTTP client's error tells.
 */

/** The innermost error of a chain of causes, which says what happened. */
export interface TransportCause {
  /** Such as `ECONNREFUSED`. */
  readonly code: string | undefined
  /** The message, with the code in it. */
  readonly message: string | undefined
}

/** Reads the chain of causes of an error. */
export const of = (cause: unknown): TransportCause => {
  if (!(cause instanceof Error)) return { code: undefined, message: undefined }
  const inner = of(cause.cause)
  if (inner.message !== undefined) return inner
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  const message = code === undefined || cause.message.includes(code) ? cause.message : `${cause.message} ${code}`.trim()
  return { code, message: message === "" ? undefined : message }
}

/**
 * What a person can do about a failure that trying again does not help; `undefined` for all others.
 *
 * The codes are those of Node's `tls` module ("X509 certificate error codes") and of OpenSSL.
 */
export const adviceOf = (code: string | undefined): string | undefined => {
  if (code === undefined) return undefined
  if (untrusted.has(code)) {
    return "the certificate is not signed by an authority that this computer trusts; if your own organisation signs it, or a proxy of your network, start the program with NODE_EXTRA_CA_CERTS set to a PEM file with the root certificate"
  }
  return advices.get(code)
}

const untrusted = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_REJECTED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "INVALID_CA",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
])

const advices = new Map([
  ["CERT_HAS_EXPIRED", "the certificate has expired; check the clock of this computer, or tell who runs the server"],
  ["CERT_NOT_YET_VALID", "the certificate is not valid yet; check the clock of this computer"],
  ["CERT_REVOKED", "the certificate is revoked; tell who runs the server"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the certificate is for another host; check the host in baseUrl"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "the server does not speak TLS; check the scheme and the port in baseUrl"],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", "the server does not speak TLS; check the scheme and the port in baseUrl"]
])
