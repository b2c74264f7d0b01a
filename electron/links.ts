/** Links that other programs may open: mail, chat, a ticket. They show a place and do nothing. */
export const LINK_SCHEME = 'regie'

const PLACES: ReadonlySet<string> = new Set(['overview', 'pipelines', 'runs', 'data', 'rejects', 'quality', 'dashboards', 'score', 'audit', 'settings', 'doctor', 'about'])
const SEGMENT = /^[\w.-]{1,128}$/
const VALUE = /^[\w .,:@-]{0,200}$/
const LONGEST = 2_000

/**
 * The console's path of a link, or null for what is none: `regie://runs/20261121_105814_ab12?step=gates` →
 * `/runs/20261121_105814_ab12?step=gates`. Segments and values are plain words: what arrives is anybody's text.
 */
export function placeOf(link: string): string | null {
  if (link.length > LONGEST) return null
  let url: URL
  try {
    url = new URL(link)
  } catch {
    return null
  }
  if (url.protocol !== `${LINK_SCHEME}:` || url.username || url.password || url.port || url.hash) return null
  const segments = url.pathname.split('/').filter(Boolean)
  if (!PLACES.has(url.hostname) || !segments.every((segment) => SEGMENT.test(segment) && !/^\.+$/.test(segment))) return null
  const query = [...url.searchParams]
  if (!query.every(([name, value]) => SEGMENT.test(name) && VALUE.test(value))) return null
  const path = url.hostname === 'overview' ? '/' : `/${[url.hostname, ...segments].join('/')}`
  return query.length === 0 ? path : `${path}?${new URLSearchParams(query).toString()}`
}
