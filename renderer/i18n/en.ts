import { aboutEn } from '#renderer/pages/about/copy.en.ts'
import { auditEn } from '#renderer/pages/audit/copy.en.ts'
import { dataEn } from '#renderer/pages/data/copy.en.ts'
import { dashboardEn } from '#renderer/pages/dashboard/copy.en.ts'
import { doctorEn } from '#renderer/pages/doctor/copy.en.ts'
import { galleryEn } from '#renderer/pages/gallery/copy.en.ts'
import { overviewEn } from '#renderer/pages/overview/copy.en.ts'
import { pipelinesEn } from '#renderer/pages/pipelines/copy.en.ts'
import { qualityEn } from '#renderer/pages/quality/copy.en.ts'
import { runEn } from '#renderer/pages/run/copy.en.ts'
import { scoreEn } from '#renderer/pages/score/copy.en.ts'
import { settingsEn } from '#renderer/pages/settings/copy.en.ts'
import { viewEn } from '#renderer/pages/view/copy.en.ts'
import { shellEn } from '#renderer/shell/copy.en.ts'
import { uiEn } from '#renderer/ui/copy.en.ts'

export const en = {
  shell: shellEn,
  ui: uiEn,
  overview: overviewEn,
  pipelines: pipelinesEn,
  run: runEn,
  quality: qualityEn,
  data: dataEn,
  dashboard: dashboardEn,
  view: viewEn,
  audit: auditEn,
  doctor: doctorEn,
  score: scoreEn,
  settings: settingsEn,
  about: aboutEn,
  gallery: galleryEn,
} as const
