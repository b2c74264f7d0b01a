import { Button } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import type { Comparison, Finding, Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { GATE_LOOK, RUN_LOOK } from '#renderer/ui/states.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { useGateWords, useJsonWords } from '#renderer/ui/evidence.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { delta, lookOf, useCompareWords } from './compare-words.ts'
import { comparisonQuery } from './queries.ts'

const route = getRouteApi('/pipelines/$pipeline/compare')

export function ComparePage(): React.ReactElement {
  const { t } = useWords()
  const { pipeline } = route.useParams()
  const { a, b } = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const { data, error, refetch } = useQuery(comparisonQuery(useClient(), useEnvironment(), pipeline, a, b))
  useEscape(() => void navigate({ to: '/pipelines/$pipeline', params: { pipeline } }))
  if (data) return <Compared of={data} onSwap={() => void navigate({ search: { a: data.b.runId, b: data.a.runId } })} />
  return (
    <BarePage title={t('pipelines.compare.title')}>
      {error ? (
        <FailingPicture error={error} retry={() => void refetch()} />
      ) : data === null ? (
        <EmptyPicture title={t('pipelines.compare.nothing')} text={t('pipelines.compare.nothingText')} action={<Link className="link" to="/pipelines/$pipeline" params={{ pipeline }}>{t('pipelines.compare.toHistory')}</Link>} />
      ) : (
        <LoadingPicture what={t('pipelines.compare.title')} since={since} />
      )}
    </BarePage>
  )
}

function Compared({ of, onSwap }: { of: Comparison; onSwap: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const words = useCompareWords()
  const { a, b, findings } = of
  const changed = findings.filter((each) => !(each.kind === 'content' && each.same)).length
  return (
    <div className="page-fill">
      <PageHead
        title={changed === 0 ? t('pipelines.compare.alike', { a: f.n(a.number), b: f.n(b.number) }) : t('pipelines.compare.differ', { a: f.n(a.number), b: f.n(b.number), count: changed, n: f.n(changed) })}
        actions={
          <Button leftSection={<IconArrowsExchange size={16} stroke={1.6} />} onClick={onSwap}>
            {t('pipelines.compare.swap')}
          </Button>
        }
      >
        <RunFact run={a} />
        <RunFact run={b} />
      </PageHead>
      <div className="cmp" tabIndex={0} role="region" aria-label={t('pipelines.compare.title')}>
        <section aria-label={t('pipelines.compare.findings')}>
          <div className="sec-h">
            <h2>{t('pipelines.compare.findings')}</h2>
            <span className="faint">{t('pipelines.compare.findingsMore')}</span>
          </div>
          {findings.length === 0 ? (
            <p className="faint">{t('pipelines.compare.noFinding')}</p>
          ) : (
            <ul className="findings">
              {findings.map((each) => (
                <li key={JSON.stringify(each)}>
                  <Mark of={each} />
                  <span>{words.finding(each, of)}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
        <Steps of={of} />
        {of.counts.length > 0 && <Counts of={of} />}
        {of.gates.length > 0 && <Gates of={of} />}
        <Differences of={of} />
      </div>
    </div>
  )
}

function Mark({ of }: { of: Finding }): React.ReactElement {
  const look = lookOf(of)
  return look ? <StateGlyph look={look} /> : <span className="dot" aria-hidden="true" />
}

function RunFact({ run }: { run: Run }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <span className="run-fact">
      <StateGlyph look={RUN_LOOK[run.state]} size={12} />{' '}
      <Link className="link" to="/runs/$runId" params={{ runId: run.runId }}>
        {t('shell.run', { number: f.n(run.number) })}
      </Link>{' '}
      <Ago at={run.createdAt} />, {t(`ui.runState.${run.state}`)}
    </span>
  )
}

function useNames({ a, b }: Comparison): readonly [string, string] {
  const { t, f } = useWords()
  return [t('shell.run', { number: f.n(a.number) }), t('shell.run', { number: f.n(b.number) })]
}

function Steps({ of }: { of: Comparison }): React.ReactElement {
  const { t, f } = useWords()
  const [nameA, nameB] = useNames(of)
  const most = Math.max(1, ...of.steps.flatMap(({ a, b }) => [a?.ms ?? 0, b?.ms ?? 0]))
  const took = (side: Comparison['steps'][number]['a']): string => (side === null ? t('pipelines.compare.absent') : side.ms === null ? t(`ui.stepState.${side.state}`) : f.duration(side.ms))
  return (
    <section aria-label={t('ui.steps')}>
      <div className="sec-h">
        <h2>{t('ui.steps')}</h2>
        <span className="cmp-legend" aria-hidden="true">
          <span><i className="a" />{nameA}</span>
          <span><i />{nameB}</span>
        </span>
      </div>
      <table className="table">
        <thead>
          <tr><th>{t('ui.step')}</th><th><span className="vh">{t('pipelines.took')}</span></th><th className="n">{nameA}</th><th className="n">{nameB}</th><th className="n">{t('pipelines.compare.change')}</th><th className="n">{t('ui.rows')}</th></tr>
        </thead>
        <tbody>
          {of.steps.map(({ id, title, a, b }) => {
            const change = delta(a?.ms, b?.ms, f.duration)
            const odd = a?.state !== b?.state
            return (
              <tr key={id}>
                <td className="b">{title}{odd && b && <span className="word">{t(`ui.stepState.${b.state}`)}</span>}</td>
                <td className="pair" aria-hidden="true">
                  <i className="a" style={{ width: `${((a?.ms ?? 0) / most) * 100}%` }} />
                  <i style={{ width: `${((b?.ms ?? 0) / most) * 100}%` }} />
                </td>
                <td className="n tn">{took(a)}</td>
                <td className="n tn">{took(b)}</td>
                <td className="n tn">{change ?? ''}{change && <span className="word">{(b?.ms ?? 0) > (a?.ms ?? 0) ? t('pipelines.compare.slower') : t('pipelines.compare.faster')}</span>}</td>
                <td className="n tn">{b?.rows === null || b?.rows === undefined ? '' : f.n(b.rows)}{delta(a?.rows, b?.rows, f.n) && <span className="word">{delta(a?.rows, b?.rows, f.n)}</span>}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Counts({ of }: { of: Comparison }): React.ReactElement {
  const { t, f } = useWords()
  const { path } = useCompareWords()
  const [nameA, nameB] = useNames(of)
  const sorted = [...of.counts].sort((x, y) => Number(x.a === x.b) - Number(y.a === y.b))
  return (
    <section aria-label={t('pipelines.compare.counts')}>
      <div className="sec-h"><h2>{t('pipelines.compare.counts')}</h2></div>
      <table className="table">
        <thead><tr><th>{t('pipelines.compare.what')}</th><th className="n">{nameA}</th><th className="n">{nameB}</th><th className="n">{t('pipelines.compare.change')}</th></tr></thead>
        <tbody>
          {sorted.map((each) => {
            const change = delta(each.a, each.b, f.n)
            return (
              <tr key={each.path.join('.')} className={each.a === each.b ? 'same' : undefined}>
                <td>{path(each.path)}</td>
                <td className="n tn">{each.a === null ? t('pipelines.compare.absent') : f.n(each.a)}</td>
                <td className="n tn">{each.b === null ? t('pipelines.compare.absent') : f.n(each.b)}</td>
                <td className="n tn">{change ?? (each.a === each.b ? t('pipelines.compare.same') : '')}{change && <span className="word">{(each.b ?? 0) > (each.a ?? 0) ? t('pipelines.compare.more') : t('pipelines.compare.fewer')}</span>}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Gates({ of }: { of: Comparison }): React.ReactElement {
  const { t } = useWords()
  const words = useGateWords()
  const [nameA, nameB] = useNames(of)
  const side = (gate: Comparison['gates'][number]['a']): React.ReactNode =>
    gate === null ? (
      t('pipelines.compare.absent')
    ) : (
      <>
        <StateGlyph look={GATE_LOOK[gate.verdict]} size={12} /> {gate.value === null ? t(`ui.gate.${gate.verdict}`) : words(gate).value}
        <span className="vh">{t(`ui.gate.${gate.verdict}`)}</span>
      </>
    )
  return (
    <section aria-label={t('overview.gates')}>
      <div className="sec-h"><h2>{t('overview.gates')}</h2></div>
      <table className="table">
        <thead><tr><th>{t('pipelines.compare.what')}</th><th className="n">{nameA}</th><th className="n">{nameB}</th><th>{t('pipelines.compare.limits')}</th></tr></thead>
        <tbody>
          {of.gates.map(({ stepId, gate, title, a, b }) => (
            <tr key={`${stepId} ${gate}`} className={a?.value === b?.value && a?.verdict === b?.verdict ? 'same' : undefined}>
              <td>{title}</td>
              <td className="n tn nw">{side(a)}</td>
              <td className="n tn nw">{side(b)}</td>
              <td className="mut">{(b ?? a) && words((b ?? a)!).limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Differences({ of }: { of: Comparison }): React.ReactElement {
  const { t } = useWords()
  const show = useJsonWords()
  const [nameA, nameB] = useNames(of)
  return (
    <section aria-label={t('pipelines.compare.rests')}>
      <div className="sec-h">
        <h2>{t('pipelines.compare.rests')}</h2>
        <span className="faint">{t('pipelines.compare.restsMore')}</span>
      </div>
      {of.differences.length === 0 ? (
        <p className="faint">{t('pipelines.compare.restsSame')}</p>
      ) : (
        <table className="table">
          <thead><tr><th>{t('pipelines.compare.what')}</th><th>{nameA}</th><th>{nameB}</th></tr></thead>
          <tbody>
            {of.differences.map(({ part, path, a, b }) => (
              <tr key={`${part} ${path.join(' ')}`}>
                <td><span className="faint">{t(`pipelines.compare.part.${part}`)}</span> {path.join(' · ')}</td>
                <td className="value mono">{a === null ? t('pipelines.compare.absent') : show(a)}</td>
                <td className="value mono">{b === null ? t('pipelines.compare.absent') : show(b)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
