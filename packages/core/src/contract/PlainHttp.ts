/**
 * Keeps secrets from being sent without encryption: whoever is on the way could read and use them. OAuth forbids it for client
 * credentials (RFC 6749, section 3.2) and for tokens (RFC 6750, section 5.3).
 */
import type { Problem } from "./Connection.ts"

/** Whether what is sent to this address leaves the machine without encryption. */
export const leaves = (address: string): boolean => {
  const url = URL.parse(address)
  return url !== null && url.protocol === "http:" && !isLoopback(url.hostname)
}

/** `URL` has written an IPv4 address in its usual form by then, and an IPv6 address in its shortest. */
const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname)

/** What is wrong with such an address as this setting. */
export const problemOf = (key: string): Problem => ({
  key,
  message:
    'expected an https address: http would send the secrets of this connection without encryption; if you trust every network on the way, add "allowHttp": true',
  code: "InvalidValue"
})
