/**
 * The providers that need no plugin.
 */
import { AvePoint } from "@scanjobs/avepoint"
import avepoint from "@scanjobs/avepoint/package.json" with { type: "json" }
import { Aws } from "@scanjobs/aws"
import aws from "@scanjobs/aws/package.json" with { type: "json" }
import { DigiCert } from "@scanjobs/digicert"
import digicert from "@scanjobs/digicert/package.json" with { type: "json" }
import { GitHub } from "@scanjobs/github"
import github from "@scanjobs/github/package.json" with { type: "json" }
import { InsightVM } from "@scanjobs/insightvm"
import insightvm from "@scanjobs/insightvm/package.json" with { type: "json" }
import { GitLab } from "@scanjobs/gitlab"
import gitlab from "@scanjobs/gitlab/package.json" with { type: "json" }
import { Qualys } from "@scanjobs/qualys"
import qualys from "@scanjobs/qualys/package.json" with { type: "json" }
import { Tenable } from "@scanjobs/tenable"
import tenable from "@scanjobs/tenable/package.json" with { type: "json" }
import type { Playground } from "@scanjobs/testing"
import { Effect } from "effect"
import type { Installed, Source } from "./Plugin.ts"

/** Emulators are loaded only by `scanjobs emulate`, because they bring a server. */
const builtIn = (
  provider: Installed,
  { version }: { readonly version: string },
  load: () => Promise<{ readonly playground: Playground.Playground }>
): Source => ({
  provider,
  source: "built-in",
  plugin: null,
  version,
  playground: Effect.map(Effect.promise(load), ({ playground }) => playground)
})

/** All built-in providers. */
export const all: ReadonlyArray<Source> = [
  builtIn(DigiCert, digicert, () => import("@scanjobs/digicert/emulator")),
  builtIn(AvePoint, avepoint, () => import("@scanjobs/avepoint/emulator")),
  builtIn(GitHub, github, () => import("@scanjobs/github/emulator")),
  builtIn(Tenable, tenable, () => import("@scanjobs/tenable/emulator")),
  builtIn(Aws, aws, () => import("@scanjobs/aws/emulator")),
  builtIn(InsightVM, insightvm, () => import("@scanjobs/insightvm/emulator")),
  builtIn(GitLab, gitlab, () => import("@scanjobs/gitlab/emulator")),
  builtIn(Qualys, qualys, () => import("@scanjobs/qualys/emulator"))
]
