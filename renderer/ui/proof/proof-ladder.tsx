import { useWords } from '#renderer/i18n/index.ts'
import { proofSteps } from './proof-steps.ts'

const ROW = 20
const TOP = 10
const MIDDLE = 212

const short = (hash: string): string => `${hash.slice(0, 8)} ${hash.slice(8, 12)} … ${hash.slice(-4)}`

/** The way from an entry to the root: each hash on its side, with the number of entries under it. */
export function ProofLadder({ seq, treeSize, proof, leafHash, rootHash }: { seq: number; treeSize: number; proof: readonly string[]; leafHash: string; rootHash: string }): React.ReactElement {
  const { t, f } = useWords()
  // Drawn from the root down, as one reads it.
  const steps = proofSteps(seq, treeSize, proof).reverse()
  const bottom = TOP + 24 + steps.length * ROW + 8
  return (
    <svg className="proof" width="424" height={bottom + 12} viewBox={`0 0 424 ${bottom + 12}`} fill="none" role="img" aria-label={t('ui.proof.ladder', { count: steps.length, n: f.n(steps.length), seq: f.n(seq) })}>
      <text x="0" y={TOP + 4} className="k">{t('ui.proof.root')}</text>
      <path d={`M${MIDDLE} ${TOP + 6}V${bottom - 6}`} stroke="var(--ink-2)" strokeWidth="2" />
      <circle cx={MIDDLE} cy={TOP} r="6" fill="var(--succeeded-mark)" />
      <path d={`M${MIDDLE - 2.8} ${TOP + 0.2}l2 2 3.6-4.2`} stroke="var(--sheet)" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
      <text x={MIDDLE + 16} y={TOP + 4} className="hp">{short(rootHash)}</text>
      {steps.map(({ hash, side, leaves }, i) => {
        const y = TOP + 24 + i * ROW
        const left = side === 'left'
        const dot = left ? 124 : 300
        return (
          <g key={i}>
            <path d={left ? `M128 ${y}C170 ${y} ${MIDDLE} ${y - 2} ${MIDDLE} ${y - 12}` : `M296 ${y}C254 ${y} ${MIDDLE} ${y - 2} ${MIDDLE} ${y - 12}`} stroke="var(--line-strong)" strokeWidth="1.5" />
            <circle cx={dot} cy={y} r="3.5" fill="var(--inset)" stroke="var(--ink-off)" strokeWidth="1.5" />
            <text x={left ? 114 : 310} y={y + 4} textAnchor={left ? 'end' : 'start'} className="h">{hash.slice(0, 8)}</text>
            <text x={left ? 40 : 380} y={y + 4} textAnchor={left ? 'end' : 'start'} className="k">{f.n(leaves)}</text>
          </g>
        )
      })}
      <circle cx={MIDDLE} cy={bottom} r="6" fill="var(--act)" />
      <text x="0" y={bottom + 4} className="k">{t('ui.proof.entry', { seq: f.n(seq) })}</text>
      <text x={MIDDLE + 16} y={bottom + 4} className="hp">{short(leafHash)}</text>
    </svg>
  )
}
