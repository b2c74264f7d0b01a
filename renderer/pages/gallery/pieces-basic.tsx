import { Button } from '@mantine/core'
import { IconLock, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { EnvironmentClass } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip, StateBadge } from '#renderer/ui/badges.tsx'
import { Id } from '#renderer/ui/copy-text.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { RangeFilter, ValuesFilter, type Bounds } from '#renderer/ui/filter-popover.tsx'
import { CheckField, ChoiceField, FormSection, MomentField, NumberField, SelectField, TextField } from '#renderer/ui/forms/fields.tsx'
import { EmptyPicture, LoadingPicture, Message, NotProvenPicture } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { Stations } from '#renderer/ui/stations.tsx'
import { NOW } from './samples.ts'

const CLASSES = ['sandbox', 'development', 'preproduction', 'production'] as const satisfies readonly EnvironmentClass[]
const LOOKS = ['running', 'succeeded', 'failed', 'warning', 'unproven', 'stale', 'ahead'] as const

export function Badges(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="g-grid">
      {LOOKS.map((look) => (
        <div key={look} className="row">
          <StateBadge look={look} word={t(`ui.look.${look}`)} />
          <StateBadge look={look} word={t(`ui.look.${look}`)} pill />
        </div>
      ))}
      <div className="row">
        <StateBadge look="waiting" word={t('ui.runState.queued')} pill />
        <StateBadge look="cancelled" word={t('ui.runState.cancelled')} pill />
      </div>
    </div>
  )
}

export function Environments(): React.ReactElement {
  return (
    <div className="g-stack">
      {CLASSES.map((each) => (
        <div key={each} className="g-bar" data-env={each}>
          <div className="bar">
            <EnvironmentChip of={each} />
          </div>
        </div>
      ))}
      <div className="row">
        {CLASSES.map((each) => (
          <EnvironmentChip key={each} of={each} />
        ))}
      </div>
    </div>
  )
}

export function Actions(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="row g-wrap">
      <Button variant="act" leftSection={<IconPlus size={16} stroke={1.6} />}>{t('gallery.act')}</Button>
      <Button>{t('gallery.ordinary')}</Button>
      <Button size="sm">{t('gallery.ordinary')}</Button>
      <Button variant="quiet">{t('gallery.quiet')}</Button>
      <Button variant="production">{t('gallery.production')}</Button>
      <Button disabled leftSection={<IconLock size={16} stroke={1.6} />}>{t('gallery.off')}</Button>
      <span className="why">{t('gallery.why')}</span>
      <button type="button" className="link">{t('gallery.quiet')}</button>
      <kbd>Esc</kbd>
      <Id value="5d20c7e1a41f09c27be690d3a41f09c2" />
    </div>
  )
}

export function Figures(): React.ReactElement {
  const { t, f } = useWords()
  return (
    <div className="g-stack g-flush">
      <FigureStrip label={t('gallery.plan')}>
        <Figure label={t('gallery.rowsBack')} value={f.n(68_420)} beside={f.n(111_185)} share={0.615} width={240} />
        <Figure label={t('gallery.takes')} value={f.duration(409_000)} beside={t('gallery.estimate')} />
        <Figure label={t('gallery.wayBack')} value={f.duration(172_800_000)} />
        <Figure label={t('gallery.rate')} value={<span className="no-figure">{t('ui.notEnoughData')}</span>} />
      </FigureStrip>
      <ProgressBar share={0.34} label={t('gallery.run')} />
      <ProgressBar share={1} done label={t('gallery.result')} />
      <ProgressBar share={null} label={t('gallery.plan')} />
    </div>
  )
}

export function StationLine(): React.ReactElement {
  const { t } = useWords()
  const items = [{ title: t('gallery.what'), beside: '20 Nov 02:00', onGo: () => undefined }, { title: t('gallery.where'), beside: '25' }, { title: t('gallery.plan') }, { title: t('gallery.run') }, { title: t('gallery.result') }]
  return (
    <div className="g-stack g-flush">
      <Stations label={t('gallery.plan')} items={items} here={0} />
      <Stations label={t('gallery.run')} items={items} here={2} />
      <Stations label={t('gallery.result')} items={items} here={4} />
    </div>
  )
}

export function Forms(): React.ReactElement {
  const { t } = useWords()
  const [name, setName] = useState('before_1_4')
  const [batch, setBatch] = useState<number | null>(1000)
  const [at, setAt] = useState<string | null>('2026-11-19T23:40:00.000Z')
  const [target, setTarget] = useState<'beside' | 'in-place'>('beside')
  const [erase, setErase] = useState(true)
  const [kind, setKind] = useState('postgresql')
  return (
    <div className="g-two">
      <FormSection title={t('gallery.section')}>
        <TextField label={t('gallery.name')} hint={t('gallery.nameHint')} value={name} onChange={setName} mono />
        <TextField label={t('gallery.name')} error={t('gallery.nameError')} value="nightly" onChange={setName} mono />
        <NumberField label={t('gallery.batch')} required={false} value={batch} onChange={setBatch} unit={t('gallery.rows')} min={1} />
        <MomentField label={t('gallery.from')} value={at} onChange={setAt} />
      </FormSection>
      <FormSection title={t('gallery.where')}>
        <SelectField label={t('gallery.kind')} value={kind} onChange={setKind} options={['postgresql', 'warehouse'].map((value) => ({ value, label: value === 'warehouse' ? t('ui.system.warehouse') : t('ui.system.postgresql') }))} />
        <TextField label={t('gallery.name')} why={t('gallery.inPlaceWhy')} value="reviews_restore" onChange={setName} mono />
        <ChoiceField
          label={t('gallery.target')}
          value={target}
          onChange={setTarget}
          options={[
            { value: 'beside', label: t('gallery.beside'), detail: t('gallery.besideMore') },
            { value: 'in-place', label: t('gallery.inPlace'), why: t('gallery.inPlaceWhy') },
          ]}
        />
        <CheckField label={t('gallery.erase')} hint={t('gallery.eraseMore')} value={erase} onChange={setErase} />
      </FormSection>
    </div>
  )
}

export function Filters(): React.ReactElement {
  const { t } = useWords()
  const [picked, setPicked] = useState<readonly string[]>([])
  const [some, setSome] = useState<readonly string[]>(['postgresql'])
  const [bounds, setBounds] = useState<Bounds>({ from: '10' })
  const choices = (['postgresql', 'object-store', 'warehouse', 'document-store'] as const).map((value, i) => ({ value, label: t(`ui.system.${value}`), count: 61 - i * 9 }))
  return (
    <div className="row g-wrap">
      <ValuesFilter title={t('gallery.of')} picked={picked} choices={choices} onChange={setPicked} />
      <ValuesFilter title={t('gallery.of')} picked={some} choices={choices} onChange={setSome} />
      <RangeFilter title={t('gallery.size2')} kind="number" bounds={bounds} show={(bound) => bound} onChange={setBounds} />
    </div>
  )
}

export function Pictures(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="g-two">
      <EmptyPicture title={t('gallery.none')} text={t('gallery.noneText')} action={<Button variant="act">{t('gallery.ordinary')}</Button>} />
      <LoadingPicture what={t('gallery.dumps')} rows={4} since={NOW - 1200} />
      <Message failure={{ code: 'ECONNREFUSED', what: t('gallery.failed'), untouched: t('gallery.failedUntouched'), next: t('gallery.failedNext') }} actions={<Button size="sm">{t('ui.tryNow')}</Button>} />
      <NotProvenPicture title={t('gallery.neverRestored')} text={t('gallery.neverRestoredText')} action={<Button size="sm">{t('gallery.verify')}</Button>} />
    </div>
  )
}
