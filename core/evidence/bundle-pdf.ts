import type PDFKit from 'pdfkit'
import { bundleText, hashOfText, type EvidenceBundle } from './bundle.ts'

const MARGIN = 50
const GREY = '#5b6470'
const INK = '#14181d'
const RULE = '#d5dae1'
const MONO = 'Courier'

/** What the standard fonts can't draw, said with what they can. */
const SIGNS: Readonly<Record<string, string>> = { '→': '->', '←': '<-', '≥': '>=', '≤': '<=', '✓': 'ok', '−': '-', '\u202f': ' ', '\u00a0': ' ' }
const drawable = (text: string): string => Array.from(text, (sign) => SIGNS[sign] ?? (/[\u0020-\u007e\u00a1-\u00ff–—‘’“”•…€]/.test(sign) ? sign : '?')).join('')

/**
 * The bundle as a document for people. It repeats what the file says and proves nothing by itself: its first page names
 * the file's hash and how to check it.
 */
export async function bundlePdf(bundle: EvidenceBundle): Promise<Buffer> {
  // Loaded when first needed: its fonts cost a start some tens of milliseconds.
  const { default: Document } = await import('pdfkit')
  const { run } = bundle
  const pdf = new Document({ size: 'A4', margin: MARGIN, bufferPages: true, info: { Title: `Evidence of run ${run.runId}`, Author: 'Régie', CreationDate: new Date(run.endedAt ?? run.createdAt) } })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })

  pdf.font('Helvetica').fontSize(9).fillColor(GREY).text('EVIDENCE OF ONE OPERATION')
  pdf.moveDown(0.3).font('Helvetica-Bold').fontSize(18).fillColor(INK).text(drawable(run.title))
  pdf.moveDown(0.6)
  facts(pdf, [
    ['Run', `${run.runId} (no. ${run.number})`],
    ['Operation', `${run.operation}, version ${run.version}`],
    ['Environment', run.environment],
    ['By', run.actor],
    ['Outcome', run.state + (run.failure ? `: ${run.failure.what}` : '')],
    ['Started', run.startedAt ?? 'not started'],
    ['Ended', run.endedAt ?? 'not ended'],
    ['Approvals', bundle.approvals.note],
    ['Plan', bundle.plan.hash],
  ])
  heading(pdf, 'How to check this')
  body(pdf, `This document repeats what the file evidence-${run.runId}.json says. The file's SHA-256 is:`)
  mono(pdf, hashOfText(bundleText(bundle)))
  body(pdf, 'Check it without Régie, with Python alone (docs/verifier): python3 regie_verify.py bundle evidence.json --key <id of the key you trust>. It recomputes every hash, leads every entry to the signed head, and checks the signature:')
  mono(pdf, bundle.head)

  heading(pdf, 'What was planned')
  const plan = JSON.parse(bundle.plan.canonical) as { steps: { id: string; effect: string }[]; wayBack: string; warnings: string[] }
  for (const { id, effect } of plan.steps) body(pdf, `${id}: ${effect}`)
  body(pdf, `Way back: ${plan.wayBack}`)
  for (const warning of plan.warnings) body(pdf, `Warning: ${warning}`)

  heading(pdf, 'What was done, and read back')
  for (const step of bundle.steps) {
    roomFor(pdf, 70)
    pdf.moveDown(0.4).font('Helvetica-Bold').fontSize(10).fillColor(INK).text(drawable(`${step.title} – ${step.state}`))
    body(pdf, `${step.where}; attempt ${step.attempt}; ${step.startedAt ?? 'not started'} to ${step.endedAt ?? 'not ended'}`)
    if (step.failure) body(pdf, `Failure: ${step.failure.what}`)
    for (const gate of step.gates) body(pdf, `Gate ${gate.title}: ${gate.verdict}${gate.value === null ? '' : `, ${gate.value}${gate.unit ?? ''}`}`)
    for (const one of step.evidence) {
      body(pdf, `${one.what}: ${one.state}. Read from ${one.readFrom}.${one.missing ? ` ${one.missing}` : ''}`)
      if (one.expected !== undefined || one.found !== undefined) mono(pdf, `expected ${shown(one.expected)}  found ${shown(one.found)}`)
    }
    mono(pdf, `output SHA-256 ${step.outputHash}`)
  }

  heading(pdf, 'What the audit log says')
  for (const { seq, canonical, leafHash } of bundle.entries) {
    const { at, summary } = JSON.parse(canonical) as { at: string; summary: string }
    roomFor(pdf, 40)
    body(pdf, `${seq}  ${at}  ${summary}`)
    mono(pdf, leafHash)
  }
  heading(pdf, 'Signing keys')
  for (const { seq, canonical } of bundle.keys) body(pdf, `Entry ${seq}: ${(JSON.parse(canonical) as { summary: string }).summary}`)

  footers(pdf, run.runId)
  pdf.end()
  return done
}

type Pdf = InstanceType<typeof PDFKit>

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}

function roomFor(pdf: Pdf, height: number): void {
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage()
}

function heading(pdf: Pdf, text: string): void {
  roomFor(pdf, 80)
  pdf.moveDown(1)
  pdf.moveTo(MARGIN, pdf.y).lineTo(pdf.page.width - MARGIN, pdf.y).lineWidth(0.5).strokeColor(RULE).stroke()
  pdf.moveDown(0.6).font('Helvetica-Bold').fontSize(12).fillColor(INK).text(drawable(text)).moveDown(0.3)
}

function facts(pdf: Pdf, rows: readonly (readonly [string, string])[]): void {
  for (const [name, value] of rows) {
    const { y } = pdf
    pdf.font('Helvetica').fontSize(9).fillColor(GREY).text(name, MARGIN, y, { width: 80 })
    pdf.fillColor(INK).text(drawable(value), MARGIN + 90, y)
    pdf.moveDown(0.25)
  }
  pdf.x = MARGIN
}

const body = (pdf: Pdf, text: string): void => void pdf.font('Helvetica').fontSize(9).fillColor(INK).text(drawable(text)).moveDown(0.2)
const mono = (pdf: Pdf, text: string): void => void pdf.font(MONO).fontSize(7.5).fillColor(GREY).text(drawable(text)).moveDown(0.3)

function footers(pdf: Pdf, runId: string): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page)
    // Below the margin a text would begin a new page.
    pdf.page.margins.bottom = 0
    pdf.font('Helvetica').fontSize(8).fillColor(GREY).text(`${runId}   page ${page + 1} of ${count}`, MARGIN, pdf.page.height - 30, { lineBreak: false })
  }
}
