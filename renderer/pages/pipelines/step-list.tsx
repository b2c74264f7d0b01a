import type { ReactNode } from 'react'
import { layRail } from '#renderer/ui/step-graph/lanes.ts'
import { Rail, railWidth } from '#renderer/ui/step-graph/rail.tsx'

export interface ListedStep {
  readonly id: string
  readonly title: string
  readonly where: string
  readonly needs: readonly string[]
  readonly effect: string
}

/** The graph of a definition or a plan: rail, step, where, effect, and what stands at the right. */
export function StepList({ steps, head, renderRight, roomy = false }: { /** Two lines for each effect. */ readonly roomy?: boolean;  steps: readonly ListedStep[]; head: readonly [string, string, string, string]; renderRight: (step: ListedStep) => ReactNode }): React.ReactElement {
  const rail = layRail(steps)
  return (
    <div className={`sg plan-steps${roomy ? ' roomy' : ''}`} style={{ '--rail': `${railWidth(rail.width)}px` }} role="table" aria-label={head[0]}>
      <div className="sg-head" role="row">
        <span role="presentation" />
        {head.map((title, i) => (
          <span key={title} role="columnheader" className={i === 3 ? 'n' : undefined}>
            {title}
          </span>
        ))}
      </div>
      <div className="sg-rows" role="rowgroup">
        <Rail rail={rail} states={steps.map(() => 'waiting')} row={roomy ? 42 : undefined} />
        {steps.map((step) => (
          <div key={step.id} className="sg-row" role="row">
            <span role="presentation" />
            <span className="tr b" role="cell" title={step.title}>{step.title}</span>
            <span className="where tr" role="cell">{step.where}</span>
            <span className="mut effect" role="cell" title={step.effect}>
              <span>{step.effect}</span>
            </span>
            <span className="n tn" role="cell">{renderRight(step)}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
