import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { Actions, Badges, Environments, Figures, Filters, Forms, Pictures, StationLine } from './pieces-basic.tsx'
import { BarsPiece, HeatPiece, LinesPiece } from './pieces-charts.tsx'
import { Cards, Diff, EvidencePiece, Graph, Keys, Ladder, Log, PlanPiece, Restore, Table, UndoPiece, WizardPiece } from './pieces-work.tsx'

/** Every piece by the name of its picture. */
const PIECES = {
  badges: Badges,
  environments: Environments,
  actions: Actions,
  figures: Figures,
  stations: StationLine,
  forms: Forms,
  filters: Filters,
  keys: Keys,
  wizard: WizardPiece,
  plan: PlanPiece,
  undo: UndoPiece,
  evidence: EvidencePiece,
  cards: Cards,
  restore: Restore,
  ladder: Ladder,
  graph: () => <Graph />,
  failing: () => <Graph failed />,
  table: () => <Table />,
  tableEmpty: () => <Table kind="empty" />,
  tableStale: () => <Table kind="stale" />,
  pictures: Pictures,
  log: Log,
  diff: Diff,
  bars: BarsPiece,
  lines: LinesPiece,
  heat: HeatPiece,
} as const satisfies Readonly<Record<string, () => React.ReactElement>>

const NAMES = Object.keys(PIECES) as (keyof typeof PIECES)[]

/** Every part of the console in every state, for those who build it and for its picture tests. */
export function GalleryPage(): React.ReactElement {
  const { t } = useWords()
  const [size, setSize] = useState('1')
  return (
    <div className="page-fill">
      <PageHead
        title={t('gallery.title')}
        actions={
          <SegmentedControl
            aria-label={t('gallery.size')}
            value={size}
            onChange={setSize}
            data={[
              { value: '1', label: t('gallery.normal') },
              { value: '2', label: t('gallery.double') },
            ]}
          />
        }
      >
        {t('gallery.fact')}
      </PageHead>
      <nav className="g-jump" aria-label={t('gallery.jump')}>
        {NAMES.map((name) => (
          <button key={name} type="button" className="link sm" onClick={() => document.querySelector(`[data-piece="${name}"]`)?.scrollIntoView()}>
            {t(`gallery.pieces.${name}`)}
          </button>
        ))}
      </nav>
      <div className="g-pieces" style={{ zoom: size }}>
        {NAMES.map((name) => {
          const Piece = PIECES[name]
          return (
            <section key={name} data-piece={name} aria-label={t(`gallery.pieces.${name}`)}>
              <div className="sec-h">
                <h2>{t(`gallery.pieces.${name}`)}</h2>
              </div>
              <Piece />
            </section>
          )
        })}
      </div>
    </div>
  )
}
