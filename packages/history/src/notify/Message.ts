/**
 * The body of a notification in the form that its receiver takes.
 */
import { Schema } from "effect"
import * as Notice from "./Notice.ts"

/** The forms: a message of Slack, an Adaptive Card of Microsoft Teams, or JSON for programs. */
export const Format = Schema.Literals(["slack", "teams", "json"])
export type Format = typeof Format.Type

/** Makes the body, as text. `at` is when it is sent, in epoch milliseconds. */
export const bodyOf = (format: Format, notices: ReadonlyArray<Notice.Notice>, at: number): string => {
  switch (format) {
    case "slack":
      return JSON.stringify({ text: escaped(Notice.lines(notices).join("\n")) })
    case "teams":
      return JSON.stringify(card(Notice.lines(notices)))
    case "json":
      // The envelope that Standard Webhooks recommends.
      return JSON.stringify({ type: "scanjobs.notices", timestamp: new Date(at).toISOString(), data: { notices } })
  }
}

/** Slack reads these three characters as markup, such as `<!channel>`. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** A text run does not read its text as Markdown, and so vendor text cannot become a link or a mention. */
const card = ([title, ...lines]: ReturnType<typeof Notice.lines>) => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", text: title, weight: "Bolder", wrap: true },
          ...lines.map((text) => ({ type: "RichTextBlock", inlines: [{ type: "TextRun", text }] }))
        ]
      }
    }
  ]
})
