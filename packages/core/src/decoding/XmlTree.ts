/**
 * Parses XML with Effect's decoder, and makes plain values of it; see `Format.xml` for their form.
 */
import { Effect, Stream } from "effect"
import * as Xml from "effect/encoding/Xml"

/** The elements that are lists, by the name of the element around them. */
export interface Lists {
  readonly [parent: string]: ReadonlyArray<string>
}

/** How many characters are parsed between two turns of other work. */
const pieceLength = 131_072

/** Deeper documents are refused. Those that are nested less deeply, and too deeply for JSON, lose just their deepest parts. */
const deepest = 1000

/** The plain values of a document. It fails with what is wrong with the text. */
export const parse = (text: string, lists: Lists): Effect.Effect<unknown, string> =>
  Effect.suspend(() => {
    const tree = make(lists)
    return Stream.range(0, Math.ceil(text.length / pieceLength) - 1).pipe(
      Stream.map((index) => text.slice(index * pieceLength, (index + 1) * pieceLength)),
      Stream.tap(() => Effect.yieldNow),
      Stream.pipeThroughChannel(Xml.decodeString({ maxDepth: deepest, maxTokenSize: Infinity })),
      Stream.runForEachArray((events) => Effect.sync(() => events.forEach(tree.take))),
      Effect.mapError(({ message }) => message),
      Effect.flatMap(tree.root)
    )
  })

/** An element that has begun. */
interface Open {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** The values of its child elements, by their names. */
  readonly children: Map<string, Array<unknown>>
  text: string
}

const make = (lists: Lists) => {
  const listsOf = new Map(Object.entries(lists))
  const document: Open = { name: "", attributes: {}, children: new Map(), text: "" }
  const open: Array<Open> = [document]
  const take = (event: Xml.Event): void => {
    const current = open.at(-1) ?? document
    if (event._tag === "StartElement") {
      open.push({ name: event.name, attributes: event.attributes, children: new Map(), text: "" })
    } else if (event._tag === "Text") current.text += event.text
    else if (event._tag === "EndElement") {
      open.pop()
      const around = (open.at(-1) ?? document).children
      const value = valueOf(current, listsOf.get(current.name) ?? [])
      const others = around.get(current.name)
      if (others === undefined) around.set(current.name, [value])
      else others.push(value)
    }
  }
  return {
    take,
    root: () =>
      Array.from(document.children.keys()).some((name) => name.toLowerCase() === "html")
        ? Effect.fail("it is an HTML page")
        : Effect.succeed(valueOf(document, []))
  }
}

/** The value of an element that has ended. */
const valueOf = ({ attributes, children, text }: Open, lists: ReadonlyArray<string>): unknown => {
  const own = text.trim()
  const members: Array<readonly [string, unknown]> = []
  for (const name in attributes) members.push([`@${name}`, attributes[name]])
  for (const [name, values] of children) {
    members.push([name, values.length > 1 || lists.includes(name) ? values : values[0]])
  }
  for (const name of lists) if (!children.has(name)) members.push([name, []])
  if (members.length === 0) return own
  if (own !== "") members.push(["#text", own])
  // `Object.fromEntries` makes an own member even of `__proto__`.
  return Object.fromEntries(members)
}
