/**
 * The emulator's repositories as GitHub lists them, with all addresses that its description requires.
 */
import type { Repository } from "./SyntheticScans.ts"

const addresses = [
  "archive_url {archive_format}{/ref}",
  "assignees_url assignees{/user}",
  "blobs_url git/blobs{/sha}",
  "branches_url branches{/branch}",
  "collaborators_url collaborators{/collaborator}",
  "comments_url comments{/number}",
  "commits_url commits{/sha}",
  "compare_url compare/{base}...{head}",
  "contents_url contents/{+path}",
  "contributors_url contributors",
  "deployments_url deployments",
  "downloads_url downloads",
  "events_url events",
  "forks_url forks",
  "git_commits_url git/commits{/sha}",
  "git_refs_url git/refs{/sha}",
  "git_tags_url git/tags{/sha}",
  "hooks_url hooks",
  "issue_comment_url issues/comments{/number}",
  "issue_events_url issues/events{/number}",
  "issues_url issues{/number}",
  "keys_url keys{/key_id}",
  "labels_url labels{/name}",
  "languages_url languages",
  "merges_url merges",
  "milestones_url milestones{/number}",
  "notifications_url notifications{?since,all,participating}",
  "pulls_url pulls{/number}",
  "releases_url releases{/id}",
  "stargazers_url stargazers",
  "statuses_url statuses/{sha}",
  "subscribers_url subscribers",
  "subscription_url subscription",
  "tags_url tags",
  "teams_url teams",
  "trees_url git/trees{/sha}"
].map((line) => line.split(" "))

const ownerAddresses = [
  "followers",
  "following{/other_user}",
  "gists{/gist_id}",
  "starred{/owner}{/repo}",
  "subscriptions",
  "orgs",
  "repos",
  "events{/privacy}",
  "received_events"
]

/** The name of an address's field is the first word of its path: `starred_url` for `starred{/owner}{/repo}`. */
const fieldOf = (path: string): string => {
  const [word = ""] = path.split("{")
  return word === "orgs" ? "organizations_url" : `${word}_url`
}

/** The repository as an item of its organization's list. */
export const rendered = (
  { archived = false, full_name, id, private: isPrivate = false }: Repository,
  baseUrl: string
): object => {
  const [login = "", name = ""] = full_name.split("/")
  const url = `${baseUrl}/repos/${full_name}`
  const owner = `${baseUrl}/users/${login}`
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name,
    owner: {
      login,
      id: 1,
      node_id: "O_1",
      avatar_url: "https://github.com/images/error/octocat_happy.gif",
      gravatar_id: "",
      url: owner,
      html_url: `https://github.com/${login}`,
      ...Object.fromEntries(ownerAddresses.map((path) => [fieldOf(path), `${owner}/${path}`])),
      type: "Organization",
      site_admin: false
    },
    private: isPrivate,
    html_url: `https://github.com/${full_name}`,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(addresses.map(([field = "", path = ""]) => [field, `${url}/${path}`])),
    archived,
    disabled: false,
    visibility: isPrivate ? "private" : "public",
    default_branch: "main"
  }
}
