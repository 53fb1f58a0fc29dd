/**
 * The origin of an address, by which a connection's own server is told from all others.
 */

/**
 * The origin of an address that is reached over HTTP. For any other address it is the scheme alone: `URL` gives a `blob:` address
 * the origin of the address within it, although nobody would be asked there.
 */
export const of = ({ origin, protocol }: URL): string =>
  protocol === "http:" || protocol === "https:" ? origin : protocol
