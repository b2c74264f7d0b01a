import { Button } from '@mantine/core'
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { Stations } from '#renderer/ui/stations.tsx'
import { useHoldEnvironment } from '#renderer/ui/hold.ts'

export interface WizardStage {
  readonly id: string
  readonly title: string
  /** What was chosen or found here, beside the station. */
  readonly beside?: string
  /** Why one cannot go on yet; null or absent = this stage is complete. */
  readonly missing?: string | null
  readonly body: ReactNode
  /** Right of the body, inset: checks, explanations, the way back. */
  readonly aside?: ReactNode
  readonly asideTitle?: string
  /** A figure strip between the stations and the body. */
  readonly figures?: ReactNode
  /** In place of Back and Continue: a key bar, or nothing while the operation runs (null). */
  readonly foot?: ReactNode
  readonly nextLabel?: string
  /** Once here, the stages before can be looked at no more: the operation has started. */
  readonly oneWay?: boolean
}

export interface WizardProps {
  /** The sentence on top; it may change with the stage. */
  readonly title: string
  readonly badge?: ReactNode
  /** Two to four facts below the title. */
  readonly facts?: ReactNode
  /** Head actions: copy as command, leave, cancel. */
  readonly actions?: ReactNode
  readonly stages: readonly WizardStage[]
  readonly here: string
  readonly onGo: (stage: string) => void
}

/**
 * The one frame of every operation: what → where → plan → checks → confirm → live → result → undo; an operation takes the
 * stages that it has. Done stations lead back, and nothing entered is lost. Keys: Ctrl/Cmd-Enter goes on, Alt-← goes back.
 * Each stage takes the focus at its beginning and is read out.
 */
export function Wizard({ title, badge, facts, actions, stages, here, onGo }: WizardProps): React.ReactElement {
  useHoldEnvironment()
  const { t } = useWords()
  const reason = useId()
  const body = useRef<HTMLElement>(null)
  const at = Math.max(0, stages.findIndex(({ id }) => id === here))
  const stage = stages[at]
  const locked = stages.reduce((last, { oneWay }, i) => (oneWay && i <= at ? i : last), 0)
  const before = at > locked ? stages[at - 1] : undefined
  const after = stages[at + 1]
  const missing = stage?.missing ?? null

  const shown = useRef(here)
  useEffect(() => {
    if (shown.current !== here) body.current?.focus({ preventScroll: true })
    shown.current = here
  }, [here])
  const next = (): void => {
    if (missing !== null) {
      const field = body.current?.querySelector<HTMLElement>('[aria-invalid="true"], [required]:invalid, [data-missing]')
      ;(field?.matches('[data-missing]') ? (field.querySelector<HTMLElement>('input, button, select, textarea') ?? field) : field)?.focus()
    } else if (after) onGo(after.id)
  }
  const ownFoot = stage?.foot !== undefined
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !ownFoot) next()
    else if (event.key === 'ArrowLeft' && event.altKey && before) onGo(before.id)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="page-fill wizard" onKeyDown={onKeyDown}>
      <PageHead title={title} badge={badge} actions={actions}>
        {facts}
      </PageHead>
      <Stations
        label={t('ui.wizard.stages')}
        here={at}
        items={stages.map(({ id, title: name, beside }, i) => ({ title: name, beside, onGo: i < at && i >= locked ? () => onGo(id) : undefined }))}
      />
      {stage?.figures}
      <div className={`wz-body${stage?.aside ? '' : ' alone'}`}>
        <section ref={body} className="wz-main" tabIndex={-1} aria-label={t('ui.wizard.stage', { at: at + 1, of: stages.length, title: stage?.title ?? '' })}>
          {stage?.body}
        </section>
        {stage?.aside && (
          <aside className="aside" aria-label={stage.asideTitle ?? t('ui.wizard.beside')} tabIndex={0}>
            {stage.aside}
          </aside>
        )}
      </div>
      {ownFoot ? (
        stage.foot
      ) : (
        <div className="wz-foot">
          {before && (
            <Button variant="quiet" aria-keyshortcuts="Alt+ArrowLeft" onClick={() => onGo(before.id)}>
              {t('ui.wizard.back')}
            </Button>
          )}
          <span className="sp" />
          {missing !== null && (
            <span id={reason} className="why wz-why">
              {missing}
            </span>
          )}
          {after && (
            <Button variant="act" className={missing === null ? undefined : 'btn off'} aria-disabled={missing !== null} aria-describedby={missing === null ? undefined : reason} aria-keyshortcuts="Control+Enter" onClick={next}>
              {stage?.nextLabel ?? t('ui.wizard.next', { title: after.title })}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
