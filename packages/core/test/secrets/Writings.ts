/** Every form in which a vendor, a proxy or a program may repeat a secret. */
import { Base64, Base64Url, Hex } from "effect/encoding"

/** The forms of a secret of ASCII characters, by name. */
export const of = (secret: string): Readonly<Record<string, string>> => {
  const units = [...secret].map((unit) => unit.charCodeAt(0).toString(16).padStart(2, "0"))
  const percent = encodeURIComponent(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const html = secret.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  const named = html.replaceAll("/", "&sol;").replaceAll("+", "&plus;")
  return {
    plain: secret,
    "in upper case": secret.toUpperCase(),
    "in lower case": secret.toLowerCase(),
    "percent-encoded": percent,
    "percent-encoded in lower case": percent.replaceAll(/%../g, (escape) => escape.toLowerCase()),
    "percent-encoded in every character": units.map((unit) => `%${unit}`).join(""),
    "percent-encoded twice": encodeURIComponent(percent),
    "form-encoded": new URLSearchParams([["", secret]]).toString().slice(1),
    "escaped for HTML": html,
    "in named character references": named,
    "in decimal character references": units.map((unit) => `&#${Number.parseInt(unit, 16)};`).join(""),
    "in padded decimal character references": units.map((unit) => `&#0000${Number.parseInt(unit, 16)};`).join(""),
    "in hexadecimal character references": units.map((unit) => `&#x${unit};`).join(""),
    "in padded hexadecimal character references": units.map((unit) => `&#X00000${unit.toUpperCase()};`).join(""),
    "escaped for HTML twice": html.replaceAll("&", "&amp;"),
    "escaped for JSON": json,
    "escaped for JSON with slashes": json.replaceAll("/", "\\/"),
    "escaped for JSON in HTML": json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003E"),
    "escaped for JSON in every character": units.map((unit) => `\\u00${unit}`).join(""),
    "escaped for JSON in every other character": units
      .map((unit, at) => (at % 2 === 0 ? `\\u00${unit.toUpperCase()}` : secret.charAt(at)))
      .map((unit) => (unit === '"' ? '\\"' : unit))
      .join(""),
    "escaped for JSON twice": JSON.stringify(json).slice(1, -1),
    "escaped for JavaScript": units.map((unit) => `\\u{${unit}}`).join(""),
    "in hexadecimal escapes": units.map((unit) => `\\x${unit}`).join(""),
    "in hexadecimal": Hex.encode(secret),
    "in hexadecimal in upper case": Hex.encode(secret).toUpperCase(),
    "in Base64": Base64.encode(secret),
    "in Base64 after one byte": Base64.encode(`:${secret}`),
    "in Base64 after two bytes": Base64.encode(`a:${secret}`),
    "in Base64 as a password": Base64.encode(`user:${secret}`),
    "in Base64 as an encoded password": Base64.encode(`user:${percent}`),
    "in Base64 between others": Base64.encode(`{"k":"${secret}"}`),
    "in Base64 of JSON": Base64.encode(JSON.stringify({ k: secret })),
    "in Base64url": Base64Url.encode(secret),
    "in Base64url after one byte": Base64Url.encode(`:${secret}`),
    "in Base64url after two bytes": Base64Url.encode(`a:${secret}`),
    "in Base64 with an escaped slash": Base64.encode(`??${secret}`).replaceAll("/", "\\/"),
    "in percent-encoded Base64": encodeURIComponent(Base64.encode(`user:${secret}`))
  }
}
