import { Button } from '@mantine/core'
import { IconKey, IconLock, IconLockOpen2 } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import type { EnvironmentClass } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { StateGlyph, type Look } from '#renderer/ui/glyphs.tsx'
import { keysFor, typedState } from './typed.ts'

/** The key of another person: who, and how far they are. */
export interface SecondKey {
  readonly who: string
  readonly state: 'not-asked' | 'asked' | 'reading' | 'turned' | 'refused'
  /** Asked when, on which plan. */
  readonly detail?: string
  readonly onAsk?: () => void
}

export interface KeyBarProps {
  readonly place: { readonly name: string; readonly class: EnvironmentClass }
  /** What is replaced or removed; `environment/name` is typed. */
  readonly target: string
  /** Verb and object: "Restore Production". */
  readonly action: string
  /** Data is lost or replaced: then even a sandbox asks for the name. */
  readonly destructive?: boolean
  /** Number of keys; default by class and `destructive` (see typed.ts). */
  readonly keys?: 0 | 1 | 2
  /** Who turns the first key. */
  readonly actor?: string
  readonly second?: SecondKey
  /** Why it cannot start at all: a failed check, a plan that has run out. */
  readonly blocked?: string | null
  /** How long the plan holds, or anything else worth saying below the button. */
  readonly note?: ReactNode
  readonly busy?: boolean
  /** Gets what was typed, for the core to compare once more; empty without a key. */
  readonly onConfirm: (typed: string) => void
  readonly onBack?: () => void
}

const SECOND: Record<SecondKey['state'], Look> = { 'not-asked': 'ahead', asked: 'waiting', reading: 'waiting', turned: 'succeeded', refused: 'failed' }

/**
 * Confirms by turned keys: the first is typed by hand (pasting is refused), the second is another person's. A line joins
 * them to the button, which is grey with a lock and says what is missing until every key is turned. Each environment has
 * its own edge, square and word: sandbox dashed, development thin, pre-production half, production velvet.
 */
export function KeyBar(props: KeyBarProps): React.ReactElement {
  const { place, target, action, destructive = false, actor, second, blocked = null, note, busy = false, onConfirm, onBack } = props
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const reason = useId()
  const keys = props.keys ?? keysFor(place.class, destructive)
  const expected = `${place.name}/${target}`
  const first = typedState(typed, expected)
  const turned = Number(keys > 0 && first.state === 'turned') + Number(keys > 1 && second?.state === 'turned')
  const missing = blocked ?? (keys > 0 && first.state !== 'turned' ? t('ui.keys.typeFirst', { name: expected }) : keys > 1 && second?.state !== 'turned' ? t('ui.keys.secondMissing') : null)
  const production = place.class === 'production'
  const go = (): void => {
    if (missing === null && !busy) onConfirm(typed)
  }
  return (
    <form
      className={`keybar ${place.class}`}
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      <div className="kb-place">
        <EnvironmentChip of={place.class} />
        <span className="meta mut">{place.name}</span>
      </div>
      {keys > 0 && <FirstKey typed={typed} expected={expected} actor={actor} onType={setTyped} onRefused={() => setTyped('')} />}
      {keys > 1 && <Second second={second} />}
      {keys !== 0 && (
        <div className="kb-line" aria-hidden="true">
          <KeyLine keys={keys} first={first.state === 'turned'} second={second?.state === 'turned'} />
          <span className="meta mut">{t('ui.keys.turned', { count: keys, turned, n: keys })}</span>
        </div>
      )}
      <div className="kb-go">
        <div className="row">
          {onBack && (
            <Button variant="quiet" onClick={onBack}>
              {t('ui.wizard.back')}
            </Button>
          )}
          <Button
            type="submit"
            variant={production ? 'production' : 'act'}
            className={missing === null ? undefined : 'btn off'}
            aria-disabled={missing !== null || busy}
            aria-describedby={reason}
            leftSection={missing === null ? keys > 0 ? <IconLockOpen2 size={16} stroke={1.6} /> : undefined : <IconLock size={16} stroke={1.6} />}
          >
            {action}
          </Button>
        </div>
        <p id={reason} className="meta mut" aria-live="polite">
          {busy ? t('ui.keys.starting') : (missing ?? (keys > 0 ? t('ui.keys.open') : ''))} {note}
        </p>
      </div>
    </form>
  )
}

function FirstKey({ typed, expected, actor, onType, onRefused }: { typed: string; expected: string; actor?: string; onType: (text: string) => void; onRefused: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const id = useId()
  const [pasted, setPasted] = useState(false)
  const key = typedState(typed, expected)
  const refuse = (event: React.SyntheticEvent): void => {
    event.preventDefault()
    setPasted(true)
    onRefused()
  }
  const says =
    pasted && typed === ''
      ? t('ui.keys.noPaste')
      : key.state === 'turned'
        ? t('ui.keys.firstTurned')
        : key.state === 'differs'
          ? t('ui.keys.differs', { at: f.n(key.at) })
          : typed === ''
            ? t('ui.keys.byHand', { name: expected })
            : t('ui.keys.left', { count: key.left, n: f.n(key.left) })
  return (
    <div className="kb-key">
      <label htmlFor={id}>
        <IconKey size={15} stroke={1.6} />
        <span className="b">{t('ui.keys.first')}</span>
        {actor && <span className="mut">{t('ui.keys.you', { who: actor })}</span>}
      </label>
      <div className="kb-field" data-state={key.state}>
        <input
          id={id}
          className="mono"
          value={typed}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          aria-describedby={`${id}-says`}
          aria-invalid={key.state === 'differs'}
          placeholder={expected}
          onPaste={refuse}
          onDrop={refuse}
          onChange={(event) => {
            setPasted(false)
            onType(event.currentTarget.value)
          }}
        />
        {key.state === 'turned' && <StateGlyph look="succeeded" />}
        {key.state === 'differs' && <StateGlyph look="failed" />}
      </div>
      <p id={`${id}-says`} className={`meta ${key.state === 'differs' ? 'failed' : 'mut'}`} aria-live="polite">
        {says}
      </p>
    </div>
  )
}

function Second({ second }: { second: SecondKey | undefined }): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="kb-key">
      <span className="kb-label">
        <IconKey size={15} stroke={1.6} />
        <span className="b">{t('ui.keys.second')}</span>
        <span className="mut">{t('ui.keys.someoneElse')}</span>
      </span>
      <div className="kb-field other">
        {second ? (
          <>
            <span className="initials" aria-hidden="true">
              {initialsOf(second.who)}
            </span>
            <span className="b tr">{second.who}</span>
            <span className="sp" />
            <span className={`st ${SECOND[second.state]}`}>
              <StateGlyph look={SECOND[second.state]} />
              {t(`ui.keys.secondState.${second.state}`)}
            </span>
          </>
        ) : (
          <span className="mut">{t('ui.keys.nobody')}</span>
        )}
        {second?.onAsk && second.state === 'not-asked' && (
          <button type="button" className="link sm" onClick={second.onAsk}>
            {t('ui.keys.ask')}
          </button>
        )}
      </div>
      <p className="meta mut">{second?.detail ?? t('ui.keys.ownWorkstation')}</p>
    </div>
  )
}

/** A line from key to key to the button: filled as far as they are turned. */
function KeyLine({ keys, first, second }: { keys: 1 | 2; first: boolean; second: boolean }): React.ReactElement {
  const stops = keys === 2 ? [24, 62] : [43]
  const done = [first, second]
  return (
    <svg width="96" height="18" viewBox="0 0 96 18" fill="none">
      <path d="M0 9H96" stroke="var(--line-strong)" strokeWidth="2" strokeDasharray="2 4" />
      <path d={`M0 9H${first ? (keys === 2 ? (second ? 96 : 62) : 96) : (stops[0] ?? 0)}`} stroke="currentColor" strokeWidth="2" />
      {stops.map((x, i) => (
        <g key={x}>
          <circle cx={x} cy="9" r="6" fill={done[i] ? 'currentColor' : 'var(--sheet)'} stroke="currentColor" strokeWidth="2" />
          {done[i] && <path d={`M${x - 2.6} 9.2l1.9 1.9 3.4-4`} stroke="var(--sheet)" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />}
        </g>
      ))}
    </svg>
  )
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()
