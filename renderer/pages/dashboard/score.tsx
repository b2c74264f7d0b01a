import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import type { ChartRow, Detail, TextExplanation } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateBadge } from '#renderer/ui/badges.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { explainQuery } from './queries.ts'
import { termsOf } from './terms.ts'
import { cellText, type Speaker } from './values.ts'

type ScoreShape = NonNullable<Detail['score']>

/** A score taken apart: each term with value, weight and points; the thresholds; then why the text reads as it does. */
export function Score({ score, row, text, speak }: { score: ScoreShape; row: ChartRow; text: string | null; speak: Speaker }): React.ReactElement {
  const { t, f } = useWords()
  const { terms, sum, stored, equal } = termsOf(score, row)
  return (
    <>
      <section>
        <div className="sec-h">
          <h2>{speak.say(score.title)}</h2>
          <span className="sp" />
          {equal === null ? null : equal ? <StateBadge look="succeeded" word={t('dashboard.scoreEqual')} /> : <StateBadge look="warning" word={t('dashboard.scoreDiffers', { stored: f.n(stored ?? 0, 5) })} />}
        </div>
        <table className="score">
          <thead>
            <tr>
              <th scope="col">{t('dashboard.term')}</th>
              <th scope="col" className="n">{t('dashboard.value')}</th>
              <th scope="col" className="n">{t('dashboard.weight')}</th>
              <th scope="col" className="n">{t('dashboard.points')}</th>
            </tr>
          </thead>
          <tbody>
            {terms.map(({ column, title, how, from, value, weight, points }) => (
              <tr key={column}>
                <th scope="row">
                  {speak.say(title)}
                  {(how || from) && <small>{[from === undefined ? null : cellText(row[from]), speak.say(how)].filter(Boolean).join(' · ')}</small>}
                </th>
                <td className="n">{f.n(value, 4)}</td>
                <td className="n">{f.n(weight, 2)}</td>
                <td className="n b">{f.n(points, 2)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>{t('dashboard.sum', { of: f.n(score.of) })}</th>
              <td className="n b">{f.n(sum, 5)}</td>
            </tr>
          </tfoot>
        </table>
        <ul className="score-terms">
          {score.conditions.map(({ column, title, from }) => {
            const value = row[column]
            const met = typeof value === 'number' && value >= from
            return (
              <li key={column}>
                <StateBadge look={met ? 'succeeded' : 'cancelled'} word={t(met ? 'dashboard.reached' : 'dashboard.missed', { title: speak.say(title), value: typeof value === 'number' ? f.n(value, 2) : t('ui.none'), from: f.n(from, 2) })} />
              </li>
            )
          })}
        </ul>
        <p className="note">{speak.say(score.source)}</p>
      </section>
      {score.made && text !== null && <Explained made={score.made} row={row} text={text} speak={speak} />}
    </>
  )
}

/** What the scorer says of the text now, beside what is stored. */
function Explained({ made, row, text, speak }: { made: NonNullable<ScoreShape['made']>; row: ChartRow; text: string; speak: Speaker }): React.ReactElement {
  const { t } = useWords()
  const since = useNow()
  const { data, error, refetch } = useQuery(explainQuery(useClient(), text))
  return (
    <section>
      <div className="sec-h">
        <h2>{t('dashboard.words')}</h2>
        <span className="faint">{t('dashboard.readNow')}</span>
        <span className="sp" />
        {data && <Agreement made={made} row={row} found={data} />}
      </div>
      {error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : !data ? <LoadingPicture what={t('dashboard.words')} since={since} rows={3} /> : <Reading found={data} made={made} speak={speak} />}
    </section>
  )
}

const CLOSE = 1e-3

function Agreement({ made, row, found }: { made: NonNullable<ScoreShape['made']>; row: ChartRow; found: TextExplanation }): React.ReactElement {
  const { t } = useWords()
  const close = (column: string | undefined, value: number | undefined): boolean => column === undefined || Math.abs(Number(row[column]) - (value ?? Number.NaN)) < CLOSE
  const same = (column: string | undefined, value: string | undefined): boolean => column === undefined || row[column] === value
  const [theme] = found.themes
  const agrees = same(made.theme, theme?.label) && close(made.confidence, theme && theme.probability * 100) && close(made.keyword, found.keywordScore) && same(made.sentiment, found.sentiments[0]?.label)
  return agrees ? <StateBadge look="succeeded" word={t('dashboard.readEqual')} /> : <StateBadge look="warning" word={t('dashboard.readDiffers')} />
}

function Reading({ found, made, speak }: { found: TextExplanation; made: NonNullable<ScoreShape['made']>; speak: Speaker }): React.ReactElement {
  const { t, f } = useWords()
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${f.n(Math.abs(value), 2)}`
  return (
    <>
      {found.words.length === 0 ? (
        <p className="faint meta">{t('dashboard.noWords')}</p>
      ) : (
        <ul className="vader">
          {found.words.map(({ word, valence, counted }, i) => (
            <li key={i} title={t('dashboard.wordCounts', { valence: signed(valence), counted: signed(counted) })}>
              <span dir="auto">{word}</span>
              <b className="tn">{signed(counted)}</b>
              {Math.abs(counted - valence) > 0.005 && <small className="tn">{signed(valence)}</small>}
            </li>
          ))}
          {found.emphasis !== 0 && (
            <li>
              <span>{t('dashboard.marks')}</span>
              <b className="tn">{signed(found.emphasis)}</b>
            </li>
          )}
        </ul>
      )}
      <p className="note">{t('dashboard.compound', { sum: f.n(found.sum, 3), compound: f.n(found.compound, 4), keyword: f.n(found.keywordScore, 4) })}</p>
      <Probabilities title={t('dashboard.themes')} list={found.themes} column={made.theme} speak={speak} />
      <Probabilities title={t('dashboard.sentiments')} list={found.sentiments} column={made.sentiment} speak={speak} />
      <p className="note">{t('dashboard.models', { models: found.models.map(({ name, version, sha256 }) => `${name} ${version} (${sha256.slice(0, 8)})`).join(', ') })}</p>
    </>
  )
}

function Probabilities({ title, list, column, speak }: { title: string; list: TextExplanation['themes']; column: string | undefined; speak: Speaker }): React.ReactElement {
  const { f } = useWords()
  return (
    <>
      <h3 className="probs-h">{title}</h3>
      <div style={{ '--hb-name': '176px', '--hb-row': '23px' }}>
        {list.map(({ label, probability }, i) => (
          <div key={label} className="hb">
            <span className="tr" title={label}>{speak.value(column, label)}</span>
            <span className="tk">
              <i className={i === 0 ? 'lead' : undefined} style={{ width: `${probability * 100}%` }} />
            </span>
            <span className="v">{f.pct(probability, 2)}</span>
          </div>
        ))}
      </div>
    </>
  )
}
