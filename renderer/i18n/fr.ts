import { aboutFr } from '#renderer/pages/about/copy.fr.ts'
import { auditFr } from '#renderer/pages/audit/copy.fr.ts'
import { dataFr } from '#renderer/pages/data/copy.fr.ts'
import { dashboardFr } from '#renderer/pages/dashboard/copy.fr.ts'
import { doctorFr } from '#renderer/pages/doctor/copy.fr.ts'
import { galleryFr } from '#renderer/pages/gallery/copy.fr.ts'
import { overviewFr } from '#renderer/pages/overview/copy.fr.ts'
import { pipelinesFr } from '#renderer/pages/pipelines/copy.fr.ts'
import { qualityFr } from '#renderer/pages/quality/copy.fr.ts'
import { runFr } from '#renderer/pages/run/copy.fr.ts'
import { scoreFr } from '#renderer/pages/score/copy.fr.ts'
import { settingsFr } from '#renderer/pages/settings/copy.fr.ts'
import { viewFr } from '#renderer/pages/view/copy.fr.ts'
import { shellFr } from '#renderer/shell/copy.fr.ts'
import { uiFr } from '#renderer/ui/copy.fr.ts'

export const fr = {
  shell: shellFr,
  ui: uiFr,
  overview: overviewFr,
  pipelines: pipelinesFr,
  run: runFr,
  quality: qualityFr,
  data: dataFr,
  dashboard: dashboardFr,
  view: viewFr,
  audit: auditFr,
  doctor: doctorFr,
  score: scoreFr,
  settings: settingsFr,
  about: aboutFr,
  gallery: galleryFr,
} as const
