/** Numbers, times and units in the reader's language. All from Intl. */
export interface Format {
  readonly locale: string
  /** The same, with times in UTC whatever was chosen: what stands beside a log. */
  readonly utc: Format
  /** 111,185 */
  readonly n: (value: number, digits?: number) => string
  /** A share of 1 as a percentage: 0.12 % */
  readonly pct: (share: number, digits?: number) => string
  /** 4 min 50 s */
  readonly duration: (ms: number) => string
  /** 14:32:08 */
  readonly time: (at: string | number) => string
  /** 14:32 */
  readonly clock: (at: string | number) => string
  /** 14:32:08.310 */
  readonly precise: (at: string | number) => string
  /** 20 Nov */
  readonly date: (at: string | number) => string
  /** UTC, or the chosen zone's short name at that moment */
  readonly zone: (at: string | number) => string
  /** 20 Nov 2026, 14:32:08 UTC */
  readonly absolute: (at: string | number) => string
  /** 9 min ago */
  readonly ago: (at: string | number, now: number) => string
  /** 13.5 MB */
  readonly bytes: (value: number) => string
  /** a, b and c */
  readonly list: (items: readonly string[]) => string
}

const NBSP = '\u00A0'
const DAY = { en: 'd', fr: 'j' } as const
const BYTES = { en: ['B', 'kB', 'MB', 'GB', 'TB'], fr: ['o', 'ko', 'Mo', 'Go', 'To'] } as const

/** @param timeZone IANA name, e.g. Europe/Paris */
export function createFormat(language: 'en' | 'fr', timeZone = 'UTC'): Format {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  const numbers = new Map<number, Intl.NumberFormat>()
  const number = (digits: number): Intl.NumberFormat => {
    const held = numbers.get(digits) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 })
    numbers.set(digits, held)
    return held
  }
  const n = (value: number, digits = 0): string => number(digits).format(value)
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone })
  const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone })
  const seconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone })
  const minutes = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  const millis = new Intl.DateTimeFormat(locale, {
    hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23', timeZone,
  })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const lists = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' })
  const named = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
  const zone = (at: string | number): string => named.formatToParts(moment(at)).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  const format: Omit<Format, 'utc'> = {
    locale,
    n,
    pct: (share, digits = 1) => `${n(share * 100, digits)}${NBSP}%`,
    duration: (ms) => duration(ms, n, DAY[language]),
    time: (at) => seconds.format(moment(at)),
    clock: (at) => minutes.format(moment(at)),
    precise: (at) => millis.format(moment(at)).replace(',', '.'),
    date: (at) => day.format(moment(at)),
    zone,
    absolute: (at) => `${whole.format(moment(at))} ${zone(at)}`,
    ago: (at, now) => {
      const past = moment(at).getTime() - now
      const [amount, unit] = coarse(Math.abs(past))
      return relative.format(Math.sign(past) * amount, unit)
    },
    bytes: (value) => {
      const units = BYTES[language]
      const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
      const scaled = value / 1000 ** power
      return `${n(scaled, power > 0 && scaled < 100 ? 1 : 0)}${NBSP}${units[power]}`
    },
    list: (items) => lists.format(items),
  }
  let utc: Format | undefined
  const complete: Format = Object.defineProperty(format as Format, 'utc', { get: () => (utc ??= timeZone === 'UTC' ? complete : createFormat(language)) })
  return complete
}

/** Two units at most; a decimal only under ten seconds. 0.4 s · 24 s · 4 min 50 s · 2 h 5 min · 3 d 4 h */
function duration(ms: number, n: (value: number, digits?: number) => string, day: string): string {
  const join = (...parts: [number, string][]): string =>
    parts.filter(([amount], i) => i === 0 || amount > 0).map(([amount, unit]) => `${n(amount)}${NBSP}${unit}`).join(' ')
  if (ms < 9950) return `${n(Math.max(0, ms) / 1000, ms < 95 ? 2 : 1)}${NBSP}s`
  const s = Math.round(ms / 1000)
  if (s < 60) return join([s, 's'])
  if (s < 3600) return join([Math.floor(s / 60), 'min'], [s % 60, 's'])
  const min = Math.round(s / 60)
  if (min < 24 * 60) return join([Math.floor(min / 60), 'h'], [min % 60, 'min'])
  const h = Math.round(s / 3600)
  return join([Math.floor(h / 24), day], [h % 24, 'h'])
}

const moment = (at: string | number): Date => new Date(at)

function coarse(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  const s = Math.round(ms / 1000)
  if (s < 60) return [s, 'second']
  if (s < 3600) return [Math.round(s / 60), 'minute']
  if (s < 86_400) return [Math.round(s / 3600), 'hour']
  return [Math.round(s / 86_400), 'day']
}
